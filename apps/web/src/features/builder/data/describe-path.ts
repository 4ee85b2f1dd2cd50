/** Paths as people read them: the node's name and the field. Pure. */
import type { WorkflowDocument } from '@weft/workflow';

/** A path expression taken apart. */
export interface PathParts {
  /** `trigger`, `item`, `index`, `config`, `run`, `error`, `resume`, or `steps`. */
  readonly root: string;
  /** The node for `steps`. */
  readonly nodeId?: string;
  readonly keys: readonly string[];
}

const WHOLE = /^(trigger|steps|item|index|config|run|error|resume)((?:\.(?:[A-Za-z_$][\w$]*|`[^`]+`)|\[-?\d+\])*)$/;

/** The parts of a bare path; undefined for any other expression. */
export function pathParts(expression: string): PathParts | undefined {
  const match = WHOLE.exec(expression.trim());
  if (match?.[1] === undefined) return undefined;
  const keys = [...(match[2] ?? '').matchAll(/\.(`[^`]+`|[A-Za-z_$][\w$]*)|\[(-?\d+)\]/g)].map(
    (found) => found[2] ?? (found[1] ?? '').replaceAll('`', ''),
  );
  if (match[1] !== 'steps') return { root: match[1], keys };
  const [nodeId, ...rest] = keys;
  return nodeId === undefined ? undefined : { root: 'steps', nodeId, keys: rest };
}

/** Keys that say nothing to a person, being the envelope around every record. */
const ENVELOPES = new Set(['record', 'body', 'output', 'data']);

/** The field's short name: the last keys, without envelopes. */
export function fieldName(keys: readonly string[]): string {
  const own = keys.length > 1 && ENVELOPES.has(keys[0] ?? '') ? keys.slice(1) : keys;
  return own.slice(-2).join('.');
}

/** Node that a path draws from, when it is still there. */
export function sourceNode(document: WorkflowDocument, parts: PathParts) {
  if (parts.root === 'trigger') return document.nodes.find((node) => node.kind === 'trigger');
  return parts.nodeId === undefined ? undefined : document.nodes.find((node) => node.id === parts.nodeId);
}

/** Writes a row of the data tree as it is read somewhere. */
export type WritePath = (root: string, keys: readonly (string | number)[]) => string;

/** A row of the data tree as path expression text; keys that are not plain words are quoted. */
export function pathText(root: string, keys: readonly (string | number)[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}.\`${key}\``;
  }, root);
}
