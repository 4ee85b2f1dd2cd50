/**
 * The path of an edge: orthogonal, with rounded corners, around nodes that stand in its way.
 *
 * Edges that leave one node part near it; edges that enter one node join just above it, so that joins share one
 * line.
 */
import { LANE } from './document/geometry.ts';
import type { Box, Point } from './document/geometry.ts';

const STUB = 16;
const RADIUS = 12;
const CLEARANCE = 18;

export interface RouteOptions {
  readonly from: Point;
  readonly to: Point;
  /** The target has several edges in: bend above it instead of under the source. */
  readonly joins: boolean;
  /** Leaves to the right instead of downwards. */
  readonly sideways?: boolean;
  /** How many edges of the same node turn before this one does. */
  readonly lane: number;
  /** Boxes to keep clear of. */
  readonly obstacles: readonly Box[];
}

export interface Route {
  readonly path: string;
  /** Where the edge's `+` stands. */
  readonly middle: Point;
}

/** Computes an edge's path. */
export function route(options: RouteOptions): Route {
  const points = simplify(corners(options));
  return { path: rounded(points), middle: middleOf(points) };
}

function corners({ from, to, joins, sideways, lane, obstacles }: RouteOptions): Point[] {
  const start = sideways ? [from, { x: from.x + 24, y: from.y }] : [from];
  const out = start.at(-1) ?? from;
  if (to.y - out.y < STUB) return aroundBack(start, out, to);
  if (Math.abs(out.x - to.x) < 1 && !blocked(out.x, out.y, to.y, obstacles)) return [...start, to];
  const top = Math.min(out.y + STUB + lane * LANE, to.y - 4);
  const bottom = Math.max(to.y - STUB, top);
  const wanted = joins ? out.x : to.x;
  const x = freeLane({ wanted, other: joins ? to.x : out.x, top, bottom, obstacles });
  return [...start, { x: out.x, y: top }, { x, y: top }, { x, y: bottom }, { x: to.x, y: bottom }, to];
}

/** The target stands higher than the source: down, aside, up, and in from above. */
function aroundBack(start: readonly Point[], out: Point, to: Point): Point[] {
  const lane = Math.max(out.x, to.x) + 150;
  return [
    ...start,
    { x: out.x, y: out.y + STUB },
    { x: lane, y: out.y + STUB },
    { x: lane, y: to.y - STUB },
    { x: to.x, y: to.y - STUB },
    to,
  ];
}

function freeLane(search: { wanted: number; other: number; top: number; bottom: number; obstacles: readonly Box[] }): number {
  const { wanted, other, top, bottom, obstacles } = search;
  const isFree = (x: number) => !blocked(x, top, bottom, obstacles);
  if (isFree(wanted)) return wanted;
  if (isFree(other)) return other;
  const sides = obstacles.flatMap((box) => [box.x - CLEARANCE, box.x + box.width + CLEARANCE]);
  const free = sides.filter(isFree).sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
  return free[0] ?? wanted;
}

function blocked(x: number, top: number, bottom: number, obstacles: readonly Box[]): boolean {
  return obstacles.some((box) => x > box.x - 8 && x < box.x + box.width + 8 && bottom > box.y && top < box.y + box.height);
}

/** Drops points that lie on a straight line between their neighbours. */
function simplify(points: readonly Point[]): Point[] {
  const out: Point[] = [];
  for (const point of points) {
    const [a, b] = [out.at(-2), out.at(-1)];
    if (b !== undefined && Math.abs(b.x - point.x) < 0.5 && Math.abs(b.y - point.y) < 0.5) continue;
    const straight =
      a !== undefined &&
      b !== undefined &&
      ((Math.abs(a.x - b.x) < 0.5 && Math.abs(b.x - point.x) < 0.5) || (Math.abs(a.y - b.y) < 0.5 && Math.abs(b.y - point.y) < 0.5));
    if (straight) out.pop();
    out.push(point);
  }
  return out;
}

function rounded(points: readonly Point[]): string {
  const [first] = points;
  if (first === undefined) return '';
  let path = `M ${first.x} ${first.y}`;
  for (let index = 1; index < points.length; index += 1) {
    const [before, here, after] = [points[index - 1], points[index], points[index + 1]];
    if (before === undefined || here === undefined) continue;
    if (after === undefined) {
      path += ` L ${here.x} ${here.y}`;
      continue;
    }
    const radius = Math.min(RADIUS, distance(before, here) / 2, distance(here, after) / 2);
    const enter = towards(here, before, radius);
    const leave = towards(here, after, radius);
    path += ` L ${enter.x} ${enter.y} Q ${here.x} ${here.y} ${leave.x} ${leave.y}`;
  }
  return path;
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}

/** The middle of the longest straight part. */
function middleOf(points: readonly Point[]): Point {
  let best: { length: number; at: Point } = { length: -1, at: points[0] ?? { x: 0, y: 0 } };
  for (let index = 1; index < points.length; index += 1) {
    const [a, b] = [points[index - 1], points[index]];
    if (a === undefined || b === undefined) continue;
    const length = distance(a, b);
    if (length > best.length) best = { length, at: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  }
  return best.at;
}
