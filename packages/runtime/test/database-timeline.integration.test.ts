import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createLogger } from '../src/index.ts';
import { noteTimeline } from '../src/worker/database-timeline.ts';

let fresh: FreshDatabase;
beforeEach(async () => void (fresh = await freshDatabase()));
afterEach(async () => fresh[Symbol.asyncDispose]());

it('tells once that the database goes on from a copy, and from when on something may be missing', async () => {
  const warn = vi.fn<(message: string) => void>();
  const log = { ...createLogger({ process: 'test', level: 'error' }), warn };
  await noteTimeline(fresh.db.pool, log);
  await noteTimeline(fresh.db.pool, log);
  expect(warn).not.toHaveBeenCalled();
  const earlier = `jsonb_build_object('timeline', 7, 'lsn', '0/1', 'at', '2026-03-01T10:00:00.000Z')`;
  await fresh.db.pool.query(`UPDATE instance SET value = ${earlier} WHERE key = 'databaseTimeline'`);
  await noteTimeline(fresh.db.pool, log);
  await noteTimeline(fresh.db.pool, log);
  expect(warn).toHaveBeenCalledOnce();
  expect(warn.mock.calls[0]?.[0]).toMatch(/timeline 7, now 1\).*after 2026-03-01T10:00:00.000Z .*is missing/);
});
