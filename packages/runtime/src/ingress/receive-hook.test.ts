import type { Database } from '@weft/db';
import { expect, test, vi } from 'vitest';
import { createLogger } from '../logger.ts';
import { createHookReceiver } from './receive-hook.ts';
import type { HookMeans } from './receive-hook.ts';

/** A receiver whose database fails with an error. */
function receiving(error: Error) {
  const logged: string[] = [];
  const query = (): Promise<never> => Promise.reject(error);
  // Only the look-up of the address is reached.
  const db = { pool: { query }, hot: { query } } as unknown as Database;
  const log = createLogger({ process: 'test', write: (line) => void logged.push(line) });
  const receive = createHookReceiver({ db, log, now: Date.now, queue: {}, worker: {} } as unknown as HookMeans);
  const send = (headers: Record<string, string> = {}) =>
    receive('token', { method: 'POST', path: '/hooks/token', query: {}, headers, rawBody: Buffer.from('{}') });
  return { send, logged };
}

const AWAY = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });

test('while the database is away a sender is told to come again, and in its own way where it knows only one', async () => {
  const { send, logged } = receiving(AWAY);
  const answer = await send();
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'retry-after': '5' },
    body: { error: { class: 'transient', code: 'database_away' } },
  });
  expect(JSON.stringify(answer.body)).not.toContain('127.0.0.1');
  // ConnectWise repeats what was answered 429, and never what was answered 503.
  expect(await send({ 'x-content-signature': 'abc' })).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
  expect(logged).toEqual([]);
});

test('a workflow that is switched off is noticed within a second, also when the clock is set back', async () => {
  const performanceNow = vi.spyOn(performance, 'now').mockReturnValue(5000);
  let isEnabled = true;
  const row = { id: 'b', connection_id: null, workspace_id: 'w', workflow_id: 'f', version_id: 'v', mode: 'manual', input: {} };
  const query = () => Promise.resolve({ rows: [{ ...row, enabled: isEnabled }] });
  const log = createLogger({ process: 'test', write: () => {} });
  let now = 1_800_000_000_000;
  const receive = createHookReceiver({ db: { pool: { query } }, log, now: () => now, queue: {}, worker: {} } as unknown as HookMeans);
  const send = () => receive('token', { method: 'POST', path: '/hooks/token', query: {}, headers: {}, rawBody: Buffer.from('{}') });
  expect(await send()).toMatchObject({ status: 404 });
  isEnabled = false;
  now -= 300_000;
  performanceNow.mockReturnValue(6100);
  expect(await send()).toMatchObject({ status: 410 });
  performanceNow.mockRestore();
});

test('a fault of ours is no outage', async () => {
  const { send, logged } = receiving(Object.assign(new Error('column "hook" does not exist'), { code: '42703' }));
  expect(await send()).toMatchObject({ status: 500 });
  expect(logged).toHaveLength(1);
});
