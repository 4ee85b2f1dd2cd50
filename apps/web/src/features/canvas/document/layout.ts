/** Arranges a document top to bottom, loop bodies first, so that each frame's size is known outside. */
import { Graph, layout as runDagre } from '@dagrejs/dagre';
import type { WorkflowDocument, WorkflowNode } from '@weft/workflow';
import {
  COLUMN_GAP,
  FRAME_FOOT,
  FRAME_HEAD,
  FRAME_PAD,
  LANE,
  NODE_HEIGHT,
  NODE_WIDTH,
  ROW_GAP,
  childrenByParent,
  nodeSizes,
  plainSize,
} from './geometry.ts';
import type { Size } from './geometry.ts';
import { footPorts, outputPorts, portOf } from './ports.ts';

type Positions = Record<string, [number, number]>;

/** The document with every node placed by layout. */
export function tidy(document: WorkflowDocument): WorkflowDocument {
  const children = childrenByParent(document);
  const layout: Positions = {};
  const sizes = new Map<string, Size>();
  const arrange = (parent: string | undefined, trail: ReadonlySet<string>): Size => {
    const nodes = children.get(parent) ?? [];
    for (const node of nodes) {
      // A ring of parents can only come from outside; its frames are drawn without a body.
      const body = node.kind === 'loop' && !trail.has(node.id) ? arrange(node.id, new Set([...trail, node.id])) : undefined;
      sizes.set(node.id, body === undefined ? plainSize(node) : frameAround(body));
    }
    return place(document, { nodes, sizes, origin: parent === undefined ? [0, 0] : [FRAME_PAD, FRAME_HEAD + FRAME_PAD] }, layout);
  };
  arrange(undefined, new Set());
  return { ...document, layout: { ...layout } };
}

function frameAround(body: Size): Size {
  return {
    width: Math.max(body.width, NODE_WIDTH) + 2 * FRAME_PAD,
    height: FRAME_HEAD + Math.max(body.height, NODE_HEIGHT) + FRAME_PAD + FRAME_FOOT,
  };
}

interface Frame {
  readonly nodes: readonly WorkflowNode[];
  readonly sizes: ReadonlyMap<string, Size>;
  /** Where the first node may stand. */
  readonly origin: readonly [number, number];
}

/** Places the nodes of one frame in `layout`; gives the size of the whole. */
function place(document: WorkflowDocument, { nodes, sizes, origin }: Frame, layout: Positions): Size {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: COLUMN_GAP, ranksep: ROW_GAP, edgesep: 24, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  const here = new Set(nodes.map((node) => node.id));
  // An edge into a join may be long: a node stays near what it follows.
  const incoming = new Map<string, number>();
  for (const edge of document.edges) incoming.set(edge.to, (incoming.get(edge.to) ?? 0) + 1);
  const room = new Map(nodes.map((node) => [node.id, footPorts(node).length * LANE]));
  for (const node of nodes) {
    const size = sizes.get(node.id) ?? plainSize(node);
    graph.setNode(node.id, { width: size.width, height: size.height + (room.get(node.id) ?? 0) });
  }
  for (const edge of inPortOrder(document, nodes))
    if (here.has(edge.from) && here.has(edge.to))
      graph.setEdge(edge.from, edge.to, { weight: (incoming.get(edge.to) ?? 0) > 1 || portOf(edge) === 'error' ? 1 : 8 });
  runDagre(graph);
  const xOf = (id: string) => (graph.node(id) as { x?: number }).x ?? 0;
  const isMirrored = wantsMirror(document, here, xOf);
  const right = Math.max(0, ...nodes.map((node) => xOf(node.id) + (sizes.get(node.id) ?? plainSize(node)).width / 2));
  let width = 0;
  let height = 0;
  for (const node of nodes) {
    const size = sizes.get(node.id) ?? plainSize(node);
    const { x = 0, y = 0 } = graph.node(node.id) as { x?: number; y?: number };
    const left = Math.round((isMirrored ? right - x : x) - size.width / 2);
    const top = Math.round(y - (size.height + (room.get(node.id) ?? 0)) / 2);
    layout[node.id] = [origin[0] + left, origin[1] + top];
    width = Math.max(width, left + size.width);
    height = Math.max(height, top + size.height);
  }
  return { width, height };
}

/** Whether the ports' order asks for the mirror image: more of what hangs on earlier ports stands right than left. */
function wantsMirror(document: WorkflowDocument, here: ReadonlySet<string>, xOf: (id: string) => number): boolean {
  let balance = 0;
  for (const node of document.nodes) {
    if (footPorts(node).length === 0 || !here.has(node.id)) continue;
    const children = outputPorts(node).flatMap((port, index) =>
      document.edges
        .filter((edge) => edge.from === node.id && portOf(edge) === port.id && here.has(edge.to))
        .map((edge) => ({ index, x: xOf(edge.to) })),
    );
    for (const a of children) for (const b of children) if (a.index < b.index) balance += Math.sign(b.x - a.x);
  }
  return balance < 0;
}

/** Edges in the order of their ports, so that a branch's first case hangs leftmost. */
function inPortOrder(document: WorkflowDocument, nodes: readonly WorkflowNode[]): WorkflowDocument['edges'] {
  const order = new Map(nodes.flatMap((node) => outputPorts(node).map((port, index) => [`${node.id}|${port.id}`, index] as const)));
  return [...document.edges].sort((a, b) => (order.get(`${a.from}|${portOf(a)}`) ?? 0) - (order.get(`${b.from}|${portOf(b)}`) ?? 0));
}

/** Places only what has no place yet: all of it when nothing has, else under what it follows. */
export function placeMissing(document: WorkflowDocument): WorkflowDocument {
  const missing = document.nodes.filter((node) => document.layout[node.id] === undefined);
  if (missing.length === 0) return document;
  if (missing.length === document.nodes.length) return tidy(document);
  const tidied = tidy(document);
  const layout = { ...document.layout };
  for (const node of missing) {
    const before = document.edges.find((edge) => edge.to === node.id && layout[edge.from] !== undefined);
    const anchor = before === undefined ? undefined : layout[before.from];
    const height = before === undefined ? 0 : (nodeSizes(document).get(before.from)?.height ?? 56);
    layout[node.id] = anchor === undefined ? (tidied.layout[node.id] ?? [0, 0]) : [anchor[0], anchor[1] + height + ROW_GAP];
  }
  return { ...document, layout };
}
