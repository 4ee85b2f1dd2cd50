/** The document as React Flow's nodes and edges. Pure; what did not change stays the same object. */
import { titleOf } from '@weft/workflow';
import type { Catalog, ConnectorManifest, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import type { Edge, Node, NodeHandle } from '@xyflow/react';
import type { Box, Size } from './document/geometry.ts';
import { FRAME_HEAD, NODE_WIDTH, childrenByParent, nodeSizes, plainSize } from './document/geometry.ts';
import { edgeKey, footPorts, outputPorts, portOf } from './document/ports.ts';
import { lineOf } from './describe.ts';
import type { EdgeRun, NodeRun, RunOverlay } from './run-overlay.ts';

/** The mark on a node's corner from validation. */
export interface NodeMark {
  readonly level: 'error' | 'warning';
  readonly message: string;
}

export interface NodeData extends Record<string, unknown> {
  readonly node: WorkflowNode;
  readonly title: string;
  readonly line: string;
  readonly connector: ConnectorManifest | undefined;
  readonly mark: NodeMark | undefined;
  readonly run: NodeRun | undefined;
  /** Ports with an edge, joined by a comma, so that equality is plain. */
  readonly wired: string;
  readonly isEmptyFrame: boolean;
}

export interface EdgeData extends Record<string, unknown> {
  readonly lane: number;
  readonly joins: boolean;
  readonly obstacles: readonly Box[];
  readonly run: EdgeRun | undefined;
  readonly port: string;
}

export type FlowNode = Node<NodeData, 'node'>;
export type FlowEdge = Edge<EdgeData, 'wire'>;

export interface FlowInput {
  readonly document: WorkflowDocument;
  readonly catalog: Catalog;
  readonly marks: ReadonlyMap<string, NodeMark>;
  readonly run: RunOverlay | undefined;
  readonly selection: ReadonlySet<string>;
}

/** Nodes, frames before what they hold. `previous` are the nodes of the last call, by id. */
export function flowNodes(input: FlowInput, previous: ReadonlyMap<string, FlowNode>): FlowNode[] {
  const { document, selection } = input;
  const sizes = nodeSizes(document);
  const children = childrenByParent(document);
  const wired = new Map<string, string[]>();
  for (const edge of document.edges) wired.set(edge.from, [...(wired.get(edge.from) ?? []), portOf(edge)]);
  return framesFirst(document, children).map((node) => {
    const size = sizes.get(node.id) ?? plainSize(node);
    const [x, y] = document.layout[node.id] ?? [0, 0];
    const data = nodeData(input, node, {
      wired: [...new Set(wired.get(node.id) ?? [])].sort().join(','),
      isEmptyFrame: node.kind === 'loop' && !children.has(node.id),
    });
    const before = previous.get(node.id);
    const kept = before !== undefined && sameData(before.data, data) ? before.data : data;
    const isSelected = selection.has(node.id);
    const same =
      before !== undefined &&
      kept === before.data &&
      before.position.x === x &&
      before.position.y === y &&
      before.width === size.width &&
      before.height === size.height &&
      before.selected === isSelected &&
      before.parentId === node.parent;
    return same ? before : makeNode({ node, size, data: kept, position: { x, y }, isSelected });
  });
}

function makeNode(parts: {
  node: WorkflowNode;
  size: Size;
  data: NodeData;
  position: { x: number; y: number };
  isSelected: boolean;
}): FlowNode {
  const { node, size, data, position, isSelected } = parts;
  return {
    id: node.id,
    type: 'node',
    position,
    width: size.width,
    height: size.height,
    selected: isSelected,
    data,
    handles: handlesOf(node, size),
    ariaRole: 'group',
    domAttributes: { 'aria-roledescription': 'node' },
    ...(node.parent === undefined ? {} : { parentId: node.parent }),
    ...(node.kind === 'loop' ? { dragHandle: '.loop-head' } : {}),
  };
}

function nodeData(input: FlowInput, node: WorkflowNode, more: { wired: string; isEmptyFrame: boolean }): NodeData {
  const connector = node.kind === 'trigger' || node.kind === 'connector' ? input.catalog.connector(node.connector) : undefined;
  return {
    node,
    title: titleOf(node, input.catalog),
    line: lineOf(node, input.catalog),
    connector,
    mark: input.marks.get(node.id),
    run: input.run === undefined ? undefined : (input.run.nodes.get(node.id) ?? { status: 'notReached' }),
    ...more,
  };
}

function sameData(a: NodeData, b: NodeData): boolean {
  return (
    a.node === b.node &&
    a.title === b.title &&
    a.line === b.line &&
    a.connector === b.connector &&
    a.wired === b.wired &&
    a.isEmptyFrame === b.isEmptyFrame &&
    a.mark?.message === b.mark?.message &&
    a.mark?.level === b.mark?.level &&
    sameRun(a.run, b.run)
  );
}

function sameRun(a: NodeRun | undefined, b: NodeRun | undefined): boolean {
  return (
    a === b ||
    (a !== undefined &&
      b !== undefined &&
      a.status === b.status &&
      a.durationMs === b.durationMs &&
      a.count === b.count &&
      a.failedCount === b.failedCount &&
      a.attempts === b.attempts &&
      a.wait?.kind === b.wait?.kind &&
      a.wait?.until === b.wait?.until &&
      a.startedAt === b.startedAt)
  );
}

function framesFirst(document: WorkflowDocument, children: ReadonlyMap<string | undefined, readonly WorkflowNode[]>): WorkflowNode[] {
  const out: WorkflowNode[] = [];
  const visit = (parent: string | undefined) => {
    for (const node of children.get(parent) ?? []) {
      out.push(node);
      if (node.kind === 'loop') visit(node.id);
    }
  };
  visit(undefined);
  return out;
}

/** Where a node's ports are, so that edges to nodes out of sight can be drawn. */
export function handlesOf(node: WorkflowNode, size: Size): NodeHandle[] {
  const handles: NodeHandle[] = [];
  if (node.kind !== 'trigger')
    handles.push({
      id: 'in',
      type: 'target',
      position: 'top' as NodeHandle['position'],
      x: size.width / 2 - 5,
      y: -5,
      width: 10,
      height: 10,
    });
  for (const port of outputPorts(node)) {
    const at = portPosition(node, size, port.id);
    handles.push({
      id: port.id,
      type: 'source',
      position: (port.id === 'error' ? 'right' : 'bottom') as NodeHandle['position'],
      x: at.x - 5,
      y: at.y - 5,
      width: 10,
      height: 10,
    });
  }
  return handles;
}

/** The middle of a port, relative to its node. */
export function portPosition(node: WorkflowNode, size: Size, port: string): { x: number; y: number } {
  if (port === 'error') return { x: size.width, y: node.kind === 'loop' ? FRAME_HEAD / 2 : 28 };
  const ports = outputPorts(node).filter((candidate) => candidate.id !== 'error');
  const index = ports.findIndex((candidate) => candidate.id === port);
  return { x: ((index + 0.5) * size.width) / Math.max(1, ports.length), y: size.height };
}

/** Edges with what their routing needs. */
export function flowEdges(input: FlowInput): FlowEdge[] {
  const { document, run } = input;
  const incoming = new Map<string, number>();
  for (const edge of document.edges) incoming.set(edge.to, (incoming.get(edge.to) ?? 0) + 1);
  const boxes = boxesByFrame(document);
  const parents = new Map(document.nodes.map((node) => [node.id, node.parent]));
  const lanes = edgeLanes(document);
  return document.edges
    .filter((edge) => parents.has(edge.from) && parents.has(edge.to))
    .map((edge) => ({
      id: edgeKey(edge),
      type: 'wire',
      source: edge.from,
      target: edge.to,
      sourceHandle: portOf(edge),
      targetHandle: 'in',
      data: {
        lane: lanes.get(edgeKey(edge)) ?? 0,
        joins: (incoming.get(edge.to) ?? 0) > 1,
        obstacles: (boxes.get(parents.get(edge.from)) ?? []).filter((box) => box.id !== edge.from && box.id !== edge.to),
        run: run?.edges.get(edgeKey(edge)),
        port: portOf(edge),
      },
    }));
}

/** Edges of different ports of a branch turn one below the other, so that no two lie on the same line. */
function edgeLanes(document: WorkflowDocument): Map<string, number> {
  const lanes = new Map<string, number>();
  for (const node of document.nodes) {
    if (footPorts(node).length === 0) continue;
    const own = document.edges.filter((edge) => edge.from === node.id);
    for (const [index, port] of portsByTurn(document, node, own).entries()) {
      for (const edge of own) if (portOf(edge) === port) lanes.set(edgeKey(edge), index);
    }
  }
  return lanes;
}

/** Ports whose edges go right, the rightmost first; then those that go left, the leftmost first. */
function portsByTurn(document: WorkflowDocument, node: WorkflowNode, edges: readonly WorkflowDocument['edges'][number][]): string[] {
  const size = plainSize(node);
  const left = document.layout[node.id]?.[0] ?? 0;
  const turns = [...Map.groupBy(edges, portOf)].map(([port, own]) => {
    const from = left + portPosition(node, size, port).x;
    const reaches = own.map((edge) => (document.layout[edge.to]?.[0] ?? 0) + NODE_WIDTH / 2 - from);
    return { port, from, reach: reaches.reduce((far, one) => (Math.abs(one) > Math.abs(far) ? one : far), 0) };
  });
  const rightwards = turns.filter((turn) => turn.reach >= 0).sort((a, b) => b.from - a.from);
  const leftwards = turns.filter((turn) => turn.reach < 0).sort((a, b) => a.from - b.from);
  return [...rightwards, ...leftwards].map((turn) => turn.port);
}

function boxesByFrame(document: WorkflowDocument): Map<string | undefined, (Box & { id: string })[]> {
  const sizes = nodeSizes(document);
  const byFrame = new Map<string | undefined, (Box & { id: string })[]>();
  const offset = frameOffsets(document);
  for (const node of document.nodes) {
    const size = sizes.get(node.id) ?? plainSize(node);
    const [x, y] = document.layout[node.id] ?? [0, 0];
    const base = node.parent === undefined ? [0, 0] : (offset.get(node.parent) ?? [0, 0]);
    byFrame.set(node.parent, [...(byFrame.get(node.parent) ?? []), { id: node.id, x: x + (base[0] ?? 0), y: y + (base[1] ?? 0), ...size }]);
  }
  return byFrame;
}

function frameOffsets(document: WorkflowDocument): Map<string, [number, number]> {
  const offsets = new Map<string, [number, number]>();
  for (const node of framesFirst(document, childrenByParent(document))) {
    if (node.kind !== 'loop') continue;
    const base = node.parent === undefined ? [0, 0] : (offsets.get(node.parent) ?? [0, 0]);
    const at = document.layout[node.id] ?? [0, 0];
    offsets.set(node.id, [at[0] + (base[0] ?? 0), at[1] + (base[1] ?? 0)]);
  }
  return offsets;
}
