/** Small documents for tests of the canvas. */
import { WORKFLOW_FORMAT, workflowSchema } from '@weft/workflow';
import type { Catalog, ConnectorManifest, WorkflowDocument } from '@weft/workflow';

const manifest: ConnectorManifest = {
  id: 'crm',
  version: '1',
  source: 'native',
  title: 'CRM',
  summary: '',
  icon: { glyph: 'C', color: '#123456' },
  category: 'crm',
  auth: [],
  operations: [
    {
      id: 'changed',
      kind: 'trigger',
      title: 'When a record changes',
      summary: '',
      needsConnection: true,
      access: 'read',
      properties: [],
      sample: { record: { Name: 'Acme' } },
      trigger: { mode: 'poll' },
    },
    {
      id: 'get',
      kind: 'action',
      title: 'Get record',
      summary: 'Reads one',
      needsConnection: true,
      access: 'read',
      properties: [{ name: 'limit', label: 'Limit', required: false, kind: 'number', initial: 10 }],
      sample: { record: { Name: 'Acme' } },
    },
    { id: 'create', kind: 'action', title: 'Create record', summary: 'Writes one', needsConnection: true, access: 'write', properties: [] },
  ],
};

export const catalog: Catalog = { connector: (id) => (id === 'crm' ? manifest : undefined), connectors: () => [manifest] };

/** A document from its nodes and edges, edges as `a>b` or `a:port>b`. */
export function makeDocument(
  nodes: readonly object[],
  edges: readonly string[],
  layout: WorkflowDocument['layout'] = {},
): WorkflowDocument {
  return workflowSchema.parse({
    format: WORKFLOW_FORMAT,
    name: 'Test',
    slots: { crm: { connector: 'crm' } },
    nodes,
    edges: edges.map((text) => {
      const [, from, fromPort, to] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(text) ?? [];
      return fromPort === undefined ? { from, to } : { from, fromPort, to };
    }),
    layout,
  });
}

export const trigger = { id: 'start', kind: 'trigger', connector: 'crm', operation: 'changed', slot: 'crm' } as const;

/** An operation node. */
export function step(id: string, more: object = {}): object {
  return { id, kind: 'connector', connector: 'crm', operation: 'get', slot: 'crm', ...more };
}

export const branch = {
  id: 'fork',
  kind: 'branch',
  cases: [
    { port: 'yes', label: 'Yes', when: 'true' },
    { port: 'no', label: 'No', when: 'false' },
  ],
} as const;

/** A document's edges as text, sorted. */
export function edgesOf(document: WorkflowDocument): string[] {
  return document.edges.map((edge) => `${edge.from}${edge.fromPort === undefined ? '' : `:${edge.fromPort}`}>${edge.to}`).sort();
}
