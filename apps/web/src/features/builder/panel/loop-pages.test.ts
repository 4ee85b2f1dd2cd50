import type { Catalog, OperationInfo } from '@weft/workflow';
import { describe, expect, it } from 'vitest';
import { copyNodes, pasteNodes } from '../../canvas/document/clipboard.ts';
import { catalog as crm, makeDocument } from '../../canvas/document/document.fixture.ts';
import { updateNode } from '../../canvas/document/edit-node.ts';
import { deleteNodes } from '../../canvas/document/remove-nodes.ts';
import { lineOf } from '../../canvas/describe.ts';
import { staticScope } from '../preview/static-samples.ts';
import { runOverlay } from '../runs/overlay.ts';
import { pagedChoices, withPages } from './loop-pages.tsx';

const find: OperationInfo = {
  id: 'find',
  kind: 'action',
  title: 'Find records',
  summary: 'Finds some',
  needsConnection: true,
  access: 'read',
  properties: [
    { name: 'limit', label: 'At most', required: false, kind: 'number', initial: 100 },
    { name: 'kind', label: 'Kind', required: true, kind: 'text', initial: 'all' },
  ],
  sample: { count: 1, records: [{ Name: 'Acme' }] },
  paged: { without: ['limit'] },
};
const connectors = crm.connectors().map((one) => ({ ...one, operations: [...one.operations, find] }));
const catalog: Catalog = { connectors: () => connectors, connector: (id) => connectors.find((one) => one.id === id) };

const trigger = { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started' };
const loop = { id: 'each', kind: 'loop', items: '{{ trigger.list }}' };
const bare = { ...makeDocument([trigger, loop], ['start>each']), slots: {} };
const [choice] = pagedChoices(catalog);
const paged = withPages(bare, 'each', { catalog, choice });
const nodeOf = (document: typeof bare) => document.nodes.find(({ id }) => id === 'each');

describe('a loop over the pages of an operation', () => {
  it('is offered what can be read by pages', () => {
    expect(pagedChoices(catalog)).toEqual([{ value: 'crm.find', label: 'CRM: Find records', connector: 'crm', operation: 'find' }]);
  });

  it('takes the place of the list, with an account and the fields that mean something', () => {
    const common = { id: 'each', kind: 'loop', concurrency: 1, onItemError: 'stop' };
    expect(nodeOf(paged)).toEqual({ ...common, pages: { connector: 'crm', operation: 'find', slot: 'crm', input: { kind: 'all' } } });
    expect(paged.slots).toEqual({ crm: { connector: 'crm', title: 'CRM' } });
    const back = withPages(paged, 'each', { catalog, choice: undefined });
    expect([nodeOf(back), back.slots]).toEqual([{ ...common, items: '' }, {}]);
  });

  it('keeps how reading is tried again from operation to operation, not for a list', () => {
    const retry = { attempts: 2, baseMs: 0, capMs: 0 };
    const tuned = updateNode(paged, 'each', (node) => ({ ...node, retry, timeoutMs: 5000 }));
    expect(nodeOf(withPages(tuned, 'each', { catalog, choice }))).toEqual({ ...nodeOf(paged), retry, timeoutMs: 5000 });
    expect(nodeOf(withPages(tuned, 'each', { catalog, choice: undefined }))).toEqual(
      nodeOf(withPages(paged, 'each', { catalog, choice: undefined })),
    );
  });

  it('takes its account along, and away with it', () => {
    const copied = copyNodes(paged, ['each']);
    expect(pasteNodes({ ...bare, slots: { crm: { connector: 'other' } } }, copied, { offset: [0, 0] }).document.slots).toMatchObject({
      crm: { connector: 'other' },
      crm2: { connector: 'crm' },
    });
    expect(deleteNodes(paged, ['each']).slots).toEqual({});
  });

  it('shows an item of the operation’s example, or of a page that a run read', () => {
    expect(staticScope({ document: paged, catalog, config: {} }).items).toEqual({ each: { Name: 'Acme' } });
    const steps = [
      { path: 'each[page0].each', nodeId: 'each', status: 'succeeded', output: { items: [{ Name: 'Real' }] } },
      { path: 'each', nodeId: 'each', status: 'succeeded', output: { count: 1 } },
    ];
    const scope = staticScope({ document: paged, catalog, config: {}, run: { input: {}, steps } });
    expect([scope.items, scope.steps['each']]).toEqual([{ each: { Name: 'Real' } }, { count: 1 }]);
  });

  it('says on the canvas what it goes through, and is not settled by its pages', () => {
    const node = nodeOf(paged);
    expect(node && lineOf(node, catalog)).toBe('page by page');
    const read = { path: 'each[page0].each', nodeId: 'each', attempt: 1, status: 'succeeded', startedAt: 0, finishedAt: 9 } as const;
    const overlay = runOverlay(paged, { status: 'running', startedAt: '2026-11-20T09:00:00Z' }, [read]);
    expect(overlay.nodes.get('each')?.status).toBe('running');
  });
});
