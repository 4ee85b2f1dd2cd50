/** The line beneath a node's title: what it does and where, in a few words. */
import { durationWords, findOperation, summaryOf } from '@weft/workflow';
import type { Catalog, OperationInfo, WorkflowNode } from '@weft/workflow';

/** One line for a node. */
export function lineOf(node: WorkflowNode, catalog: Catalog): string {
  if (node.disabled === true) return node.standIn === undefined ? 'off, gives nothing' : 'off, uses a stand-in';
  switch (node.kind) {
    case 'trigger':
      return triggerLine(node, catalog);
    case 'connector': {
      const title = catalog.connector(node.connector)?.title ?? node.connector;
      return placeOf(title, findOperation(catalog, node.connector, node.operation)?.access);
    }
    case 'map':
      return node.target === undefined
        ? `Map · ${count(node.fields.length, 'field')}`
        : `Map · ${count(node.fields.length, 'field')} of ${node.target.object}`;
    case 'branch':
      return 'Branch · first that is true';
    case 'loop':
      // The head of a loop has room for a few words only.
      if (node.pages !== undefined) return 'page by page';
      return node.concurrency === 1 ? 'one at a time' : `${node.concurrency} at a time`;
    case 'wait':
      return waitLine(node);
    case 'review':
      return node.deadline === undefined ? 'a person decides' : `a person decides within ${durationWords(node.deadline)}`;
    case 'respond':
      return typeof node.status === 'number' ? `responds with ${node.status}` : 'responds to the request';
    case 'script':
      return summaryOf(node, catalog);
    case 'call':
      return node.waits ? 'calls this workflow' : 'starts this workflow, goes on';
    case 'stop':
      return { succeeded: 'ends the run as done', skipped: 'ends the run as skipped', failed: 'ends the run as failed' }[node.outcome];
  }
}

/** Where an operation acts: written to, read from, or neither. */
export function placeOf(connector: string, access: OperationInfo['access'] | undefined): string {
  return access === 'none' ? connector : access === 'write' ? `in ${connector}` : `from ${connector}`;
}

const MODE_WORDS = {
  poll: 'polls',
  webhook: 'on request',
  push: 'when told',
  schedule: 'at set times',
  manual: 'by hand',
  call: 'when called',
  failure: 'when a run fails',
} as const;

function triggerLine(node: Extract<WorkflowNode, { kind: 'trigger' }>, catalog: Catalog): string {
  const title = catalog.connector(node.connector)?.title ?? node.connector;
  const mode = findOperation(catalog, node.connector, node.operation)?.trigger?.mode;
  return mode === undefined ? title : `${title} · ${MODE_WORDS[mode]}`;
}

function waitLine(node: Extract<WorkflowNode, { kind: 'wait' }>): string {
  if (node.mode === 'time') return typeof node.time === 'string' && !node.time.includes('{{') ? `until ${node.time}` : 'until a time';
  if (node.mode === 'duration') return 'the run stands still';
  return node.timeout === undefined ? 'until its address is called' : `for ${durationWords(node.timeout)} at most`;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
