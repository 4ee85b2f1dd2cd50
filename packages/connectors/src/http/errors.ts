/** What an error answer of a service nobody knows beforehand means: the status decides, its own words are quoted. */
import { WeftError, mapFault, type HttpMethod, type HttpResponse } from '@weft/connector-kit';

/** What was called when the answer came. */
export interface Called {
  readonly method: HttpMethod;
  /** Sending it twice equals once. */
  readonly isRepeatable: boolean;
  /** What the answer speaks of; `elsewhere`: a redirect led to where the account's credentials do not go. */
  readonly credentials: 'none' | 'fixed' | 'token' | 'elsewhere';
  readonly nowMs: number;
}

/** What to do about a 401. */
const REFUSED: Readonly<Record<Called['credentials'], { readonly advice: string; readonly code?: string; readonly reconnect?: true }>> = {
  none: { advice: 'It may need an account: choose one.' },
  elsewhere: { advice: 'A redirect led there, and the account of this step is for another site.' },
  fixed: { reconnect: true, advice: 'Check the account of this step.' },
  token: {
    reconnect: true,
    code: 'token_refused',
    advice: 'It refuses a new access token as well: check scope and audience of the connection, and what the client may do there.',
  },
};

/** Server errors by which a service says that it has not acted. After any other, a request may have been carried out. */
const NOT_ACTED = new Set([501, 503, 505, 511]);
const MAX_BODY_CHARS = 2000;
const MAX_SAID_CHARS = 300;
/** As much of a web page is looked at. */
const MAX_PAGE_CHARS = 20_000;

/**
 * The error for an answer of status 400 and above: one sentence with what was called, the status and the service's own
 * message, and the body as detail. Class `transient` with `outcomeUnknown` where the service may have acted all the same.
 * A 401 for the credentials of an account says that it must be reconnected; a 403 is about what was asked for, not who asks.
 */
export function answerError(response: HttpResponse, called: Called): WeftError {
  const { host, pathname } = new URL(response.url);
  const error = mapFault(
    {
      vendor: host,
      rules: [{ status: 401, class: 'auth', ...REFUSED[called.credentials] }],
    },
    {
      ...wordsOf(response),
      detail: { status: response.status, body: shownBody(response) },
      subject: `${called.method} ${pathname.slice(0, 200)}`,
      status: response.status,
      headers: response.headers,
      nowMs: called.nowMs,
    },
  );
  if (called.isRepeatable || response.status < 500 || NOT_ACTED.has(response.status)) return error;
  const { class: kind, code, message, detail } = error;
  return new WeftError({ class: kind, code, message, detail, outcomeUnknown: true });
}

/** The service's own message, as one reads it. */
function wordsOf(response: HttpResponse): { message?: string } {
  const text = response.text().trim();
  const said = isHtml(response, text) ? pageTitle(text.slice(0, MAX_PAGE_CHARS)) : (messageIn(parsed(text)) ?? plainSentence(text));
  return said === undefined || said === '' ? {} : { message: said.slice(0, MAX_SAID_CHARS) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No JSON: its words are found another way.
  }
}

/** Members in which services put their message, the most telling first. */
const MESSAGE_MEMBERS = ['message', 'Message', 'error_description', 'detail', 'error', 'errors', 'title', 'description', 'reason', 'fault'];

/** Looks three levels deep, and at the first three of a list of errors. */
function messageIn(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (typeof value !== 'object' || value === null || depth > 3) return undefined;
  if (Array.isArray(value)) {
    const said = value.slice(0, 3).flatMap((item) => messageIn(item, depth + 1) ?? []);
    return said.length === 0 ? undefined : said.join('; ');
  }
  const members = value as Record<string, unknown>;
  const own = MESSAGE_MEMBERS.filter((name) => Object.hasOwn(members, name)).flatMap((name) => messageIn(members[name], depth + 1) ?? []);
  if (own[0] !== undefined) return withField(members, own[0]);
  return depth === 0 ? undefined : fieldErrors(members);
}

/** `{ "field": "email", "message": "is taken" }` reads `email: is taken`. */
function withField(members: Readonly<Record<string, unknown>>, message: string): string {
  const field = members['field'] ?? members['path'] ?? members['param'] ?? members['property'];
  return typeof field === 'string' && field !== '' && !message.includes(field) ? `${field}: ${message}` : message;
}

/** `{ "email": ["is taken"] }`, as frameworks answer for a form. */
function fieldErrors(members: Readonly<Record<string, unknown>>): string | undefined {
  const said = Object.entries(members).flatMap(([field, value]) => {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'string' ? [`${field}: ${first}`] : [];
  });
  return said.length === 0 ? undefined : said.slice(0, 3).join('; ');
}

/** Plain text that is short enough to be a sentence says something to a person; markup and dumps do not. */
function plainSentence(text: string): string | undefined {
  return text.length > 0 && text.length < MAX_SAID_CHARS && !/[<{\uFFFD]/.test(text) ? text : undefined;
}

function isHtml(response: HttpResponse, text: string): boolean {
  return /html/i.test(response.headers['content-type'] ?? '') || /^<(!doctype|html|head|body)\b/i.test(text);
}

/** A web page where data was expected usually comes from a proxy; its title or first heading names the trouble. */
function pageTitle(html: string): string {
  const found = /<title[^>]*>([\s\S]{1,500}?)<\/title>/i.exec(html)?.[1] ?? /<h1[^>]*>([\s\S]{1,500}?)<\/h1>/i.exec(html)?.[1] ?? '';
  const title = plainText(found);
  return title === '' ? 'it sent a web page instead of data' : `it sent a web page, “${title}”`;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" };

function plainText(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(#39|[a-z]+);/gi, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
}

/** The body as a person reads it: JSON as data, a page as its text, the rest as it came; cut. */
function shownBody(response: HttpResponse): unknown {
  const text = response.text().trim();
  if (isHtml(response, text)) return plainText(text.slice(0, MAX_PAGE_CHARS)).slice(0, MAX_BODY_CHARS);
  return text.length <= MAX_BODY_CHARS * 5 ? (parsed(text) ?? text.slice(0, MAX_BODY_CHARS)) : text.slice(0, MAX_BODY_CHARS);
}
