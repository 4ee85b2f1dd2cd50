/** What validation finds. */
import { nearestName } from '@weft/expression';

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

/** The name among `known` that somebody may have meant, as a half-sentence; empty when none is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const name = nearestName(word, known);
  return name === undefined ? '' : ` Did you mean “${name}”?`;
}

function nodeOf(path: string): { nodeId?: string } {
  const nodeId = /^nodes\.([A-Za-z]\w*)(?=\.|$)/.exec(path)?.[1];
  return nodeId === undefined ? {} : { nodeId };
}
