import { expect, it } from 'vitest';
import { workflowSchema } from '@weft/workflow';
import { pictureLayout } from './picture-layout.ts';

const SIZE = { width: 360, height: 180 };
const map = (id: string, parent?: string) => ({ id, kind: 'map', ...(parent ? { parent } : {}) });
const document = (nodes: unknown[], edges: [string, string][]) =>
  workflowSchema.parse({ format: 'weft/workflow@1', name: 'x', nodes, edges: edges.map(([from, to]) => ({ from, to })) });

it('puts each node right of those before it and siblings above each other', () => {
  const { points, lines } = pictureLayout(
    document(
      [map('a'), map('b'), map('c'), map('d')],
      [
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'd'],
        ['c', 'd'],
      ],
    ),
    SIZE,
  );
  const at = Object.fromEntries(points.map((point) => [point.id, point]));
  expect(at['b']?.x).toBe(at['c']?.x);
  expect(at['a']!.x).toBeLessThan(at['b']!.x);
  expect(at['d']!.x).toBeGreaterThan(at['b']!.x);
  expect(at['b']!.y).not.toBe(at['c']!.y);
  expect(lines).toHaveLength(4);
});

it('draws a loop through its body', () => {
  const loop = { id: 'each', kind: 'loop', items: '{{ trigger.items }}' };
  const { lines } = pictureLayout(
    document(
      [map('a'), loop, map('in', 'each'), map('after')],
      [
        ['a', 'each'],
        ['each', 'after'],
      ],
    ),
    SIZE,
  );
  expect(lines.map(({ from, to }) => `${from.id}>${to.id}`)).toEqual(['a>each', 'each>in', 'in>after']);
});

it('stays inside its box however long the flow is', () => {
  const ids = Array.from({ length: 30 }, (_, index) => `n${index}`);
  const { points } = pictureLayout(
    document(
      ids.map((id) => map(id)),
      ids.slice(1).map((id, index) => [ids[index]!, id]),
    ),
    SIZE,
  );
  for (const point of points) {
    expect(point.x).toBeGreaterThanOrEqual(0);
    expect(point.x).toBeLessThanOrEqual(SIZE.width);
  }
});

it('makes tiles so small that siblings do not touch, also in half the height', () => {
  const { tile, points } = pictureLayout(
    document(
      [map('a'), ...['b', 'c', 'd', 'e'].map((id) => map(id))],
      ['b', 'c', 'd', 'e'].map((id): [string, string] => ['a', id]),
    ),
    { width: 360, height: 90 },
  );
  const ys = points.filter(({ id }) => id !== 'a').map(({ y }) => y);
  expect(Math.min(...ys.slice(1).map((y, index) => y - ys[index]!))).toBeGreaterThan(tile);
  expect(Math.min(...ys) - tile / 2).toBeGreaterThanOrEqual(0);
  expect(Math.max(...ys) + tile / 2).toBeLessThanOrEqual(90);
});

it('ends on a graph with a cycle', () =>
  expect(
    pictureLayout(
      document(
        [map('a'), map('b')],
        [
          ['a', 'b'],
          ['b', 'a'],
        ],
      ),
      SIZE,
    ).points,
  ).toHaveLength(2));
