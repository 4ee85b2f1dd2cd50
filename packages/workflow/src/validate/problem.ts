/** What validation finds. */

/** One finding. Errors keep a workflow from being published, warnings do not. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Where: `nodes.won.input.object` (nodes by id), `edges.3`, `slots.crm`; empty for the whole document. */
  readonly path: string;
  readonly nodeId?: string;
  /** Stable machine word. */
  readonly code: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** A finding of severity `error`. */
export function error(path: string, code: string, message: string): Problem {
  return { severity: 'error', path, code, message, ...nodeOf(path) };
}

/** A finding of severity `warning`. */
export function warning(path: string, code: string, message: string): Problem {
  return { severity: 'warning', path, code, message, ...nodeOf(path) };
}

/** The name among `known` that somebody may have meant, as a half-sentence; empty when none is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance <= Math.max(1, Math.floor(word.length / 3)) && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best ? ` Did you mean “${best.name}”?` : '';
}

function nodeOf(path: string): { nodeId?: string } {
  const nodeId = /^nodes\.([A-Za-z]\w*)/.exec(path)?.[1];
  return nodeId === undefined ? {} : { nodeId };
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
