/** The credentials of a cURL command: taken out of the request, so that they go into a connection and not into a workflow. Pure. */
import type { CurlHeader, CurlRequest } from './parse-curl.ts';

/** A credential as a connection of the HTTP connector holds it. */
export interface CurlCredential {
  /** In words, with an article: `a bearer token`. */
  readonly what: string;
  readonly authScheme: 'bearer' | 'basic' | 'header' | 'query';
  /** By field of the scheme. A value that only the shell knew is left empty. */
  readonly values: Readonly<Record<string, string>>;
}

/** A request without its credentials. */
export interface WithoutCredentials {
  readonly url: string;
  readonly headers: readonly CurlHeader[];
  /** The credential a connection can hold; undefined when the command has none. */
  readonly credential: CurlCredential | undefined;
  /** Further ones, which the same connection cannot hold: in words. */
  readonly leftOut: readonly string[];
}

/** Headers that authorise somebody, beside `Authorization`. A cookie usually is a session of the person who copied it. */
const SECRET_HEADER =
  /^(cookie|proxy-authorization|x-amz-security-token|.*(^|[-_])(api[-_]?key|apikey|(auth|access|private|session|security|csrf|xsrf)[-_]?token|token|secret|password|subscription-key|functions-key|client-secret))$/i;
const SECRET_PARAMETER =
  /^(api[-_.]?key|apikey|(access|auth|api|private|id|refresh)[-_]?token|token|secret|client[-_]?secret|password|passwd|pwd|sig|signature|app[-_]?key)$/i;
/** Names of keys that are also names of other things: these only with a long value. */
const MAYBE_SECRET_PARAMETER = /^(key|code|auth|appid)$/i;
const LEAST_KEY_CHARS = 16;

/** Members of a body that usually hold a secret. */
export const SECRET_MEMBER =
  /^(password|passwd|secret|client[-_]?secret|api[-_]?key|(access|refresh|id)[-_]?token|private[-_]?key|assertion)$/i;

/** Takes out what authorises the request. The most telling one becomes the connection's, in this order. */
export function withoutCredentials(request: CurlRequest): WithoutCredentials {
  const known = (value: string): string => (request.variables.some((variable) => value.includes(variable)) ? '' : value);
  const site = known(siteOf(request.url));
  const isSecret = ([name]: CurlHeader): boolean => name.toLowerCase() === 'authorization' || SECRET_HEADER.test(name);
  const address = withoutSecretParameters(request.url);
  const found: CurlCredential[] = [
    ...(request.bearer === undefined ? [] : [bearer(site, known(request.bearer))]),
    ...request.headers.filter(isSecret).map(([name, value]) => ofHeader(site, { name, value }, known)),
    ...(request.user === undefined ? [] : [basic(site, request.user, known)]),
    ...address.taken.map(([name, value]): CurlCredential => ({
      what: `a key in the query (${name})`,
      authScheme: 'query',
      values: { site, queryName: name, queryValue: known(value) },
    })),
  ];
  const [first, ...others] = found.toSorted((a, b) => rank(a) - rank(b));
  return {
    url: address.url,
    headers: request.headers.filter((header) => !isSecret(header)),
    credential: first,
    leftOut: others.map(({ what }) => what),
  };
}

/** Cookies come last: most commands that have one beside a key were copied from a browser. */
function rank({ authScheme, values }: CurlCredential): number {
  if (authScheme === 'bearer') return 0;
  if (authScheme === 'basic') return 1;
  return values['headerName']?.toLowerCase() === 'cookie' ? 4 : authScheme === 'header' ? 2 : 3;
}

function bearer(site: string, token: string): CurlCredential {
  return { what: 'a bearer token', authScheme: 'bearer', values: { site, token } };
}

function basic(site: string, user: string, known: (value: string) => string): CurlCredential {
  const border = user.indexOf(':');
  const [username, password] = border === -1 ? [user, ''] : [user.slice(0, border), user.slice(border + 1)];
  return { what: 'a user name and password', authScheme: 'basic', values: { site, username: known(username), password: known(password) } };
}

function ofHeader(site: string, header: { name: string; value: string }, known: (value: string) => string): CurlCredential {
  const { name, value } = header;
  const isAuthorization = name.toLowerCase() === 'authorization';
  const [, scheme = '', rest = ''] = /^(\S+)\s+(\S[\s\S]*)$/.exec(value) ?? [];
  if (isAuthorization && scheme.toLowerCase() === 'bearer') return bearer(site, known(rest));
  const decoded = isAuthorization && scheme.toLowerCase() === 'basic' ? decodedBasic(rest) : undefined;
  if (decoded !== undefined) return basic(site, decoded, (text) => text);
  return { what: `a key in the header ${name}`, authScheme: 'header', values: { site, headerName: name, headerValue: known(value) } };
}

function decodedBasic(base64: string): string | undefined {
  try {
    const text = new TextDecoder().decode(Uint8Array.from(atob(base64.trim()), (char) => char.codePointAt(0) ?? 0));
    return text.includes(':') ? text : undefined;
  } catch {
    return undefined; // No base64: kept as a header with this value.
  }
}

function siteOf(url: string): string {
  return URL.parse(url)?.origin ?? '';
}

function withoutSecretParameters(url: string): { readonly url: string; readonly taken: readonly CurlHeader[] } {
  const [, before = url, query, fragment = ''] = /^([^?#]*)\?([^#]*)([\s\S]*)$/.exec(url) ?? [];
  if (query === undefined) return { url, taken: [] };
  const pairs = query.split('&').map((pair): readonly [string, readonly [string, string]] => [pair, decodedPair(pair)]);
  const isSecret = ([, [name, value]]: (typeof pairs)[number]): boolean =>
    value !== '' && (SECRET_PARAMETER.test(name) || (MAYBE_SECRET_PARAMETER.test(name) && value.length >= LEAST_KEY_CHARS));
  const kept = pairs.filter((pair) => !isSecret(pair)).map(([pair]) => pair);
  return {
    url: `${before}${kept.length === 0 ? '' : `?${kept.join('&')}`}${fragment}`,
    taken: pairs.filter(isSecret).map(([, pair]) => pair),
  };
}

/** Name and value of one parameter of a query or a form. */
export function decodedPair(pair: string): [name: string, value: string] {
  const [only] = [...new URLSearchParams(pair)];
  return only ?? ['', ''];
}
