import type { StopNode } from '../document.ts';
import type { KindShape } from './kind.ts';

const TITLES = { succeeded: 'End the run', skipped: 'Skip', failed: 'Fail' } as const satisfies Record<StopNode['outcome'], string>;

export const stopShape: KindShape<StopNode> = {
  title: (node) => TITLES[node.outcome],
  summary: (node) => node.message || 'The run ends here',
  ports: () => [],
  resolved: (node) => [
    { path: 'message', value: node.message },
    ...(node.output === undefined ? [] : [{ path: 'output', value: node.output }]),
  ],
  check: () => [],
};
