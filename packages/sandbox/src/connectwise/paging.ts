import { headerOf, type ApiRequest } from '../http.ts';

/** Default and greatest page size; anything larger is cut without complaint. */
const DEFAULT_SIZE = 25;
const MAX_SIZE = 1000;

/** One page of rows and the Link header that goes with it. */
export interface Page<T> {
  rows: T[];
  link: string | undefined;
  isForwardOnly: boolean;
}

/** Cuts a page, by page number or, when asked by header, forward-only by id. `rows` are filtered and in order. */
export function pageOf<T extends { id: number }>(
  request: ApiRequest,
  rows: T[],
  options: { linkOrigin: string; isLinkAlways: boolean },
): Page<T> {
  const size = clampSize(request.query.get('pageSize'));
  if (headerOf(request, 'pagination-type')?.toLowerCase() === 'forward-only' || request.query.has('pageId'))
    return forwardOnly(request, rows, { ...options, size });
  const page = Math.max(1, Number.parseInt(request.query.get('page') ?? '1', 10) || 1);
  const last = Math.max(1, Math.ceil(rows.length / size));
  const links: string[] = [];
  const add = (rel: string, target: number) =>
    links.push(`<${linkUrl(request, options.linkOrigin, ['page', String(target)])}>; rel="${rel}"`);
  if (page < last) {
    add('next', page + 1);
    add('last', last);
  }
  if (page > 1) {
    add('prev', Math.min(page - 1, last));
    add('first', 1);
  }
  return { rows: rows.slice((page - 1) * size, page * size), link: links.length > 0 ? links.join(', ') : undefined, isForwardOnly: false };
}

function forwardOnly<T extends { id: number }>(
  request: ApiRequest,
  rows: T[],
  options: { linkOrigin: string; isLinkAlways: boolean; size: number },
): Page<T> {
  const after = Number.parseInt(request.query.get('pageId') ?? '0', 10) || 0;
  const following = rows.filter((row) => row.id > after).toSorted((a, b) => a.id - b.id);
  const page = following.slice(0, options.size);
  const last = page.at(-1);
  const hasNext = last !== undefined && (following.length > page.length || options.isLinkAlways);
  const link = hasNext ? `<${linkUrl(request, options.linkOrigin, ['pageId', String(last.id)])}>; rel="next"` : undefined;
  return { rows: page, link, isForwardOnly: true };
}

/** Form seen live: a slash before `?`, the query as given, the page last. */
function linkUrl(request: ApiRequest, origin: string, cursor: [string, string]): string {
  const pairs = [...request.query].filter(([name]) => name !== 'page' && name !== 'pageId');
  const query = [...pairs, cursor].map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return `${origin}${request.path.replace(/\/$/, '')}/?${query}`;
}

/** .NET's form encoding: `+` for a space, lower-case escapes. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/['~]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
    .replace(/%20/g, '+')
    .replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

function clampSize(text: string | null): number {
  const size = Number.parseInt(text ?? '', 10);
  return Number.isFinite(size) && size > 0 ? Math.min(size, MAX_SIZE) : DEFAULT_SIZE;
}
