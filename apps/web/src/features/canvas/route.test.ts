import { describe, expect, it } from 'vitest';
import { route } from './route.ts';

/** The corners of a path, rounding aside. */
function points(path: string): [number, number][] {
  return [...path.matchAll(/[ML] (-?[\d.]+) (-?[\d.]+)/g)].map((match) => [Number(match[1]), Number(match[2])]);
}

const base = { joins: false, lane: 0, obstacles: [] } as const;

describe('an edge’s path', () => {
  it('is a straight line between ports above each other', () => {
    const { path, middle } = route({ ...base, from: { x: 100, y: 50 }, to: { x: 100, y: 200 } });
    expect(path).toBe('M 100 50 L 100 200');
    expect(middle).toEqual({ x: 100, y: 125 });
  });

  it('turns under its source, or above its target where edges join', () => {
    const down = points(route({ ...base, from: { x: 0, y: 0 }, to: { x: 200, y: 300 } }).path);
    expect(down[1]?.[1]).toBeLessThan(20);
    const joined = points(route({ ...base, joins: true, from: { x: 0, y: 0 }, to: { x: 200, y: 300 } }).path);
    expect(joined.at(-2)?.[1]).toBeGreaterThan(280);
  });

  it('turns lower in a later lane', () => {
    const turn = (lane: number) => points(route({ ...base, lane, from: { x: 0, y: 0 }, to: { x: 200, y: 300 } }).path)[1]?.[1] ?? 0;
    expect(turn(2)).toBeGreaterThan(turn(1));
    expect(turn(1)).toBeGreaterThan(turn(0));
  });

  it('goes around a node in its way', () => {
    const obstacle = { x: -50, y: 100, width: 228, height: 56 };
    const { path } = route({ ...base, from: { x: 0, y: 0 }, to: { x: 0, y: 300 }, obstacles: [obstacle] });
    const inside = points(path).filter(([x, y]) => x > -50 && x < 178 && y > 100 && y < 156);
    expect(inside).toEqual([]);
    expect(points(path).some(([x]) => x < -50 || x > 178)).toBe(true);
  });

  it('comes in from above when the target stands higher', () => {
    const corners = points(route({ ...base, from: { x: 0, y: 300 }, to: { x: 0, y: 0 } }).path);
    expect(corners.at(-1)).toEqual([0, 0]);
    expect(corners.at(-2)?.[1]).toBeLessThan(0);
  });
});
