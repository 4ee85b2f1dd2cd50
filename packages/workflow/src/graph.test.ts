import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draft, edges, map } from '../test/sample.ts';
import { workflowSchema } from './document.ts';
import { availability, findCycles, graphOf, isBehindError, loopsAround, reachableFrom, topologicalOrder, wouldCycle } from './graph.ts';
import type { Graph } from './graph.ts';

const graph = (nodes: unknown[], ...wires: string[]): Graph => graphOf(workflowSchema.parse(draft(nodes, edges(...wires))));
const maps = (...ids: string[]): unknown[] => ids.map((id) => map(id));
const fork = { id: 'fork', kind: 'branch', cases: [{ port: 'yes', label: 'Yes', when: 'true' }] };
const loop = (id: string, more: object = {}): object => ({ id, kind: 'loop', items: '{{ trigger.l }}', ...more });

describe('order', () => {
  it('puts each node behind those it depends on, per frame', () => {
    const found = graph(
      [...maps('c', 'b', 'a'), loop('each'), map('two', 'x', { parent: 'each' }), map('one', 'x', { parent: 'each' })],
      'won > a',
      'a > b',
      'b > c',
      'won > c',
      'c > each',
      'one > two',
    );
    expect([topologicalOrder(found), topologicalOrder(found, 'each')]).toEqual([
      ['won', 'a', 'b', 'c', 'each'],
      ['one', 'two'],
    ]);
  });

  it('gives none for a circle, and names the circle', () => {
    const found = graph(maps('a', 'b', 'c'), 'won > a', 'a > b', 'b > c', 'c > a');
    expect([topologicalOrder(found), findCycles(found)]).toEqual([undefined, [['a', 'b', 'c']]]);
  });

  it('knows beforehand which edge would close a circle', () => {
    const found = graph(maps('a', 'b'), 'a > b');
    expect([wouldCycle(found, 'b', 'a'), wouldCycle(found, 'a', 'a'), wouldCycle(found, 'a', 'b')]).toEqual([true, true, false]);
  });

  it('has an order exactly when there is no circle', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const wires = fc.array(
      fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)).map(([from, to]) => `${from} > ${to}`),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(wires, (texts) => {
        const found = graph(maps(...ids), ...new Set(texts));
        const order = topologicalOrder(found);
        expect(order === undefined).toBe(findCycles(found).length > 0);
        const backwards =
          order === undefined ? [] : [...found.outgoing.values()].flat().filter(({ from, to }) => order.indexOf(from) >= order.indexOf(to));
        expect(backwards).toEqual([]);
      }),
    );
  });
});

describe('availability', () => {
  it('is certain along a line, and impossible against it', () => {
    const found = graph(maps('a', 'b', 'aside'), 'won > a', 'a > b', 'won > aside');
    expect([
      availability(found, 'a', 'b'),
      availability(found, 'b', 'a'),
      availability(found, 'a', 'a'),
      availability(found, 'aside', 'b'),
    ]).toEqual(['always', 'never', 'never', 'never']);
  });

  it('is uncertain behind a join of ways that a branch chooses between', () => {
    const found = graph(
      [fork, ...maps('yes', 'no', 'after')],
      'won > fork',
      'fork:yes > yes',
      'fork:otherwise > no',
      'yes > after',
      'no > after',
    );
    expect([availability(found, 'yes', 'after'), availability(found, 'fork', 'after'), availability(found, 'yes', 'no')]).toEqual([
      'maybe',
      'always',
      'never',
    ]);
  });

  it('is uncertain where the source may have failed', () => {
    const found = graph(maps('risky', 'rescue', 'after'), 'won > risky', 'risky:error > rescue', 'risky > after', 'rescue > after');
    expect([availability(found, 'risky', 'rescue'), availability(found, 'risky', 'after')]).toEqual(['maybe', 'maybe']);
  });

  it('reaches into loops from outside, never out of them', () => {
    const found = graph(
      [
        map('before'),
        loop('each'),
        map('one', 'x', { parent: 'each' }),
        loop('deep', { parent: 'each' }),
        map('two', 'x', { parent: 'deep' }),
        map('after'),
      ],
      'won > before',
      'before > each',
      'each > after',
      'one > deep',
    );
    expect([
      availability(found, 'before', 'two'),
      availability(found, 'one', 'two'),
      availability(found, 'each', 'one'),
      availability(found, 'one', 'after'),
    ]).toEqual(['always', 'always', 'never', 'never']);
    expect(loopsAround(found, 'two')).toEqual(['deep', 'each']);
  });

  it('is certain at a join when its ways are not alternatives, and when they are but all depend on the source', () => {
    const found = graph(
      [fork, ...maps('a', 'yes', 'no', 'aside', 'after')],
      'won > a',
      'a > fork',
      'fork:yes > yes',
      'fork:otherwise > no',
      'yes > after',
      'no > after',
      'won > aside',
      'aside > after',
    );
    expect([availability(found, 'a', 'after'), availability(found, 'aside', 'after'), availability(found, 'yes', 'after')]).toEqual([
      'always',
      'always',
      'maybe',
    ]);
  });

  it('is certain for everything before a node where nothing is chosen and nothing can fail', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const wires = fc.uniqueArray(
      fc
        .tuple(fc.nat(4), fc.nat(4))
        .filter(([from, to]) => from < to)
        .map(([from, to]) => `${ids[from]} > ${ids[to]}`),
    );
    fc.assert(
      fc.property(wires, (texts) => {
        const all = graph(maps(...ids), 'won > a', ...texts);
        const reached = reachableFrom(all, 'won');
        for (const source of ids) {
          for (const at of ids) {
            if (at === source || !reached.has(at) || !reached.has(source)) continue;
            const expected = reachableFrom(all, source).has(at) ? 'always' : 'never';
            expect([texts, source, at, availability(all, source, at)]).toEqual([texts, source, at, expected]);
          }
        }
      }),
    );
  });
});

it('tells what stands behind an error port, also in a loop there', () => {
  const found = graph(
    [...maps('a', 'rescue', 'more', 'fine'), loop('each'), map('inner', 'x', { parent: 'each' })],
    'won > a',
    'a:error > rescue',
    'rescue > more',
    'more > each',
    'a > fine',
  );
  expect(['rescue', 'more', 'inner', 'fine', 'a'].map((id) => isBehindError(found, id))).toEqual([true, true, true, false, false]);
});
