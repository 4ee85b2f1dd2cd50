import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectorDefinition } from '@weft/connector-kit';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createVendorCalls } from '../src/adapters/vendor-calls.ts';
import type { VendorCalls } from '../src/adapters/vendor-calls.ts';
import { createLogger } from '../src/logger.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh[Symbol.asyncDispose]());

const log = createLogger({ process: 'test', write: () => {} });
const never = new AbortController().signal;
let made = 0;

/** The calls of one connection as two workers see them. */
function twoWorkers(rate: { perMinute: number; concurrent: number }): { id: string; one: VendorCalls; two: VendorCalls } {
  const id = `connection-${(made += 1)}`;
  const connector = { rateLimit: rate } as ConnectorDefinition;
  const open = (): VendorCalls => {
    const calls = createVendorCalls({ db: fresh.db, log }).of(connector, { id, name: 'Acme PSA' });
    if (!calls) throw new Error('No limit was made');
    return calls;
  };
  return { id, one: open(), two: open() };
}

async function call(calls: VendorCalls): Promise<void> {
  await calls.admit(never);
  (await calls.limiter.acquire(never))();
}

async function passTime(id: string): Promise<void> {
  await fresh.db.pool.query(
    `UPDATE rate_bucket SET circuit_open_until = circuit_open_until - interval '1 minute', paused_until = paused_until - interval '2 hours' WHERE key = $1`,
    [id],
  );
}

/** Lets what was told and not awaited reach the database. */
async function told(id: string, column: string): Promise<void> {
  await expect
    .poll(async () => (await fresh.db.pool.query(`SELECT ${column} AS it FROM rate_bucket WHERE key = $1`, [id])).rows[0]?.it)
    .not.toBeNull();
}

describe('the calls of a connection', () => {
  it('are counted together for all workers', async () => {
    const { one, two } = twoWorkers({ perMinute: 600, concurrent: 4 });
    const startedAt = performance.now();
    let count = 0;
    const callAll = async (calls: VendorCalls): Promise<void> => {
      while (performance.now() - startedAt < 2000) {
        await call(calls);
        count += 1;
      }
    };
    await Promise.all([callAll(one), callAll(one), callAll(two), callAll(two)]);
    const seconds = (performance.now() - startedAt) / 1000;
    // A burst of 60, then ten a second; one worker alone may not have more than both.
    expect(count).toBeLessThanOrEqual(60 + Math.ceil(seconds * 10) + 1);
    expect(count).toBeGreaterThanOrEqual(60);
  });

  it('wait as rows for a vendor that asked one worker to come later, and nothing is sent', async () => {
    const { id, one, two } = twoWorkers({ perMinute: 600, concurrent: 4 });
    await call(one);
    one.limiter.pause(3_600_000);
    await told(id, 'paused_until');
    await expect(two.admit(never)).rejects.toMatchObject({
      class: 'throttled',
      code: 'not_started',
      message: expect.stringContaining('asked us to come later'),
    });
    await passTime(id);
    await call(two);
  });

  it('stop for all workers while the vendor fails; one call finds out that it is back', async () => {
    const { id, one, two } = twoWorkers({ perMinute: 6000, concurrent: 4 });
    for (let index = 0; index < 19; index += 1) one.report({ answered: false, reason: 'No answer.' });
    await call(two);
    one.report({ answered: false, reason: 'No answer.' });
    await told(id, 'circuit_open_until');
    const refused = expect.objectContaining({ code: 'not_started', message: expect.stringContaining('fails at present') });
    await expect(one.admit(never)).rejects.toEqual(refused);
    // What the other has in hand from before lasts a second.
    await expect.poll(() => two.admit(never).catch((error: unknown) => error), { timeout: 5000 }).toEqual(refused);
    await passTime(id);
    await call(one);
    await expect(two.admit(never)).rejects.toEqual(refused);
    one.report({ answered: false, reason: 'Still none.' });
    await expect(one.admit(never)).rejects.toEqual(refused);
    await passTime(id);
    await call(two);
    two.report({ answered: true });
    await expect
      .poll(
        () =>
          one.admit(never).then(
            () => 'admitted',
            () => 'refused',
          ),
        { timeout: 5000 },
      )
      .toBe('admitted');
  });

  it('sends those away that would wait for long, spread over the time that serving them takes', async () => {
    const { one } = twoWorkers({ perMinute: 60, concurrent: 50 });
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () =>
        call(one).then(
          () => 0,
          (error: { retryAfterMs: number }) => error.retryAfterMs,
        ),
      ),
    );
    const away = outcomes.filter((ms) => ms > 0);
    expect(away.length).toBeGreaterThan(40);
    expect(Math.max(...away) - Math.min(...away)).toBeGreaterThan(10_000);
  });
});
