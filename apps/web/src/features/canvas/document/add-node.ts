/** Adding nodes: on the canvas, after a port, or in the middle of an edge. */
import { graphOf, reachableFrom } from '@weft/workflow';
import type { Edge, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { COLUMN_GAP, FRAME_HEAD, FRAME_PAD, NODE_WIDTH, ROW_GAP, absolutePosition, newSize, nodeSizes, plainSize } from './geometry.ts';
import type { Point } from './geometry.ts';
import { edgeKey, mainPort, makeEdge, outputPorts } from './ports.ts';
import { edgesFrom, find } from './wiring.ts';

/** Where a new node goes. */
export type Place =
  | { readonly at: 'canvas'; readonly point: Point; readonly parent?: string }
  /** First in a loop's body. */
  | { readonly at: 'inside'; readonly loop: string }
  | { readonly at: 'port'; readonly from: string; readonly fromPort: string }
  | { readonly at: 'edge'; readonly edge: string };

/** A free node id made from `wanted`: itself, or with the first free number behind it. */
export function freeId(document: Pick<WorkflowDocument, 'nodes'>, wanted: string): string {
  const taken = new Set(document.nodes.map((node) => node.id));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}${number}`)) number += 1;
  return `${wanted}${number}`;
}

/** Adds a node at a place; a second trigger replaces the first. Its id must be free. */
export function addNode(document: WorkflowDocument, node: WorkflowNode, place: Place): WorkflowDocument {
  if (node.kind === 'trigger') return addTrigger(document, node, place);
  switch (place.at) {
    case 'canvas':
      return insert(document, withParent(node, place.parent), relativeTo(document, place.point, place.parent));
    case 'inside':
      return insert(document, withParent(node, place.loop), { x: FRAME_PAD, y: FRAME_HEAD + FRAME_PAD });
    case 'port':
      return addAtPort(document, node, place.from, place.fromPort);
    case 'edge':
      return addOnEdge(document, node, place.edge);
  }
}

/** Why a node cannot be put into an edge; undefined when it can. */
export function whyNotOnEdge(node: Pick<WorkflowNode, 'kind'>): string | undefined {
  if (node.kind === 'stop') return 'Stop ends the run: nothing can follow it.';
  if (node.kind === 'trigger') return 'A trigger starts the workflow: it cannot stand in the middle.';
  return undefined;
}

function addTrigger(document: WorkflowDocument, node: WorkflowNode, place: Place): WorkflowDocument {
  const old = document.nodes.find((candidate) => candidate.kind === 'trigger');
  if (old === undefined) {
    const point = place.at === 'canvas' ? place.point : { x: 0, y: -NODE_WIDTH };
    const withTrigger = insert(document, withParent(node, undefined), point);
    const first = startingNodes(document);
    return first.length === 1 && first[0] !== undefined
      ? { ...withTrigger, edges: [...withTrigger.edges, makeEdge(node.id, 'next', first[0].id)] }
      : withTrigger;
  }
  const position = document.layout[old.id];
  const { [old.id]: _, ...layout } = document.layout;
  return {
    ...document,
    nodes: document.nodes.map((candidate) => (candidate === old ? node : candidate)),
    edges: document.edges.map((edge) => (edge.from === old.id ? { ...edge, from: node.id } : edge)),
    layout: position === undefined ? layout : { ...layout, [node.id]: position },
  };
}

function startingNodes(document: WorkflowDocument): WorkflowNode[] {
  const entered = new Set(document.edges.map((edge) => edge.to));
  return document.nodes.filter((node) => node.parent === undefined && !entered.has(node.id));
}

function addAtPort(document: WorkflowDocument, node: WorkflowNode, from: string, fromPort: string): WorkflowDocument {
  const source = find(document, from);
  if (source === undefined) return document;
  const placed = insert(document, withParent(node, source.parent), placeBelow(document, source, { fromPort, width: newSize(node).width }));
  return { ...placed, edges: [...placed.edges, makeEdge(from, fromPort, node.id)] };
}

function addOnEdge(document: WorkflowDocument, node: WorkflowNode, key: string): WorkflowDocument {
  const edge = document.edges.find((candidate) => edgeKey(candidate) === key);
  const source = edge === undefined ? undefined : find(document, edge.from);
  const port = mainPort(node);
  if (edge === undefined || source === undefined || port === undefined) return document;
  const moved = makeRoom(document, edge, node);
  const target = moved.layout[edge.to] ?? [0, 0];
  const size = newSize(node);
  const targetWidth = nodeSizes(document).get(edge.to)?.width ?? size.width;
  const point = { x: target[0] + (targetWidth - size.width) / 2, y: target[1] - size.height - ROW_GAP };
  const placed = insert(moved, withParent(node, source.parent), point);
  const edges = placed.edges.flatMap((candidate) =>
    candidate === edge ? [{ ...edge, to: node.id }, makeEdge(node.id, port, edge.to)] : [candidate],
  );
  return { ...placed, edges };
}

/** Pushes what follows an edge down, as far as the new node needs. */
function makeRoom(document: WorkflowDocument, edge: Edge, node: WorkflowNode): WorkflowDocument {
  const sizes = nodeSizes(document);
  const from = document.layout[edge.from];
  const to = document.layout[edge.to];
  if (from === undefined || to === undefined) return document;
  const needed = (sizes.get(edge.from)?.height ?? 0) + ROW_GAP + newSize(node).height + ROW_GAP;
  const push = from[1] + needed - to[1];
  if (push <= 0) return document;
  const layout = { ...document.layout };
  for (const id of [edge.to, ...reachableFrom(graphOf(document), edge.to)]) {
    const at = layout[id];
    if (at !== undefined) layout[id] = [at[0], at[1] + push];
  }
  return { ...document, layout };
}

/** Under the source; side by side with what already hangs there. */
function placeBelow(
  document: WorkflowDocument,
  source: WorkflowNode,
  { fromPort, width }: { readonly fromPort: string; readonly width: number },
): Point {
  const size = nodeSizes(document).get(source.id) ?? plainSize(source);
  const at = document.layout[source.id] ?? [0, 0];
  const y = at[1] + size.height + ROW_GAP;
  if (fromPort === 'error') return freeSpot(document, source, { x: at[0] + size.width + COLUMN_GAP, y });
  const ports = outputPorts(source).filter((port) => port.id !== 'error');
  const index = Math.max(
    0,
    ports.findIndex((port) => port.id === fromPort),
  );
  const spread = ports.length > 1 ? (index - (ports.length - 1) / 2) * (NODE_WIDTH + COLUMN_GAP) : 0;
  const taken = edgesFrom(document, source.id, fromPort).length;
  return freeSpot(document, source, {
    x: at[0] + (size.width - width) / 2 + spread + taken * (NODE_WIDTH + COLUMN_GAP),
    y: ports.length > 1 ? y + 20 : y,
  });
}

function freeSpot(document: WorkflowDocument, source: WorkflowNode, wanted: Point): Point {
  const sizes = nodeSizes(document);
  const others = document.nodes.filter((node) => node.parent === source.parent && document.layout[node.id] !== undefined);
  let { x } = wanted;
  for (let tries = 0; tries < 20; tries += 1) {
    const hit = others.some((node) => {
      const [ox, oy] = document.layout[node.id] ?? [0, 0];
      const size = sizes.get(node.id) ?? plainSize(node);
      return x < ox + size.width + 8 && x + NODE_WIDTH + 8 > ox && wanted.y < oy + size.height + 8 && wanted.y + 64 > oy;
    });
    if (!hit) break;
    x += NODE_WIDTH + COLUMN_GAP;
  }
  return { x, y: wanted.y };
}

function insert(document: WorkflowDocument, node: WorkflowNode, point: Point): WorkflowDocument {
  const at: [number, number] =
    node.parent === undefined
      ? [round(point.x), round(point.y)]
      : [Math.max(FRAME_PAD, round(point.x)), Math.max(FRAME_HEAD + FRAME_PAD, round(point.y))];
  return { ...document, nodes: [...document.nodes, node], layout: { ...document.layout, [node.id]: at } };
}

function relativeTo(document: WorkflowDocument, point: Point, parent: string | undefined): Point {
  if (parent === undefined) return point;
  const frame = absolutePosition(document, parent);
  return { x: point.x - frame.x, y: point.y - frame.y };
}

function withParent(node: WorkflowNode, parent: string | undefined): WorkflowNode {
  if (parent !== undefined) return { ...node, parent };
  if (node.parent === undefined) return node;
  const { parent: _, ...free } = node;
  return free;
}

function round(value: number): number {
  return Math.round(value / 4) * 4;
}
