/** Places in a document, in words that can be found on the canvas. */

/** A path with ids in the place of positions: `nodes.won.input`. A node without a readable id keeps its position. */
export function locate(path: readonly PropertyKey[], root: unknown): string {
  return path
    .map((part, index) => {
      if (typeof part !== 'number' || path[index - 1] !== 'nodes') return String(part);
      const id = (valueAt(path.slice(0, index + 1), root) as { id?: unknown } | undefined)?.id;
      return typeof id === 'string' && /^[A-Za-z]\w{0,60}$/.test(id) ? id : String(part);
    })
    .join('.');
}

/** The value at a path; undefined where the path leads nowhere. */
export function valueAt(path: readonly PropertyKey[], root: unknown): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    root,
  );
}
