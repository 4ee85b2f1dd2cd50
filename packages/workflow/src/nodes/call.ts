import type { CallNode } from '../document.ts';
import { ERROR, NEXT } from './kind.ts';
import type { KindShape } from './kind.ts';

export const callShape: KindShape<CallNode> = {
  title: (node) => (node.workflowName === '' ? 'Call a workflow' : node.workflowName),
  summary: (node) => (node.waits ? 'Calls a workflow and waits for it' : 'Starts a workflow and goes on'),
  ports: () => [NEXT, ERROR],
  resolved: (node) => [{ path: 'input', value: node.input }],
  check: (node) =>
    node.workflowId === '' ? [{ severity: 'error', path: 'workflowId', code: 'no_workflow', message: 'Choose the workflow to call.' }] : [],
};
