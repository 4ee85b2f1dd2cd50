import { workflowSchema } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';
import { describe, expect, test } from 'vitest';
import { withAccount, withoutAccount } from './account-slot.ts';

const connector = { id: 'http', title: 'HTTP' };
const call = (id: string, slot?: string) => ({
  id,
  kind: 'connector',
  connector: 'http',
  operation: 'get',
  input: {},
  ...(slot ? { slot } : {}),
});
function made(slots: string[], nodes: object[], config: object = {}): WorkflowDocument {
  return workflowSchema.parse({
    format: 'weft/workflow@1',
    name: 'Test',
    slots: Object.fromEntries(slots.map((slot) => [slot, { connector: slot.startsWith('crm') ? 'crm' : 'http' }])),
    nodes,
    config,
  });
}
const slotsOf = (document: WorkflowDocument) => Object.keys(document.slots);
const slotOf = (document: WorkflowDocument, id: string) => (document.nodes.find((node) => node.id === id) as { slot?: string }).slot;

describe('an account of a node’s own', () => {
  test('gets a new slot when there is none', () => {
    const { document, slot } = withAccount(made(['crm'], [call('a')]), 'a', { connector, connectionId: 'c1', bindings: { crm: 'c9' } });
    expect([slot, slotOf(document, 'a'), slotsOf(document)]).toEqual(['http', 'http', ['crm', 'http']]);
  });

  test('shares the slot that is bound to it already', () => {
    const before = made(['http', 'http2'], [call('a', 'http'), call('b', 'http2'), call('c')]);
    const { slot } = withAccount(before, 'c', { connector, connectionId: 'c2', bindings: { http: 'c1', http2: 'c2' } });
    expect(slot).toBe('http2');
  });

  test('keeps its slot when nobody else uses it, and leaves one that others use', () => {
    const alone = withAccount(made(['http'], [call('a', 'http')]), 'a', { connector, connectionId: 'c2', bindings: { http: 'c1' } });
    expect([alone.slot, slotsOf(alone.document)]).toEqual(['http', ['http']]);
    const shared = withAccount(made(['http'], [call('a', 'http'), call('b', 'http')]), 'a', {
      connector,
      connectionId: 'c2',
      bindings: { http: 'c1' },
    });
    expect([shared.slot, slotOf(shared.document, 'a'), slotOf(shared.document, 'b')]).toEqual(['http2', 'http2', 'http']);
    const asked = made(['http'], [call('a')], {
      list: { title: 'List', choicesFrom: { slot: 'http', operation: 'get', property: 'url' } },
    });
    expect(withAccount(asked, 'a', { connector, connectionId: 'c1', bindings: {} }).slot).toBe('http2');
  });

  test('taken away leaves no slot behind that would ask for an account', () => {
    const document = withoutAccount(made(['http'], [call('a', 'http')]), 'a');
    expect([slotOf(document, 'a'), slotsOf(document)]).toEqual([undefined, []]);
    expect(slotsOf(withoutAccount(made(['http'], [call('a', 'http'), call('b', 'http')]), 'a'))).toEqual(['http']);
  });
});
