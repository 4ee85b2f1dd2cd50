/** Changes to nodes in place: their fields, their position, their account. */
import type { WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { FRAME_HEAD, FRAME_PAD } from './geometry.ts';
import type { Point } from './geometry.ts';

/** Replaces one node by what `change` makes of it. The id must stay. */
export function updateNode(document: WorkflowDocument, id: string, change: (node: WorkflowNode) => WorkflowNode): WorkflowDocument {
  return { ...document, nodes: document.nodes.map((node) => (node.id === id ? change(node) : node)) };
}

/** Moves nodes to new places, given in the same frame as `layout`. */
export function moveNodes(document: WorkflowDocument, moves: ReadonlyMap<string, Point>): WorkflowDocument {
  const layout = { ...document.layout };
  for (const node of document.nodes) {
    const to = moves.get(node.id);
    if (to === undefined) continue;
    const x = Math.round(to.x);
    const y = Math.round(to.y);
    layout[node.id] = node.parent === undefined ? [x, y] : [Math.max(FRAME_PAD, x), Math.max(FRAME_HEAD + FRAME_PAD, y)];
  }
  return { ...document, layout };
}

/** Sets an optional key of a node, or takes it away when the value is undefined. */
export function withOptional<Node extends WorkflowNode, Key extends keyof Node>(node: Node, key: Key, value: Node[Key] | undefined): Node {
  if (value !== undefined) return { ...node, [key]: value };
  const { [key]: _, ...rest } = node;
  // `key` is optional in every caller; the type system cannot follow a computed omission.
  return rest as unknown as Node;
}

/**
 * Removes a case of a branch together with the edges that leave by it, or renames nothing else.
 * Edges of cases that stay keep their targets, since ports are named by id, not by place.
 */
export function dropPort(document: WorkflowDocument, id: string, port: string): WorkflowDocument {
  return { ...document, edges: document.edges.filter((edge) => !(edge.from === id && edge.fromPort === port)) };
}

/** The slot a new node of a connector uses: the first one of that connector, or a new one. */
export function slotFor(
  document: WorkflowDocument,
  connector: { readonly id: string; readonly title: string },
): { document: WorkflowDocument; slot: string } {
  const existing = Object.entries(document.slots).find(([, slot]) => slot.connector === connector.id);
  if (existing !== undefined) return { document, slot: existing[0] };
  const slot = freeSlot(document, connector.id);
  return { document: { ...document, slots: { ...document.slots, [slot]: { connector: connector.id, title: connector.title } } }, slot };
}

/** A slot name nobody uses, made from a connector's id. */
export function freeSlot(document: WorkflowDocument, connector: string): string {
  const base =
    connector
      .replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase())
      .replace(/^[^a-z]/, (first) => first.toLowerCase()) || 'account';
  if (document.slots[base] === undefined) return base;
  let number = 2;
  while (document.slots[`${base}${number}`] !== undefined) number += 1;
  return `${base}${number}`;
}
