/** The workflows that the tests run. Each event carries an id of its own in its body. */

const ID = '{{ trigger.body.id }}';
/** The trigger of all of them: an event that comes in. */
export const START = { id: 'start', kind: 'trigger', connector: 'webhook', operation: 'received', input: { method: 'POST' } };

/** A call that the vendor applies once per key: ours is the same for every attempt and worker. */
export function keyed(vendorUrl: string, id: string): Record<string, unknown> {
  return call(vendorUrl, id, { kind: 'keyed', keyHeader: 'idempotency-key' });
}

/** A call of which nobody can tell afterwards whether it was applied. */
export function blind(vendorUrl: string, id: string): Record<string, unknown> {
  return call(vendorUrl, id, { kind: 'blind' });
}

function call(vendorUrl: string, id: string, how: { kind: string; keyHeader?: string }): Record<string, unknown> {
  return {
    id,
    kind: 'connector',
    connector: 'http',
    operation: 'request',
    input: {
      url: `${vendorUrl}/${how.kind}/${ID}/${id}`,
      method: 'POST',
      body: { id: ID },
      ...(how.keyHeader ? { keyHeader: how.keyHeader } : {}),
    },
    retry: { attempts: 8, baseMs: 50, capMs: 400 },
    timeoutMs: 5000,
  };
}

/** A call that changes nothing. */
export function reading(vendorUrl: string, id: string): Record<string, unknown> {
  return {
    id,
    kind: 'connector',
    connector: 'http',
    operation: 'get',
    input: { url: `${vendorUrl}/read/${ID}/${id}` },
    retry: { attempts: 2, baseMs: 50, capMs: 100 },
    timeoutMs: 5000,
  };
}

export function map(id: string): Record<string, unknown> {
  return {
    id,
    kind: 'map',
    fields: [
      { to: 'id', from: ID },
      { to: 'twice', from: `{{ trigger.body.id & trigger.body.id }}` },
    ],
  };
}

/** start → a → b → … */
export function chain(...nodes: Record<string, unknown>[]): { nodes: unknown[]; edges: unknown[] } {
  const all: Record<string, unknown>[] = [START, ...nodes];
  return { nodes: all, edges: nodes.map((node, index) => ({ from: all[index]?.['id'], to: node['id'] })) };
}
