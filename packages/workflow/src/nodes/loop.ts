import type { LoopNode } from '../document.ts';
import { ERROR, NEXT } from './kind.ts';
import type { KindShape } from './kind.ts';

export const loopShape: KindShape<LoopNode> = {
  title: () => 'For each item',
  summary: (node) => (node.concurrency === 1 ? 'One at a time' : `${node.concurrency} at a time`),
  ports: () => [NEXT, ERROR],
  resolved: (node) => (node.pages ? [{ path: 'pages.input', value: node.pages.input }] : [{ path: 'items', value: node.items }]),
  check: (node) => {
    if (node.pages !== undefined && node.items !== undefined)
      return [
        {
          severity: 'error',
          path: 'items',
          code: 'items_and_pages',
          message: 'It goes through a list or through pages; take one of them away.',
        },
      ];
    if (node.pages !== undefined || node.items !== undefined) return [];
    return [
      { severity: 'error', path: 'items', code: 'no_items', message: 'Say what it goes through: a list, or all pages of an operation.' },
    ];
  },
};
