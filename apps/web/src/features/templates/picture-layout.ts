/** Where the nodes of a small picture of a workflow stand: columns from left to right, in the order of the flow. */
import type { WorkflowDocument } from '@weft/workflow';

/** A node's centre, in a box of `width` × `height`. */
export interface PicturePoint {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** The picture: points and the lines between them. */
export interface Picture {
  /** Edge of a node's tile, so that neighbours do not touch. */
  readonly tile: number;
  readonly points: readonly PicturePoint[];
  /** `columns` tells how far a line goes; more than one passes by other nodes. */
  readonly lines: readonly { readonly from: PicturePoint; readonly to: PicturePoint; readonly columns: number }[];
}

const COLUMN = 52;
const ROW = 44;
const TILE = { least: 9, most: 24, gap: 5 };
const MARGIN = { x: 16, y: 8 };

type Flow = Pick<WorkflowDocument, 'nodes' | 'edges'>;

/** Lays a workflow out for a picture of the given size; long ones are squeezed, short ones keep their distances. */
export function pictureLayout(flow: Flow, size: { width: number; height: number }): Picture {
  const arrows = allArrows(flow);
  const columns = columnsOf(flow, arrows);
  const count = Math.max(columns.length, 1);
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const [width, height] = [size.width - 2 * MARGIN.x, size.height - 2 * MARGIN.y];
  const tile = Math.max(TILE.least, Math.min(TILE.most, width / count - TILE.gap, height / tallest - TILE.gap));
  const stepX = Math.min(COLUMN, (width - tile) / Math.max(count - 1, 1));
  const stepY = Math.min(ROW, (height - tile) / Math.max(tallest - 1, 1));
  const startX = (size.width - stepX * (count - 1)) / 2;
  const points = columns.flatMap((column, index) =>
    column.map((id, row) => ({ id, x: startX + index * stepX, y: size.height / 2 + (row - (column.length - 1) / 2) * stepY })),
  );
  const byId = new Map(points.map((point) => [point.id, point]));
  const lines = arrows.flatMap(([from, to]) => {
    const [start, end] = [byId.get(from), byId.get(to)];
    return start && end ? [{ from: start, to: end, columns: Math.round((end.x - start.x) / stepX) }] : [];
  });
  return { tile, points, lines };
}

/** The edges, and for loops: into the body's first nodes, and from its last nodes to what follows the loop. */
function allArrows({ nodes, edges }: Flow): readonly (readonly [string, string])[] {
  const arrows: [string, string][] = [];
  const loops = nodes.filter((node) => node.kind === 'loop');
  const bodyOf = (loop: string): string[] => nodes.filter((node) => node.parent === loop).map((node) => node.id);
  const withBody = new Set(loops.map((loop) => loop.id).filter((id) => bodyOf(id).length > 0));
  for (const edge of edges) if (!withBody.has(edge.from)) arrows.push([edge.from, edge.to]);
  for (const loop of withBody) {
    const body = bodyOf(loop);
    const first = body.filter((id) => !edges.some((edge) => edge.to === id && body.includes(edge.from)));
    const last = body.filter((id) => !edges.some((edge) => edge.from === id && body.includes(edge.to)));
    for (const id of first) arrows.push([loop, id]);
    for (const edge of edges.filter((candidate) => candidate.from === loop)) for (const id of last) arrows.push([id, edge.to]);
  }
  return arrows;
}

/** Each node in the column after the last of those before it. */
function columnsOf({ nodes }: Flow, arrows: readonly (readonly [string, string])[]): readonly (readonly string[])[] {
  const depth = new Map<string, number>(nodes.map((node) => [node.id, 0]));
  // As many rounds as there are nodes settle every acyclic graph, and end on one that is not.
  for (let round = 0; round < nodes.length; round += 1) {
    let isSettled = true;
    for (const [from, to] of arrows) {
      const wanted = (depth.get(from) ?? 0) + 1;
      if (wanted <= (depth.get(to) ?? 0) || wanted > nodes.length) continue;
      depth.set(to, wanted);
      isSettled = false;
    }
    if (isSettled) break;
  }
  const columns: string[][] = [];
  for (const node of nodes) (columns[depth.get(node.id) ?? 0] ??= []).push(node.id);
  return columns.filter((column) => column !== undefined);
}
