import type { LoopNode } from '../document.ts';
import { ERROR, NEXT } from './kind.ts';
import type { KindShape } from './kind.ts';

export const loopShape: KindShape<LoopNode> = {
  title: () => 'For each item',
  summary: (node) => (node.concurrency === 1 ? 'One at a time' : `${node.concurrency} at a time`),
  ports: () => [NEXT, ERROR],
  resolved: (node) => [{ path: 'items', value: node.items }],
  check: () => [],
};
