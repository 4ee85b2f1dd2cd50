/** The records of one page. */
import { doNotRetry } from '@weft/connector-kit';
import { valueAt } from './data-path.ts';

/**
 * The list in an answer: at the path, or without one the answer itself, or its only list. On later pages a list that is
 * missing is an empty one. Throws `invalid` `items_not_found` telling what is there instead.
 */
export function itemsOf(body: unknown, place: { readonly path: readonly string[] | undefined; readonly isFirst: boolean }): unknown[] {
  const found = place.path === undefined ? onlyList(body) : valueAt(body, place.path);
  if (Array.isArray(found)) return found as unknown[];
  if (found === null || (found === undefined && !place.isFirst)) return [];
  const where = place.path === undefined || place.path.length === 0 ? 'The answer' : `"${place.path.join('.')}" in the answer`;
  throw doNotRetry(`${where} is no list but ${described(found)}.${hint(body)}`, { code: 'items_not_found' });
}

function onlyList(body: unknown): unknown {
  if (Array.isArray(body) || typeof body !== 'object' || body === null) return body;
  const lists = Object.values(body).filter((value) => Array.isArray(value));
  return lists.length === 1 ? lists[0] : body;
}

function described(value: unknown): string {
  if (value === undefined) return 'not there';
  if (value === null) return 'null';
  if (typeof value !== 'object') return `${typeof value === 'string' ? 'text' : `a ${typeof value}`}: ${String(value).slice(0, 80)}`;
  const names = Object.keys(value);
  return names.length === 0 ? 'an empty record' : `a record with ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' and more' : ''}`;
}

/** Paths of lists, two levels deep, to choose from. */
function hint(body: unknown): string {
  const lists = listPaths(body, '', 2);
  return lists.length === 0
    ? ' Give the path of the list of records.'
    : ` Give the path of the list of records: ${lists.slice(0, 5).join(', ')}.`;
}

function listPaths(value: unknown, prefix: string, depth: number): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 0) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    Array.isArray(member) ? [`${prefix}${name}`] : listPaths(member, `${prefix}${name}.`, depth - 1),
  );
}
