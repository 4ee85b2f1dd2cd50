/** Workflows that nobody draws: as large as they may be, larger, going in circles, or of another format. */
import { WORKFLOW_FORMAT } from '@weft/workflow';

/** One of them as the text of a file. */
export interface HugeDocument {
  readonly name: string;
  readonly text: string;
  /** The last stage that it comes to; before `run` it is refused there with a sentence. */
  readonly stage: 'import' | 'publish' | 'run';
}

/** As many nodes and edges as a document may have. */
const [MOST_NODES, MOST_EDGES] = [2000, 10_000];

const start = { id: 'start', kind: 'trigger', connector: 'webhook', operation: 'received', input: { method: 'POST' } };
const map = (id: string): object => ({ id, kind: 'map', fields: [{ to: 'id', from: '{{ trigger.id }}' }] });
const idsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}`);

function document(name: string, nodes: readonly object[], edges: readonly object[], more: object = {}): string {
  return JSON.stringify({ format: WORKFLOW_FORMAT, name, nodes, edges, ...more });
}

function inARow(name: string, count: number): string {
  const ids = idsOf(count - 1);
  const edges = ids.map((to, index) => ({ from: ids[index - 1] ?? 'start', to }));
  return document(name, [start, ...ids.map(map)], edges);
}

function sideBySide(name: string, branches: number): string {
  const ids = idsOf(branches);
  const edges = ids.flatMap((id) => [
    { from: 'start', to: id },
    { from: id, to: 'end' },
  ]);
  return document(name, [start, ...ids.map(map), map('end')], edges);
}

/** Each node after as many of those before it as there may be edges for. */
function dense(name: string): string {
  const ids = idsOf(MOST_NODES - 1);
  const edges: object[] = [];
  for (const [index, to] of ids.entries()) {
    for (let back = 1; back <= 5 && edges.length < MOST_EDGES; back += 1) {
      const from = ids[index - back];
      if (from !== undefined) edges.push({ from, to });
      else if (back === 1) edges.push({ from: 'start', to });
    }
  }
  return document(name, [start, ...ids.map(map)], edges);
}

function inACircle(name: string): string {
  const edges = [
    { from: 'start', to: 'n0' },
    { from: 'n0', to: 'n1' },
    { from: 'n1', to: 'n2' },
    { from: 'n2', to: 'n0' },
  ];
  return document(name, [start, ...idsOf(3).map(map)], edges);
}

function nested(name: string, levels: number): string {
  const inner = `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const node = `{"id":"n0","kind":"map","fields":[{"to":"id","from":${inner}}]}`;
  return document(name, [start, { hole: true }], []).replace('{"hole":true}', node);
}

export const HUGE_DOCUMENTS: readonly HugeDocument[] = [
  { name: `${MOST_NODES} nodes in a row`, text: inARow('Row', MOST_NODES), stage: 'run' },
  { name: `${MOST_NODES - 2} branches beside each other`, text: sideBySide('Branches', MOST_NODES - 2), stage: 'run' },
  { name: `${MOST_EDGES} edges`, text: dense('Dense'), stage: 'run' },
  { name: '10,000 nodes', text: inARow('Too long', 10_000), stage: 'import' },
  { name: '5,000 branches beside each other', text: sideBySide('Too broad', 5000), stage: 'import' },
  { name: 'a circle', text: inACircle('Circle'), stage: 'publish' },
  { name: 'a later version of the format', text: inARow('Later', 3).replace(WORKFLOW_FORMAT, 'weft/workflow@9'), stage: 'import' },
  {
    name: 'another format',
    text: JSON.stringify({ name: 'Other', nodes: [{ type: 'n8n-nodes-base.set' }], connections: {} }),
    stage: 'import',
  },
  { name: 'no JSON', text: `${inARow('Broken', 2000).slice(0, -1)}`, stage: 'import' },
  { name: '100,000 levels of nesting', text: nested('Deep', 100_000), stage: 'import' },
  { name: 'a million brackets', text: '['.repeat(1_000_000), stage: 'import' },
];
