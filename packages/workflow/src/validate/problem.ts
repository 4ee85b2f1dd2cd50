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
  return finding('error', { path, code, message });
}

/** A finding of severity `warning`. */
export function warning(path: string, code: string, message: string): Problem {
  return finding('warning', { path, code, message });
}

/** Foreign text may stand in a path or a message; a finding is to be read, so both have an end. */
function finding(severity: Problem['severity'], about: { path: string; code: string; message: string }): Problem {
  return { severity, path: shorten(about.path, 200), code: about.code, message: shorten(about.message, 600), ...nodeOf(about.path) };
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Longer words are not typing errors, and comparing them would cost more than the hint is worth. */
const LONGEST_WORD = 60;

/** The name among `known` that somebody may have meant, as a half-sentence; empty when none is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  let best: { name: string; distance: number } | undefined;
  if (word.length > LONGEST_WORD) return '';
  for (const name of known) {
    if (name.length > LONGEST_WORD) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance <= Math.max(1, Math.floor(word.length / 3)) && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best ? ` Did you mean “${best.name}”?` : '';
}

function nodeOf(path: string): { nodeId?: string } {
  const nodeId = /^nodes\.([A-Za-z]\w*)(?=\.|$)/.exec(path)?.[1];
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
