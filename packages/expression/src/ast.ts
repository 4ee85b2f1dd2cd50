/** A reading view of JSONata's syntax tree, whose published type leaves out half of it. */
import jsonata from 'jsonata';
import { fromJsonata } from './failure.ts';

/** One node. Every child is reachable through {@link childrenOf}. */
export interface AstNode {
  readonly type: string;
  readonly value?: unknown;
  /** Offset behind the node's last (for operators: only) token. */
  readonly position?: number;
  readonly steps?: readonly AstNode[];
  readonly procedure?: AstNode;
  readonly arguments?: readonly AstNode[];
  readonly [key: string]: unknown;
}

/** JSONata's parser looks at each condition twice, so that nested ones double its time. */
const MOST_CONDITIONS = 10;

/** Refuses what the parser would take too long for. Throws `expression_syntax`. */
export function requireReadable(text: string): void {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '');
  const conditions = plain.split('?').length - 1;
  if (conditions <= MOST_CONDITIONS) return;
  const message = `It holds ${conditions} conditions; ${MOST_CONDITIONS} are allowed in one expression. Use a branch or a value map`;
  throw fromJsonata({ code: 'S0000', position: 0, message }, text);
}

/** Parses an expression. Throws `expression_syntax`. */
export function parseExpression(text: string): AstNode {
  if (text.length > 20_000) {
    throw fromJsonata({ code: 'S0000', position: 0, message: `It has ${text.length} characters; 20,000 are allowed` }, text);
  }
  requireReadable(text);
  try {
    return jsonata(text).ast() as unknown as AstNode;
  } catch (thrown) {
    throw fromJsonata(thrown, text);
  }
}

/** All nodes directly below a node, whatever member they hang on. */
export function childrenOf(node: AstNode): AstNode[] {
  const found: AstNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (isNode(value)) found.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  for (const [key, value] of Object.entries(node)) if (key !== 'value' || isNode(value)) collect(value);
  return found;
}

/** Visits a node and everything below it. */
export function walk(node: AstNode, visit: (node: AstNode) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
