/**
 * A connector whose vendor is in memory: a list of records that can be polled and pushed, and a write that tells what it
 * was given.
 */
import { WeftError, defineConnector, defineOperation } from '@weft/connector-kit';
import type { ConnectorDefinition } from '@weft/connector-kit';
import { z } from 'zod';

export interface TestVendor {
  readonly connector: ConnectorDefinition;
  /** Records that exist; a poll gives those behind its cursor. */
  readonly records: { id: number; name: string }[];
  readonly pollCursors: unknown[];
  readonly written: { key: string; apiKey: string | undefined; input: unknown }[];
  readonly registered: string[];
  failure: WeftError | undefined;
}

const base = { title: 'T', summary: 'S', needsConnection: true, properties: [] };

export function testVendor(): TestVendor {
  const vendor: TestVendor = {
    connector: undefined as never,
    records: [],
    pollCursors: [],
    written: [],
    registered: [],
    failure: undefined,
  };
  const changed = defineOperation({
    ...base,
    id: 'changed',
    kind: 'trigger',
    mode: 'poll',
    intervalMs: 60_000,
    input: z.strictObject({}),
    examples: async () => vendor.records,
    poll: async (_context, _input, cursor) => {
      vendor.pollCursors.push(cursor);
      if (vendor.failure) throw vendor.failure;
      const newest = vendor.records.at(-1)?.id ?? 0;
      if (cursor === undefined) return { events: [], cursor: newest };
      const events = vendor.records
        .filter((record) => record.id > Number(cursor))
        .map((record) => ({ dedupKey: String(record.id), payload: { record } }));
      return { events, cursor: newest };
    },
  });
  const pushed = defineOperation({
    ...base,
    id: 'pushed',
    kind: 'trigger',
    mode: 'push',
    input: z.strictObject({}),
    examples: async () => [],
    activate: async (_context, _input, hookUrl) => (vendor.registered.push(hookUrl), { registration: vendor.registered.length }),
    deactivate: async () => void vendor.registered.pop(),
    receive: async (context, _input, request) => {
      if (request.headers['x-signature'] !== context.connection?.values['apiKey'])
        throw new WeftError({ class: 'auth', code: 'signature_wrong', message: 'The signature is wrong.' });
      const { id } = JSON.parse(Buffer.from(request.rawBody).toString('utf8')) as { id: number };
      return [{ dedupKey: String(id), payload: { id } }];
    },
  });
  const write = defineOperation({
    ...base,
    id: 'write',
    kind: 'action',
    safety: 'idempotent',
    input: z.looseObject({}),
    run: async (context, input) => {
      vendor.written.push({ key: context.idempotencyKey, apiKey: context.connection?.values['apiKey'], input });
      if (vendor.failure) throw vendor.failure;
      return { said: `written with ${context.connection?.values['apiKey']}`, input };
    },
  });
  return Object.assign(vendor, {
    connector: defineConnector({
      id: 'test',
      version: '1.0.0',
      title: 'Test vendor',
      summary: 'S',
      icon: { glyph: 'T', color: '#000' },
      category: 'other',
      auth: [
        {
          id: 'key',
          title: 'Key',
          fields: [
            { name: 'site', label: 'Site', kind: 'text', required: true },
            { name: 'apiKey', label: 'API key', kind: 'secret', required: true },
          ],
        },
      ],
      operations: [changed, pushed, write],
      check: async (context) =>
        context.connection?.values['apiKey'] === 'wrong-key'
          ? { ok: false, message: 'The key wrong-key is not known.', field: 'apiKey' }
          : { ok: true, account: `Acme at ${context.connection?.values['site']}` },
      choices: async (_context, request) => [{ value: request.property, label: String(request.search ?? '') }],
    }),
  });
}
