import type { WorkflowDocument } from '@weft/workflow';
import { describe, expect, it } from 'vitest';
import { branch, makeDocument, step, trigger } from './document.fixture.ts';
import { absolutePosition, frameAt, nodeSizes, plainSize } from './geometry.ts';
import { placeMissing, tidy } from './layout.ts';

function overlaps(document: WorkflowDocument): string[] {
  const sizes = nodeSizes(document);
  const found: string[] = [];
  for (const [index, a] of document.nodes.entries()) {
    for (const b of document.nodes.slice(index + 1)) {
      if (a.parent !== b.parent) continue;
      const [ax, ay] = document.layout[a.id] ?? [0, 0];
      const [bx, by] = document.layout[b.id] ?? [0, 0];
      const [as, bs] = [sizes.get(a.id) ?? plainSize(a), sizes.get(b.id) ?? plainSize(b)];
      if (ax < bx + bs.width && bx < ax + as.width && ay < by + bs.height && by < ay + as.height) found.push(`${a.id}/${b.id}`);
    }
  }
  return found;
}

const forked = makeDocument(
  [
    trigger,
    branch,
    step('a'),
    step('b'),
    step('c'),
    { id: 'each', kind: 'loop', items: '' },
    step('x', { parent: 'each' }),
    step('y', { parent: 'each' }),
  ],
  ['start>fork', 'fork:yes>a', 'fork:no>b', 'fork:otherwise>c', 'a>each', 'b>each', 'c>each', 'x>y'],
);

describe('tidy', () => {
  const tidied = tidy(forked);

  it('places every node, none over another', () => {
    expect(Object.keys(tidied.layout).sort()).toEqual(forked.nodes.map((node) => node.id).sort());
    expect(overlaps(tidied)).toEqual([]);
  });

  it('goes down along edges and keeps the order of ports from left to right', () => {
    const at = (id: string) => tidied.layout[id] ?? [0, 0];
    for (const edge of tidied.edges) expect(at(edge.to)[1]).toBeGreaterThan(at(edge.from)[1]);
    expect(at('a')[0]).toBeLessThan(at('b')[0]);
    expect(at('b')[0]).toBeLessThan(at('c')[0]);
  });

  it('grows frames around their bodies', () => {
    const frame = nodeSizes(tidied).get('each');
    const [x, y] = tidied.layout['y'] ?? [0, 0];
    expect(frame?.width).toBeGreaterThanOrEqual(x + 228 + 20);
    expect(frame?.height).toBeGreaterThanOrEqual(y + 56 + 20);
    const inside = absolutePosition(tidied, 'y');
    expect(frameAt(tidied, { x: inside.x + 10, y: inside.y + 10 })).toBe('each');
    expect(frameAt(tidied, { x: -5000, y: 0 })).toBeUndefined();
  });

  it('gives the same answer again', () => {
    expect(tidy(tidied).layout).toEqual(tidied.layout);
  });

  it('arranges 500 nodes', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `n${index}`);
    const long = makeDocument(
      [trigger, ...ids.map((id) => step(id))],
      ['start>n0', ...ids.slice(1).map((id, index) => `n${Math.floor(index / 2)}>${id}`)],
    );
    expect(overlaps(tidy(long))).toEqual([]);
  });
});

describe('placing what has no place', () => {
  it('arranges all when nothing is placed, and nothing when all is', () => {
    expect(Object.keys(placeMissing(forked).layout)).toHaveLength(forked.nodes.length);
    const tidied = tidy(forked);
    expect(placeMissing(tidied)).toBe(tidied);
  });

  it('keeps people’s own places and puts the rest under what it follows', () => {
    const document = makeDocument([trigger, step('a')], ['start>a'], { start: [300, 400] });
    const placed = placeMissing(document);
    expect(placed.layout['start']).toEqual([300, 400]);
    expect(placed.layout['a']).toEqual([300, 488]);
  });
});
