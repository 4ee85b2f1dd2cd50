/** A catalogue and documents for the tests of this package. */
import type { Catalog, ConnectorManifest, OperationInfo } from '../src/catalog.ts';
import { WORKFLOW_FORMAT } from '../src/document.ts';

const rest = { version: '1', source: 'native', summary: '', icon: { glyph: 'S', color: '#000' }, category: 'crm', auth: [] } as const;

function action(id: string, properties: OperationInfo['properties']): OperationInfo {
  return { id, kind: 'action', title: id, summary: '', needsConnection: true, access: 'read', properties };
}

const salesforce: ConnectorManifest = {
  ...rest,
  id: 'salesforce',
  title: 'Salesforce',
  operations: [
    { id: 'recordChanged', kind: 'trigger', title: 'Record changed', summary: '', needsConnection: true, access: 'read', properties: [] },
    action('getRecord', [
      {
        name: 'object',
        label: 'Object',
        required: true,
        kind: 'select',
        choices: [
          { value: 'Account', label: 'Account' },
          { value: 'Contact', label: 'Contact' },
        ],
      },
      { name: 'id', label: 'Record id', required: true, kind: 'text' },
    ]),
  ],
};
const connectwise: ConnectorManifest = {
  ...rest,
  id: 'connectwise',
  title: 'ConnectWise',
  category: 'psa',
  operations: [
    action('createTicket', []),
    {
      ...action('findRecords', [
        { name: 'object', label: 'Object', required: true, kind: 'text' },
        { name: 'limit', label: 'At most', required: true, kind: 'number' },
      ]),
      paged: { without: ['limit'] },
    },
  ],
};

/** Knows Salesforce and ConnectWise. */
export const catalog: Catalog = {
  connector: (id) => [salesforce, connectwise].find((connector) => connector.id === id),
  connectors: () => [salesforce, connectwise],
};

export const trigger = { id: 'won', kind: 'trigger', connector: 'salesforce', operation: 'recordChanged', slot: 'crm' };

/** A map node of one field. */
export function map(id: string, from: unknown = 'x', more: object = {}): Record<string, unknown> {
  return { id, kind: 'map', fields: [{ to: 'value', from }], ...more };
}

/** `a > b` or `a:port > b`, one edge each. */
export function edges(...texts: string[]): { from: string; to: string; fromPort?: string }[] {
  return texts.map((text) => {
    const [, from = '', port, to = ''] = /^(\w+)(?::(\w+))? > (\w+)$/.exec(text) ?? [];
    return { from, to, ...(port === undefined ? {} : { fromPort: port }) };
  });
}

/** A document with the trigger `won` and these nodes; written as a person would, without defaults. */
export function draft(nodes: unknown[], wires: unknown[] = [], more: object = {}): Record<string, unknown> {
  return {
    format: WORKFLOW_FORMAT,
    name: 'Test',
    slots: { crm: { connector: 'salesforce' }, psa: { connector: 'connectwise' } },
    nodes: [trigger, ...nodes],
    edges: wires,
    ...more,
  };
}
