/** What a watch over ConnectWise records tells, and what it does not. */
import type { PollResult } from '@weft/connector-kit';
import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectwiseBench } from './accounts.ts';

let now = Date.parse('2026-05-04T10:00:00Z');
let sandbox: Sandbox;
let psa: TestBench;
let serial = 0;

beforeEach(async () => {
  // Whole seconds, as the vendor's stamps.
  sandbox = await startSandbox({ port: 0, seed: 'demo', clock: () => now, limits: { connectwisePerMinute: 1e9 } });
  psa = connectwiseBench(sandbox.url, {}, () => now);
});
afterEach(() => sandbox.close());

type Payload = { event: string; record: { id: number; summary?: string } };
const pass = (seconds: number): void => void (now += seconds * 1000);

/** A trigger asked again and again, as a worker does; gives what each poll told. */
async function watching(input: Record<string, unknown>): Promise<() => Promise<string[]>> {
  let cursor: unknown = (await psa.poll('recordChanged', input, undefined)).cursor;
  const keys = new Set<string>();
  return async () => {
    const told: string[] = [];
    for (let more = true; more;) {
      // Through JSON, as it is stored.
      const result: PollResult = await psa.poll('recordChanged', input, JSON.parse(JSON.stringify(cursor)));
      for (const { dedupKey, payload } of result.events) {
        if (keys.has(dedupKey)) continue;
        keys.add(dedupKey);
        const { event, record } = payload as Payload;
        told.push(`${event} ${record.id}`);
      }
      cursor = result.cursor;
      more = result.hasMore === true;
    }
    return told;
  };
}

const ticket = async (more: Record<string, unknown> = {}): Promise<number> => {
  const { record } = (await psa.run('createRecord', {
    object: 'ticket',
    record: { summary: `Watched ${(serial += 1)}`, company: 250, ...more },
  })) as {
    record: { id: number };
  };
  return record.id;
};
const change = (id: number, changes: Record<string, unknown>) => psa.run('updateRecord', { object: 'ticket', id, changes });

test('"is updated" leaves out what is new, until it is changed', async () => {
  const old = await ticket();
  pass(300);
  const look = await watching({ object: 'ticket', event: 'updated' });
  const fresh = await ticket();
  pass(5);
  expect(await look()).toEqual([]);
  await change(old, { severity: 'High' });
  pass(5);
  await change(fresh, { severity: 'High' });
  pass(5);
  expect((await look()).toSorted()).toEqual([`updated ${fresh}`, `updated ${old}`].toSorted());
});

describe('"starts to meet the condition"', () => {
  const input = { object: 'ticket', event: 'startsToMatch', where: 'severity = "High"' };

  test('tells the transition only, and again after the record stopped meeting it', async () => {
    const already = await ticket({ severity: 'High' });
    const low = await ticket({ severity: 'Low' });
    pass(300);
    const look = await watching(input);
    pass(5);
    await change(already, { poNumber: '1' });
    await change(low, { poNumber: '1' });
    pass(5);
    expect(await look()).toEqual([]);
    await change(low, { severity: 'High' });
    const born = await ticket({ severity: 'High' });
    pass(5);
    expect((await look()).toSorted()).toEqual([`startedToMatch ${born}`, `startedToMatch ${low}`].toSorted());
    await change(low, { poNumber: '2' });
    pass(5);
    expect(await look()).toEqual([]);
    await change(low, { severity: 'Low' });
    pass(5);
    expect(await look()).toEqual([]);
    await change(low, { severity: 'High' });
    pass(5);
    expect(await look()).toEqual([`startedToMatch ${low}`]);
  });

  test('a few hundred at once are told once each, over page borders', async () => {
    const look = await watching(input);
    pass(5);
    const ids: number[] = [];
    for (let at = 0; at < 450; at += 1) ids.push(await ticket({ severity: at % 3 === 0 ? 'Low' : 'High' }));
    pass(5);
    const told = await look();
    expect(told).toHaveLength(300);
    expect(new Set(told).size).toBe(300);
    pass(200);
    expect(await look()).toEqual([]);
  });

  test('without a condition it is refused before anything is asked', async () => {
    await expect(psa.poll('recordChanged', { object: 'ticket', event: 'startsToMatch' }, undefined)).rejects.toMatchObject({
      class: 'invalid',
      message: expect.stringContaining('Condition'),
    });
  });
});

test('our clock may be wrong by an hour: times are the vendor’s', async () => {
  for (const skew of [-3_600_000, 3_600_000]) {
    psa = connectwiseBench(sandbox.url, {}, () => now + skew);
    const look = await watching({ object: 'ticket' });
    pass(5);
    const id = await ticket();
    pass(5);
    expect(await look()).toEqual([`created ${id}`]);
    pass(600);
    expect(await look()).toEqual([]);
  }
});
