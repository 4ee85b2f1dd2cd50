import { expect, it } from 'vitest';
import { workflowSchema } from '@weft/workflow';
import type { ConnectorManifest, MapNode, RecordField } from '@weft/workflow';
import { leftOut, questionsOf, slotsOf, writesOf } from './template-facts.ts';

const operation = (id: string, access: 'read' | 'write') => ({
  id,
  kind: 'action' as const,
  title: id,
  summary: '',
  needsConnection: true,
  access,
  properties: [],
});
const manifest = (id: string): ConnectorManifest => ({
  id,
  version: '1',
  source: 'native',
  title: id,
  summary: '',
  icon: { glyph: 'x', color: '#000' },
  category: 'crm',
  auth: [],
  operations: [operation('find', 'read'), operation('create', 'write')],
});
const connectors = new Map([
  ['psa', manifest('psa')],
  ['crm', manifest('crm')],
]);
const document = workflowSchema.parse({
  format: 'weft/workflow@1',
  name: 'x',
  slots: { b: { connector: 'psa' }, a: { connector: 'crm' } },
  config: { board: { title: 'Board' } },
  nodes: [
    { id: 'lookup', kind: 'connector', connector: 'psa', operation: 'find', slot: 'b' },
    { id: 'make', kind: 'connector', connector: 'psa', operation: 'create', slot: 'b', input: { object: 'ticket' } },
    { id: 'start', kind: 'trigger', connector: 'crm', operation: 'changed', slot: 'a' },
  ],
});

it('names the accounts and the questions', () => {
  expect([...slotsOf([document]).keys()]).toEqual(['b', 'a']);
  expect([...questionsOf([document]).keys()]).toEqual(['board']);
});

it('lists writes, not reads', () => expect(writesOf([document], connectors)).toEqual([{ connector: 'psa', title: 'create (ticket)' }]));

it('does not count what Weft writes into its own memory', () => {
  const memory = workflowSchema.parse({
    format: 'weft/workflow@1',
    name: 'x',
    nodes: [{ id: 'keep', kind: 'connector', connector: 'psa', operation: 'create', input: {} }],
  });
  expect(writesOf([memory], connectors)).toEqual([]);
});

const field = (name: string, required = true): RecordField => ({ name, label: name, type: 'text', required });

it.each([
  ['createRecord', { object: 'Task', record: '{{ steps.task }}' }, ['Status']],
  ['createRecordOnce', { object: 'Task', match: { Status: 'x' }, record: '{{ steps.task }}' }, []],
  ['updateRecord', { object: 'Task', record: '{{ steps.task }}' }, []],
  ['findOrCreateCompany', { record: '{{ steps.task }}' }, []],
  ['createRecord', { object: 'Account', record: '{{ steps.task }}' }, []],
  ['createRecord', { object: 'Task', record: '{{ steps.tasks }}' }, []],
])('%s with %j lacks %j', (operationId, input, expected) => {
  const flow = workflowSchema.parse({
    format: 'weft/workflow@1',
    name: 'x',
    slots: { a: { connector: 'crm' } },
    nodes: [
      { id: 'task', kind: 'map', target: { slot: 'a', object: 'Task' }, fields: [{ to: 'Subject', from: 'x' }] },
      { id: 'make', kind: 'connector', connector: 'crm', operation: operationId, slot: 'a', input },
    ],
  });
  const [map] = flow.nodes as [MapNode];
  expect(leftOut(flow, map, [field('Subject'), field('Status'), field('Priority', false)]).map(({ name }) => name)).toEqual(expected);
});
