import { compileWorkflow, execute } from '@weft/engine';
import type { Host } from '@weft/engine';
import { WORKFLOW_FORMAT, workflowSchema } from '@weft/workflow';
import type { MapField } from '@weft/workflow';
import { describe, expect, it } from 'vitest';
import { assign, previewRow } from './map-preview.ts';

/** What the engine writes for one row; `failed` when the step fails. */
async function byEngine(field: MapField, value: unknown): Promise<unknown> {
  const document = workflowSchema.parse({
    format: WORKFLOW_FORMAT,
    name: 't',
    nodes: [
      { id: 'start', kind: 'trigger', connector: 'x', operation: 'y' },
      { id: 'map', kind: 'map', fields: [field], retry: { attempts: 1 } },
    ],
    edges: [{ from: 'start', to: 'map' }],
  });
  const outputs: unknown[] = [];
  const host: Host = {
    now: () => 0,
    random: () => 0,
    perform: () => Promise.reject(new Error('no effects here')),
    evaluate: () => Promise.reject(new Error('no heavy expressions here')),
    checkpoint: async (records) => void outputs.push(...records.filter((record) => record.nodeId === 'map')),
    sleep: async () => undefined,
  };
  await execute({
    program: compileWorkflow(document),
    trigger: { value },
    journal: [],
    host,
    signal: new AbortController().signal,
    run: { id: 'r', startedAt: 0 },
    config: {},
  });
  const last = outputs.at(-1) as { status: string; output?: Record<string, unknown> };
  return last.status === 'failed' ? 'failed' : last.output?.[field.to];
}

const from = '{{ trigger.value }}';
const cases: readonly [string, MapField, unknown][] = [
  ['as it is', { to: 'a', from }, 'Acme'],
  ['trim', { to: 'a', from, transform: 'trim' }, '  a   b '],
  ['digits', { to: 'a', from, transform: 'digits' }, '+44 (0117) 496'],
  ['domain of an address', { to: 'a', from, transform: 'domain' }, 'Bob@WWW.Acme.co.uk'],
  ['domain of a link', { to: 'a', from, transform: 'domain' }, 'https://www.acme.co.uk/path?x'],
  ['date', { to: 'a', from, transform: 'date' }, '2026-11-20T09:00:00Z'],
  ['value map', { to: 'a', from, values: { Customer: 'Active' } }, 'Customer'],
  ['value map, otherwise', { to: 'a', from, values: { Customer: 'Active' }, otherwise: 'Prospect' }, 'Else'],
  ['value map, nothing fits', { to: 'a', from, values: { Customer: 'Active' } }, 'Else'],
  ['transform before the value map', { to: 'a', from, transform: 'lower', values: { customer: 'Active' } }, 'CUSTOMER'],
  ['default', { to: 'a', from, default: 'none' }, ''],
  ['left out', { to: 'a', from }, null],
  ['cleared', { to: 'a', from, whenNull: 'null' }, null],
  ['must have a value', { to: 'a', from, whenNull: 'fail' }, null],
  ['cut at a word', { to: 'a', from, maxLength: 22 }, 'Eastgate Legal and Conveyancing'],
  ['cut inside a word', { to: 'a', from, maxLength: 10 }, 'Conveyancingservices'],
  ['default, cut', { to: 'a', from, default: 'unknown name', maxLength: 7 }, undefined],
];

describe('the preview of a row', () => {
  it.each(cases)('is what the engine writes: %s', async (_, field, value) => {
    const row = previewRow(field, value, field.default);
    expect(row.failure === undefined ? row.after : 'failed').toEqual(await byEngine(field, value));
  });

  it('says what was done', () => {
    expect(previewRow({ to: 'a', from, maxLength: 5 }, 'Acme Ltd', undefined).note).toBe('cut 8 → 4');
    expect(previewRow({ to: 'a', from }, 'Acme', undefined).note).toBeUndefined();
  });

  it('writes nested paths', () => {
    const target = {};
    assign(target, 'status.name', 'New');
    assign(target, 'status.id', 1);
    expect(target).toEqual({ status: { name: 'New', id: 1 } });
  });
});
