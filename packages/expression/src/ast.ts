/** A reading view of JSONata's syntax tree, whose published type leaves out half of it. */
import jsonata from 'jsonata';
import { admitExpression } from './admit.ts';
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

/** Parses an expression. Throws `expression_syntax`. */
export function parseExpression(text: string): AstNode {
  admitExpression(text);
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
