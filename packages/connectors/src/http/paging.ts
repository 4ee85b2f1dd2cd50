/**
 * Where the next page of a list is. Pure: an answer and what has been read so far in, an address out.
 *
 * Ways that *point* (a link, an address or a cursor in the answer) end when nothing points on. Ways that *count* (page
 * number, offset) know no end, so an empty page is theirs.
 */
import { doNotRetry } from '@weft/connector-kit';
import { valueAt } from './data-path.ts';
import { nextLink } from './link-header.ts';

export const FOLLOW_KINDS = ['link', 'nextAddress', 'cursor', 'pageNumber', 'offset'] as const;

/** How pages hang together, with everything its way needs. Paths are parsed. */
export type Follow =
  | { readonly kind: 'link' }
  | { readonly kind: 'nextAddress'; readonly path: readonly string[] }
  | { readonly kind: 'cursor'; readonly path: readonly string[]; readonly parameter: string }
  | { readonly kind: 'pageNumber'; readonly parameter: string; readonly first: number }
  | { readonly kind: 'offset'; readonly parameter: string; readonly first: number };

/** What is known after a page. */
export interface SoFar {
  /** The address the first page was asked at, page parameters included. */
  readonly start: string;
  /** The address that answered with this page. */
  readonly url: string;
  readonly link: string | undefined;
  readonly body: unknown;
  /** Pages read, this one included. */
  readonly pages: number;
  /** Records read, this page's included. */
  readonly items: number;
}

/** Whether the way ends by itself, as opposed to counting on for ever. */
export function pointsOn(follow: Follow): boolean {
  return follow.kind === 'link' || follow.kind === 'nextAddress' || follow.kind === 'cursor';
}

/** The address of the first page. */
export function firstAddress(follow: Follow, address: string): string {
  return follow.kind === 'pageNumber' || follow.kind === 'offset'
    ? withParameter(address, follow.parameter, String(follow.first))
    : address;
}

/** The address of the next page; undefined when nothing points on. Throws `invalid` for one on another site. */
export function nextAddress(follow: Follow, soFar: SoFar): string | undefined {
  switch (follow.kind) {
    case 'link':
      return onSameSite(soFar, nextLink(soFar.link));
    case 'nextAddress':
      return onSameSite(soFar, pointer(valueAt(soFar.body, follow.path)));
    case 'cursor': {
      const cursor = pointer(valueAt(soFar.body, follow.path));
      return cursor === undefined ? undefined : withParameter(soFar.start, follow.parameter, cursor);
    }
    case 'pageNumber':
      return withParameter(soFar.start, follow.parameter, String(follow.first + soFar.pages));
    case 'offset':
      return withParameter(soFar.start, follow.parameter, String(follow.first + soFar.items));
  }
}

/** Text or a number points on; nothing, an empty text and `false` do not. */
function pointer(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '' || value === false) return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw doNotRetry(`What leads to the next page is neither text nor a number: ${JSON.stringify(value).slice(0, 100)}. Check its path.`, {
    code: 'next_page_malformed',
  });
}

/**
 * Headers and credentials were meant for the site that a person entered, so an answer cannot send them to another.
 * A service behind a proxy may write its own address with http; that is put right.
 */
function onSameSite(soFar: SoFar, next: string | undefined): string | undefined {
  if (next === undefined) return undefined;
  const start = new URL(soFar.start);
  const url = URL.parse(next, soFar.url);
  if (url === null) throw doNotRetry(`The address of the next page is not one: "${next.slice(0, 200)}".`, { code: 'next_page_malformed' });
  if (start.protocol === 'https:' && url.protocol === 'http:' && url.hostname === start.hostname) {
    url.protocol = 'https:';
    url.port = start.port;
  }
  if (url.origin === start.origin) return url.href;
  throw doNotRetry(
    `The next page is on another site: ${url.origin} instead of ${start.origin}. It is not followed, so that headers and credentials stay with the site they were entered for.`,
    { code: 'next_page_elsewhere' },
  );
}

/** An address with one parameter set. */
export function withParameter(address: string, name: string, value: string): string {
  const url = URL.parse(address);
  if (url === null) return address; // Left to the guard, which says what is wrong with it.
  url.searchParams.set(name, value);
  return url.href;
}
