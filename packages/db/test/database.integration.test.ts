import { expect, it } from 'vitest';
import { freshDatabase } from '../src/testing.ts';

it('outlives a connection that breaks between two statements of a transaction', async () => {
  await using fresh = await freshDatabase();
  const { db } = fresh;
  const work = db.transaction(async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise<void>((resolve) => void client.once('end', () => resolve()));
    await db.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await client.query('SELECT 1');
  });
  await expect(work).rejects.toThrow(/not queryable|terminat|closed/i);
  expect((await db.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});
