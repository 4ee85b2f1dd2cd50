import type { BranchNode } from '../document.ts';
import type { KindShape } from './kind.ts';

/** Port of a branch that is taken when no case holds. */
export const OTHERWISE = 'otherwise';

export const branchShape: KindShape<BranchNode> = {
  title: () => 'Branch',
  summary: (node) => (node.cases.length === 1 ? 'Takes one way or the other' : `Takes one of ${node.cases.length + 1} ways`),
  ports: (node) => [
    ...node.cases.map(({ port, label }) => ({ id: port, label, kind: 'case' as const })),
    { id: OTHERWISE, label: 'Otherwise', kind: 'otherwise' },
  ],
  resolved: (node) => node.cases.map(({ when }, index) => ({ path: `cases.${index}.when`, value: when, isBareExpression: true })),
  check: (node) => {
    const seen = new Set(['next', 'error', OTHERWISE]);
    return node.cases.flatMap(({ port }, index) => {
      if (!seen.has(port)) {
        seen.add(port);
        return [];
      }
      return [
        {
          severity: 'error' as const,
          path: `cases.${index}.port`,
          code: 'double_port',
          message: `The port “${port}” is taken already; every way needs its own.`,
        },
      ];
    });
  },
};
