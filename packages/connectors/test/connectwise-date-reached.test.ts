import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox } from '@weft/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectwiseBench } from './accounts.ts';

/** 23:30 in UTC is already the next day in Berlin and still the same one in New York. */
const NOW = Date.parse('2026-05-01T23:30:00Z');
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let psa: TestBench;
let now = NOW;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo', clock: () => now });
  psa = connectwiseBench(sandbox.url, {}, () => now);
});
afterAll(() => sandbox.close());

interface Due {
  events: { dedupKey: string; payload: { date: string; daysLeft: number; record: { id: number; invoiceNumber: string } } }[];
  cursor: unknown;
  hasMore?: boolean;
}

const headers = {
  authorization: `Basic ${Buffer.from('demo+DemoPublicKey:DemoPrivateKey').toString('base64')}`,
  clientid: '00000000-0000-4000-8000-000000000001',
  'content-type': 'application/json',
};

async function post(path: string, body: unknown): Promise<{ id: number }> {
  const response = await fetch(`${sandbox.url}/v4_6_release/apis/3.0/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: number };
}

let serial = 0;
const invoice = (dueDate: string, more: Record<string, unknown> = {}): Promise<{ id: number }> =>
  post('finance/invoices', {
    invoiceNumber: `D${(serial += 1)}`,
    type: 'Standard',
    company: { id: 250 },
    date: '2026-04-01T00:00:00Z',
    dueDate: `${dueDate}T00:00:00Z`,
    total: 100,
    payments: 0,
    credits: 0,
    ...more,
  });

const overdue = {
  object: 'invoice',
  field: 'dueDate',
  daysBefore: -1,
  where: 'balance > 0 and invoiceNumber like "D*"',
  timezone: 'Europe/Berlin',
};
const look = async (watch: Record<string, unknown>, cursor?: unknown): Promise<Due> =>
  (await psa.poll('dateReached', watch, cursor)) as Due;

test('T-11 an invoice due yesterday is given once, one due today not: days begin where the tenant is', async () => {
  const yesterday = await invoice('2026-05-01');
  const today = await invoice('2026-05-02');
  await invoice('2026-04-20', { payments: 100 });
  const first = await look(overdue);
  expect(first.events.map(({ payload }) => [payload.record.id, payload.date, payload.daysLeft])).toEqual([
    [yesterday.id, '2026-05-01', -1],
  ]);
  expect((await look({ ...overdue, timezone: 'America/New_York' })).events).toEqual([]);
  const second = await look(overdue, first.cursor);
  expect(second.events).toEqual([]);
  now += 86_400_000;
  expect((await look(overdue, second.cursor)).events.map(({ payload }) => payload.record.id)).toEqual([today.id]);
  now = NOW;
});

test('what lies longer ago than is looked back is left alone, and a zone must exist', async () => {
  const old = await invoice('2025-03-01');
  const ids = (due: Due): number[] => due.events.map(({ payload }) => payload.record.id);
  expect(ids(await look(overdue))).not.toContain(old.id);
  expect(ids(await look({ ...overdue, lookBackDays: 900 }))).toContain(old.id);
  await expect(look({ ...overdue, timezone: 'Mars/Olympus' })).rejects.toMatchObject({ class: 'invalid', code: 'zone_unknown' });
});

test('more than one page is given whole, each record once', async () => {
  const before = new Set((await look(overdue)).events.map(({ payload }) => payload.record.id));
  const made = new Set<number>();
  for (let index = 0; index < 520; index += 1) made.add((await invoice('2026-04-28')).id);
  const seen: number[] = [];
  let cursor: unknown;
  for (let round = 0; round < 10; round += 1) {
    const due = await look(overdue, cursor);
    seen.push(...due.events.map(({ payload }) => payload.record.id));
    cursor = due.cursor;
    if (!due.hasMore) break;
  }
  expect(seen.length).toBe(new Set(seen).size);
  expect(new Set(seen)).toEqual(new Set([...before, ...made]));
  expect((await look(overdue, cursor)).events).toEqual([]);
});
