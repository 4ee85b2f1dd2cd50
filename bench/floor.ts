/** Starts the floor: one receiver, one worker, a table. */
import { join } from 'node:path';
import pg from 'pg';
import { FLOOR_TABLE } from './floor/names.ts';
import { startProcess } from './processes.ts';
import type { Servers } from './servers.ts';
import type { Side } from './side.ts';

/** Starts both processes. */
export async function startFloor(means: { readonly servers: Servers; readonly vendorUrl: string; readonly dir: string }): Promise<Side> {
  const databaseUrl = await means.servers.database('floor');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(FLOOR_TABLE);
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: means.servers.redisUrl, VENDOR_URL: means.vendorUrl };
  const at = (script: string): string => join(import.meta.dirname, 'floor', script);
  const worker = await startProcess({ name: 'floor-worker', script: at('worker.ts'), env, logDir: means.dir });
  const receiver = await startProcess({ name: 'floor-receiver', script: at('receiver.ts'), env, logDir: means.dir });
  return {
    name: 'floor',
    pids: [receiver.pid, worker.pid],
    databaseUrl,
    target: (workload) => ({
      port: receiver.port,
      path: `/${workload.id}${workload.isAnswered ? '?answer' : ''}`,
      body: workload.body,
    }),
    unfinished: async () => {
      const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM floor_run WHERE finished_at IS NULL');
      return rows[0]?.count ?? 0;
    },
    finishedAt: async (runIds) => {
      const { rows } = await client.query<{ id: string; at: number }>(
        'SELECT id, (extract(epoch FROM finished_at) * 1000)::float8 AS at FROM floor_run WHERE id = ANY($1::uuid[]) AND finished_at IS NOT NULL',
        [runIds],
      );
      return new Map(rows.map(({ id, at: ms }) => [id, ms]));
    },
    stop: async () => {
      await receiver.stop();
      await worker.stop();
      await client.end();
    },
  };
}
