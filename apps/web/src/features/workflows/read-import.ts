/** What a pasted or chosen text holds, as far as can be told before asking the server. */
export interface ImportSummary {
  readonly name: string;
  readonly nodes: number;
  /** Connectors of the accounts it needs. */
  readonly needs: readonly string[];
}

/** Reads name, size and needs of a workflow's JSON; undefined when the text is no JSON object. */
export function readImport(text: string): ImportSummary | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const { name, nodes, slots } = value as { name?: unknown; nodes?: unknown; slots?: unknown };
    const accounts = typeof slots === 'object' && slots !== null ? Object.values(slots as Record<string, { connector?: unknown }>) : [];
    return {
      name: typeof name === 'string' && name !== '' ? name : 'Workflow without a name',
      nodes: Array.isArray(nodes) ? nodes.length : 0,
      needs: [...new Set(accounts.map((slot) => slot?.connector).filter((connector) => typeof connector === 'string'))],
    };
  } catch {
    return undefined; // the server's answer names line and column
  }
}
