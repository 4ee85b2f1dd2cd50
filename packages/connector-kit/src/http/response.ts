/** A response as connectors see it: read to its end, decoded lazily. */
import { WeftError } from '@weft/errors';

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; several values of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Address that answered, after redirects. */
  readonly url: string;
  readonly bytes: Uint8Array;
  /** The body as UTF-8. */
  text(): string;
  /** The body parsed. An empty body is `null`; one that is no JSON throws `transient` `not_json`, for it is usually a proxy's page. */
  json(): unknown;
}

/** Makes a response of its parts. */
export function createResponse(parts: { status: number; headers: Record<string, string>; url: string; bytes: Uint8Array }): HttpResponse {
  const text = (): string => new TextDecoder().decode(parts.bytes);
  return {
    ...parts,
    text,
    json() {
      const body = text();
      if (body.trim() === '') return null;
      try {
        return JSON.parse(body) as unknown;
      } catch (cause) {
        throw new WeftError({
          class: 'transient',
          code: 'not_json',
          message: `${new URL(parts.url).host} answered ${parts.status} with something other than JSON: ${body.trim().slice(0, 120)}`,
          cause,
        });
      }
    },
  };
}

/** Flattens undici's headers. */
export function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const plain: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  return plain;
}
