/** Binding of an account to the places its credentials may go. */
import { WeftError } from '@weft/errors';

/** Refuses a URL that is none of the allowed origins. An entry may hold a leading wildcard: `https://*.example.com`. */
export function checkOrigin(url: URL, allowed: readonly string[] | undefined): void {
  if (allowed === undefined || allowed.some((entry) => matchesOrigin(url, entry))) return;
  throw new WeftError({
    class: 'invalid',
    code: 'origin_not_allowed',
    message: `This connection may call ${allowed.join(', ')} only; ${url.origin} is another site.`,
  });
}

function matchesOrigin(url: URL, entry: string): boolean {
  const wildcard = /^(https?:)\/\/\*(\.[^/:]+)(?::(\d+))?$/.exec(entry);
  if (wildcard === null) return URL.canParse(entry) && new URL(entry).origin === url.origin;
  const [, protocol, suffix, port] = wildcard;
  return url.protocol === protocol && url.hostname.endsWith(suffix ?? '') && url.port === (port ?? '');
}

/** Headers that say nothing about who calls. Everything else a caller set stays with the origin it was meant for. */
const SAFE_HEADERS = new Set(['accept', 'accept-encoding', 'accept-language', 'content-type', 'content-length', 'user-agent']);

/** The headers that may follow a redirect to another origin. */
export function headersForOtherOrigin(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => SAFE_HEADERS.has(name.toLowerCase())));
}
