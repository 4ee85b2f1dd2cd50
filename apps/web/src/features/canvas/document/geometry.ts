/**
 * Sizes and places of nodes on the canvas.
 *
 * `layout` holds top-left corners. A node in a loop's body is placed relative to the top-left corner of the
 * loop's frame; a frame is as large as its body needs. All numbers are canvas units (pixels at 100 %).
 */
import type { WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { footPorts } from './ports.ts';

export const NODE_WIDTH = 228;
export const NODE_HEIGHT = 56;
export const BRANCH_FOOT = 28;
export const FRAME_HEAD = 36;
export const FRAME_PAD = 20;
/** Room under a body, where the `+` of its last node stands. */
export const FRAME_FOOT = 44;
/** Free space between two nodes under each other. */
export const ROW_GAP = 32;
export const COLUMN_GAP = 72;
/** Further free space under a branch for each way out: its edges turn one below the other. */
export const LANE = 8;
/** Narrowest labelled port in a branch's foot. */
const PORT_MIN_WIDTH = 76;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point, Size {}

/** Size of a node that is not a loop. */
export function plainSize(node: WorkflowNode): Size {
  const ports = footPorts(node).length;
  if (ports === 0) return { width: NODE_WIDTH, height: NODE_HEIGHT };
  return { width: Math.max(NODE_WIDTH, ports * PORT_MIN_WIDTH), height: NODE_HEIGHT + BRANCH_FOOT };
}

/** Size of a node that is new: a loop's frame is empty. */
export function newSize(node: WorkflowNode): Size {
  return node.kind === 'loop' ? EMPTY_FRAME : plainSize(node);
}

const EMPTY_FRAME: Size = { width: NODE_WIDTH + 2 * FRAME_PAD, height: FRAME_HEAD + NODE_HEIGHT + FRAME_PAD + FRAME_FOOT };

/** Sizes of all nodes, frames grown around their bodies. */
export function nodeSizes(document: WorkflowDocument): Map<string, Size> {
  const children = childrenByParent(document);
  const sizes = new Map<string, Size>();
  const visit = (node: WorkflowNode): Size => {
    const known = sizes.get(node.id);
    if (known !== undefined) return known;
    const size = node.kind === 'loop' ? frameSize(document, children.get(node.id) ?? [], visit) : plainSize(node);
    sizes.set(node.id, size);
    return size;
  };
  for (const node of document.nodes) visit(node);
  return sizes;
}

function frameSize(document: WorkflowDocument, body: readonly WorkflowNode[], sizeOf: (node: WorkflowNode) => Size): Size {
  let { width, height } = EMPTY_FRAME;
  for (const node of body) {
    const size = sizeOf(node);
    const [x, y] = document.layout[node.id] ?? [FRAME_PAD, FRAME_HEAD + FRAME_PAD];
    width = Math.max(width, x + size.width + FRAME_PAD);
    height = Math.max(height, y + size.height + FRAME_FOOT);
  }
  return { width, height };
}

/** Nodes by the loop they belong to; `undefined` holds the outermost ones. */
export function childrenByParent(document: WorkflowDocument): Map<string | undefined, WorkflowNode[]> {
  const children = new Map<string | undefined, WorkflowNode[]>();
  for (const node of document.nodes) {
    const list = children.get(node.parent);
    if (list === undefined) children.set(node.parent, [node]);
    else list.push(node);
  }
  return children;
}

/** Where a node stands on the whole canvas, frames added up. */
export function absolutePosition(document: WorkflowDocument, id: string): Point {
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  let x = 0;
  let y = 0;
  // A document that came from outside may hold a ring of parents; each frame is counted once.
  const seen = new Set<string>();
  for (
    let current = byId.get(id);
    current !== undefined && !seen.has(current.id);
    current = current.parent === undefined ? undefined : byId.get(current.parent)
  ) {
    seen.add(current.id);
    const at = document.layout[current.id] ?? [0, 0];
    x += at[0];
    y += at[1];
  }
  return { x, y };
}

/** The innermost loop frame that holds a point of the canvas, or undefined for the canvas itself. */
export function frameAt(document: WorkflowDocument, point: Point): string | undefined {
  const sizes = nodeSizes(document);
  let found: { id: string; area: number } | undefined;
  for (const node of document.nodes) {
    if (node.kind !== 'loop') continue;
    const size = sizes.get(node.id);
    if (size === undefined) continue;
    const at = absolutePosition(document, node.id);
    const inside = point.x >= at.x && point.x <= at.x + size.width && point.y >= at.y && point.y <= at.y + size.height;
    const area = size.width * size.height;
    if (inside && (found === undefined || area < found.area)) found = { id: node.id, area };
  }
  return found?.id;
}
