/** Steps inside of loops, in words. */

/** `contacts[12].create` as "Item 13", `contacts[page0].contacts` as "Page 1, read"; a step outside of loops as its path. */
export function itemLabel(path: string): string {
  const [, kind, page] = /\[(page|done)(\d+)\]\.\w+$/.exec(path) ?? [];
  const indexes = [...path.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]) + 1);
  const item = indexes.length === 0 ? undefined : `Item ${indexes.join(', ')}`;
  if (page === undefined) return item ?? path;
  return `${item === undefined ? 'Page' : `${item}, page`} ${Number(page) + 1}, ${kind === 'page' ? 'read' : 'done'}`;
}
