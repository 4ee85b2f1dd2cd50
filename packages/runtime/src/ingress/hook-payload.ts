/**
 * What a webhook's run sees of its request.
 */
import { invalid } from '@weft/errors';
import { bodyText } from './body-text.ts';
import { MOST_LEVELS, isTooDeep } from './nesting.ts';

/** A request that arrived, body as the bytes that came. */
export interface HookHttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
}

/** The run's `trigger`. */
export interface HookPayload {
  readonly method: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The body as it came, base64; where the trigger asks for it. */
  readonly rawBody?: string;
  readonly receivedAt: string;
}

/** Headers that may hold a caller's secrets: they are not kept. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-weft-token', 'x-api-key']);
/** Parameters likewise. */
const SECRET_QUERY = new Set(['token']);

/** Makes the payload of a request. A body that says it is JSON and is not is kept as text. Throws `invalid` for what cannot be read at all. */
export function hookPayload(request: HookHttpRequest, options: { readonly receivedAt: Date; readonly keepRaw?: boolean }): HookPayload {
  return {
    method: request.method,
    query: without(request.query, SECRET_QUERY),
    headers: without(request.headers, SECRET_HEADERS),
    body: readBody(request),
    ...(options.keepRaw ? { rawBody: request.rawBody.toString('base64') } : {}),
    receivedAt: options.receivedAt.toISOString(),
  };
}

function without(members: Readonly<Record<string, string>>, names: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.has(name.toLowerCase())));
}

function readBody(request: HookHttpRequest): unknown {
  if (request.rawBody.length === 0) return null;
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const text = bodyText(request.rawBody, request.headers);
  if (type === 'application/json' || type.endsWith('+json')) return parsedOr(text);
  if (type === 'application/x-www-form-urlencoded') return formMembers(new URLSearchParams(text));
  if (type === '') return parsedOr(text);
  return text;
}

function parsedOr(text: string): unknown {
  if (isTooDeep(text))
    throw invalid('too_deep', `The body is nested in more than ${MOST_LEVELS} levels, the most a hook takes. Send it flatter.`);
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON after all: the run shows what came
  }
}

/** A name that comes several times gives a list. */
function formMembers(form: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
