/** Parts of a draft that may be any JSON, since unfinished drafts are kept as they are. */

/** The slots of a draft that name a connector. */
export function slotsOf(draft: unknown): Record<string, { readonly connector: string }> {
  return Object.fromEntries(
    Object.entries(asObject(asObject(draft)['slots'])).flatMap(([slot, value]) => {
      const { connector } = asObject(value);
      return typeof connector === 'string' ? [[slot, { connector }]] : [];
    }),
  );
}

/** The connectors that a draft's nodes use, in the order of the nodes. */
export function connectorsOf(draft: unknown): string[] {
  const nodes = asObject(draft)['nodes'];
  const used = (Array.isArray(nodes) ? nodes : []).map((node) => asObject(node)['connector']);
  return [...new Set(used.filter((connector) => typeof connector === 'string'))];
}

/** The questions of a draft: key → title and type. */
export function questionsOf(draft: unknown): ReadonlyMap<string, { readonly title: string; readonly type: unknown }> {
  return new Map(
    Object.entries(asObject(asObject(draft)['config'])).map(([key, value]) => {
      const { title, type } = asObject(value);
      return [key, { title: typeof title === 'string' ? title : key, type }];
    }),
  );
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
