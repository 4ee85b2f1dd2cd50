/** Edges: drawing, re-plugging and removing them, and why an edge cannot be drawn. */
import { graphOf, wouldCycle } from '@weft/workflow';
import type { Edge, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { edgeKey, makeEdge, outputPorts, portOf } from './ports.ts';

/** The two ends of an edge to draw. */
export interface Connection {
  readonly from: string;
  readonly fromPort: string;
  readonly to: string;
}

/**
 * Why an edge cannot be drawn, as a sentence for a person; undefined when it can.
 *
 * `replacing` is the edge that is being re-plugged: it no longer counts.
 */
export function whyNot(document: WorkflowDocument, connection: Connection, replacing?: string): string | undefined {
  const from = find(document, connection.from);
  const to = find(document, connection.to);
  if (from === undefined || to === undefined) return 'That node is gone.';
  if (from.id === to.id) return 'A node cannot follow itself.';
  if (to.kind === 'trigger') return 'A trigger starts the workflow: nothing leads into it.';
  if (!outputPorts(from).some((port) => port.id === connection.fromPort)) return 'This node has no such way out.';
  if (from.parent !== to.parent) return frameReason(from, to);
  const edges = document.edges.filter((edge) => edgeKey(edge) !== replacing);
  if (edges.some((edge) => edgeKey(edge) === edgeKey(connection))) return 'These two are already connected.';
  if (wouldCycle(graphOf({ nodes: document.nodes, edges }), from.id, to.id))
    return 'This would make a circle: the node comes earlier on this path.';
  return undefined;
}

function frameReason(from: WorkflowNode, to: WorkflowNode): string {
  if (to.parent === from.id) return 'The loop starts its body by itself.';
  if (to.parent !== undefined) return 'That node is inside a loop: an edge cannot cross its frame.';
  return 'This node is inside a loop: an edge cannot cross its frame.';
}

/** Draws an edge. Gives the document back as it was when {@link whyNot} has a reason. */
export function connect(document: WorkflowDocument, connection: Connection): WorkflowDocument {
  if (whyNot(document, connection) !== undefined) return document;
  return { ...document, edges: [...document.edges, makeEdge(connection.from, connection.fromPort, connection.to)] };
}

/** Moves one end of an edge, or both. */
export function replug(document: WorkflowDocument, key: string, connection: Connection): WorkflowDocument {
  if (whyNot(document, connection, key) !== undefined) return document;
  const moved = makeEdge(connection.from, connection.fromPort, connection.to);
  return { ...document, edges: document.edges.map((edge) => (edgeKey(edge) === key ? moved : edge)) };
}

/** Removes edges by their keys. */
export function disconnect(document: WorkflowDocument, keys: readonly string[]): WorkflowDocument {
  const gone = new Set(keys);
  return { ...document, edges: document.edges.filter((edge) => !gone.has(edgeKey(edge))) };
}

/** The edges that leave a port. */
export function edgesFrom(document: WorkflowDocument, from: string, fromPort: string): Edge[] {
  return document.edges.filter((edge) => edge.from === from && portOf(edge) === fromPort);
}

/** A node by its id. */
export function find(document: WorkflowDocument, id: string): WorkflowNode | undefined {
  return document.nodes.find((node) => node.id === id);
}
