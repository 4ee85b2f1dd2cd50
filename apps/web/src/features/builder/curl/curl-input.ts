/** What a cURL command fills in at a node of the HTTP connector. Pure. */
import { escapeText } from '@weft/expression';
import type { JsonValue } from '@weft/workflow';
import { SECRET_MEMBER, decodedPair, withoutCredentials } from './curl-credential.ts';
import type { CurlCredential } from './curl-credential.ts';
import type { CurlHeader, CurlRequest } from './parse-curl.ts';

/** The connector whose nodes a command can fill in. */
export const HTTP_CONNECTOR = 'http';

/** What a command becomes. */
export interface CurlImport {
  readonly operation: 'get' | 'getAll' | 'request';
  /** Without any credential; `{{` in the command is escaped, so that it stays text. */
  readonly input: Readonly<Record<string, JsonValue>>;
  readonly credential: CurlCredential | undefined;
  /** What is not taken over, or should be looked at: one sentence each. */
  readonly notes: readonly string[];
}

/** The names of the HTTP connector and its properties, as its manifest has them. */
type Body = Readonly<Record<string, JsonValue>>;

/** Headers Weft sets by itself; others of them would make the answer unreadable. */
const OWN_HEADERS = new Set(['accept-encoding', 'content-length', 'host', 'connection', 'transfer-encoding', 'te', 'expect', 'keep-alive']);
/** Headers that tell a site which browser asks. */
const BROWSER_HEADER = /^(sec-|priority$|upgrade-insecure-requests$|dnt$|pragma$|x-client-data$)/i;

/** The import of a request into a node with this operation. Getting all pages stays what it is when the request only reads. */
export function importCurl(request: CurlRequest, currentOperation: string): CurlImport {
  const { credential, leftOut, url, headers } = withoutCredentials(request);
  const kept = withoutOwnHeaders(headers);
  const contentType = request.parts.length > 0 ? undefined : valueOf(kept.headers, 'content-type');
  const body = bodyOf(request, contentType);
  const isRead = request.method === 'GET' && body === undefined;
  const address = splitQuery(url);
  const input = escaped({
    url: address.base,
    ...(address.query === undefined ? {} : { query: address.query }),
    ...(isRead ? {} : { method: request.method, ...body?.input }),
    ...headersInput(kept.headers.filter(([name]) => body?.hasType !== true || name.toLowerCase() !== 'content-type')),
    ...(request.seconds === undefined ? {} : { timeoutSeconds: request.seconds }),
  });
  return {
    operation: isRead ? (currentOperation === 'getAll' ? 'getAll' : 'get') : 'request',
    // The escaping gives the same shape back.
    input: input.value as Record<string, JsonValue>,
    credential,
    notes: [
      ...leftOut.map((what) => `There is also ${what}. A connection holds one credential, so it is left out.`),
      ...kept.notes,
      ...request.notes,
      ...(body?.notes ?? []),
      ...variableNotes(request),
      ...(input.hasBraces ? ['“{{” in the command stays text; it does not begin an expression.'] : []),
    ],
  };
}

function valueOf(headers: readonly CurlHeader[], name: string): string | undefined {
  return headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

function withoutOwnHeaders(headers: readonly CurlHeader[]): { readonly headers: readonly CurlHeader[]; readonly notes: readonly string[] } {
  const own = headers.filter(([name]) => OWN_HEADERS.has(name.toLowerCase())).map(([name]) => name);
  const browsers = headers.filter(([name]) => BROWSER_HEADER.test(name)).map(([name]) => name);
  return {
    headers: headers.filter(([name]) => !own.includes(name) && !browsers.includes(name)),
    notes: [
      ...(own.length === 0 ? [] : [`${own.join(', ')}: left out, Weft sets ${own.length === 1 ? 'it' : 'them'} by itself.`]),
      ...(browsers.length === 0 ? [] : [`${browsers.join(', ')}: left out, only browsers send ${browsers.length === 1 ? 'it' : 'them'}.`]),
    ],
  };
}

function headersInput(headers: readonly CurlHeader[]): Body {
  if (headers.length === 0) return {};
  const joined: Record<string, string> = {};
  for (const [name, value] of headers) joined[name] = joined[name] === undefined ? value : `${joined[name]}, ${value}`;
  return { headers: joined };
}

/** The query as rows; left in the address where rows would lose something: names twice, or pieces that are no pairs. */
function splitQuery(url: string): { readonly base: string; readonly query: Body | undefined } {
  const [, base = url, query = '', fragment = ''] = /^([^?#]*)\?([^#]*)(#[\s\S]*)?$/.exec(url) ?? [];
  const pairs = query === '' ? [] : query.split('&');
  const fields = fieldsOf(pairs);
  return fields === undefined || pairs.length === 0 ? { base: url, query: undefined } : { base: `${base}${fragment}`, query: fields };
}

/** Pairs as an object; undefined when a name comes twice or a pair is none. */
function fieldsOf(pairs: readonly string[]): Record<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const [name, value] = decodedPair(pair);
    if (name === '' || !pair.includes('=') || fields.has(name)) return undefined;
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

interface FoundBody {
  readonly input: Body;
  /** Its kind says the content type already, so that the header is not needed. */
  readonly hasType: boolean;
  readonly notes: readonly string[];
}

function bodyOf(request: CurlRequest, contentType: string | undefined): FoundBody | undefined {
  if (request.parts.length > 0) return partsBody(request);
  const { data } = request;
  if (data === undefined || data === '') return undefined;
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === undefined || /[/+]json$/.test(type)) {
    const json = exactJson(data);
    if (json !== undefined)
      return {
        input: { bodyKind: 'json', body: json },
        hasType: type === undefined || type === 'application/json',
        notes: secretNotes(json),
      };
  }
  if (type === undefined || type === 'application/x-www-form-urlencoded') {
    const form = fieldsOf(data.split('&'));
    if (form !== undefined) return { input: { bodyKind: 'form', form }, hasType: true, notes: secretNotes(form) };
  }
  return {
    input: { bodyKind: 'text', text: data, contentType: contentType ?? 'application/x-www-form-urlencoded' },
    hasType: true,
    notes: [],
  };
}

function partsBody(request: CurlRequest): FoundBody {
  const parts: Record<string, JsonValue> = {};
  const twice = new Set<string>();
  for (const { name, value } of request.parts) {
    if (Object.hasOwn(parts, name)) twice.add(name);
    else parts[name] = value;
  }
  return {
    input: { bodyKind: 'multipart', parts },
    hasType: true,
    notes: [
      ...[...twice].map((name) => `There are several parts “${name}”; the first one is taken. Map a list to send more.`),
      ...secretNotes(parts),
    ],
  };
}

/** A record or list; undefined for anything else, and for numbers that would lose digits on the way. */
function exactJson(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return /(?<!["\w.-])-?\d[\d.]{15,}/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '""')) ? undefined : value;
  } catch {
    return undefined; // Sent as the text it is.
  }
}

/** A body can hold secrets that a connection cannot take; they are kept, since the request would be useless without, and told. */
function secretNotes(value: JsonValue): string[] {
  const names = new Set<string>();
  const look = (one: JsonValue): void => {
    if (typeof one !== 'object' || one === null) return;
    for (const [name, member] of Object.entries(one)) {
      if (!Array.isArray(one) && SECRET_MEMBER.test(name) && typeof member === 'string' && member !== '') names.add(name);
      look(member);
    }
  };
  look(value);
  return [...names].map((name) => `The body holds “${name}”: it will stand in the workflow, where everybody who can open it reads it.`);
}

function variableNotes({ variables }: CurlRequest): string[] {
  return variables.length === 0
    ? []
    : [`${variables.join(', ')}: ${variables.length === 1 ? 'a variable' : 'variables'} of your shell. Put the value in its place.`];
}

function escaped(value: JsonValue): { readonly value: JsonValue; readonly hasBraces: boolean } {
  let hasBraces = false;
  const walk = (one: JsonValue): JsonValue => {
    if (typeof one === 'string') {
      hasBraces ||= one.includes('{{');
      return escapeText(one);
    }
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [name, walk(member)]));
  };
  return { value: walk(value), hasBraces };
}
