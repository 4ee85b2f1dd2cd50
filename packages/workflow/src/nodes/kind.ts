/** What every kind of node tells about itself: its ports, its words, its own rules. */
import type { Catalog } from '../catalog.ts';
import type { WorkflowNode } from '../document.ts';

/** A way out of a node. `id` is what an edge's `fromPort` names; the edge of `next` leaves it out. */
export interface Port {
  readonly id: string;
  readonly label: string;
  readonly kind: 'next' | 'error' | 'case' | 'otherwise';
}

/** A rule of one kind that a node breaks; `path` is below the node. */
export interface NodeFinding {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** One value or expression of a node that the engine resolves when the node runs. */
export interface Resolved {
  /** Below the node, such as `input.object`. */
  readonly path: string;
  readonly value: unknown;
  /** A bare expression, whose braces may be left out. */
  readonly isBareExpression?: boolean;
}

/** The face of a node kind towards documents. */
export interface KindShape<Node extends WorkflowNode> {
  /** Title in plain words when a person gave none. */
  title(node: Node, catalog: Catalog): string;
  /** One line: what it does and where. */
  summary(node: Node, catalog: Catalog): string;
  ports(node: Node): readonly Port[];
  /** Everything in it that holds expressions. */
  resolved(node: Node): readonly Resolved[];
  check(node: Node): readonly NodeFinding[];
}

export const NEXT: Port = { id: 'next', label: 'Next', kind: 'next' };
export const ERROR: Port = { id: 'error', label: 'On error', kind: 'error' };
