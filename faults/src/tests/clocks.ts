/** Schedules and waits: each time once, however many look and however many die. */
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@weft/db';
import { atLeast, exactly, quick, told } from '../figures.ts';
import { percentile } from '../support/checker.ts';
import type { RunningProcess } from '../support/processes.ts';
import { chain } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const SECONDS = 12;

export const clocks: readonly FaultTest[] = [
  {
    id: 'P10',
    title: 'schedules of every second, three schedulers, kills among them',
    within: 90,
    run: async (bench) => {
      const schedules = bench.scale(20);
      const ids: string[] = [];
      const startAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
      for (let index = 0; index < schedules; index += 1) {
        const input = { cron: '* * * * * *', missed: 'all' };
        const workflow = await bench.put({
          nodes: [{ id: 'start', kind: 'trigger', connector: 'schedule', operation: 'at', input }],
          edges: [],
        });
        await bench.db.prisma.triggerBinding.updateMany({
          where: { workflowId: workflow.workflowId },
          data: { connector: 'schedule', operation: 'at', mode: 'schedule', input, hookToken: null, nextDueAt: startAt },
        });
        ids.push(workflow.workflowId);
      }
      const workers: RunningProcess[] = [];
      for (let count = 0; count < 3; count += 1) workers.push(await bench.startWorker());
      let kills = 0;
      const until = performance.now() + SECONDS * 1000;
      while (performance.now() < until) {
        await delay(1500);
        const index = Math.floor(bench.random() * workers.length);
        await workers[index]?.kill();
        kills += 1;
        workers[index] = await bench.startWorker();
      }
      // A scheduler that died holds its schedules for as long as its lease on them lasts; then all that was missed is made up for.
      await delay(2000);
      await bench.db.pool.query(`UPDATE trigger_binding SET lease_until = now() WHERE lease_until > now()`);
      const end = new Date(Date.now() - 1000);
      const firings = () =>
        bench.db.pool.query<{ workflow: string; at: string; times: number }>(
          `SELECT workflow_id AS workflow, input->>'scheduledFor' AS at, count(*)::int AS times FROM
           (SELECT workflow_id, input FROM run UNION ALL SELECT workflow_id, input FROM run_history) AS r
         WHERE workflow_id = ANY($1) GROUP BY 1, 2`,
          [ids],
        );
      const missingFrom = (found: readonly { readonly workflow: string; readonly at: string }[]): number => {
        const fired = Map.groupBy(found, ({ workflow }) => workflow);
        let count = 0;
        for (const id of ids) {
          const times = new Set((fired.get(id) ?? []).map(({ at }) => at));
          for (let at = startAt.getTime(); at <= end.getTime(); at += 1000) if (!times.has(new Date(at).toISOString())) count += 1;
        }
        return count;
      };
      let { rows } = await firings();
      for (const patience = performance.now() + 30_000; missingFrom(rows) > 0 && performance.now() < patience;) {
        await delay(250);
        ({ rows } = await firings());
      }
      // A time that fires twice may do so late.
      await delay(1000);
      ({ rows } = await firings());
      const missing = missingFrom(rows);
      return [
        exactly('times that fired more than once', rows.filter(({ times }) => times > 1).length, 0),
        exactly('times that neither fired nor stand as skipped', missing, 0),
        atLeast('kills', kills, 2, ''),
        told('times fired', String(rows.length)),
      ];
    },
  },
  {
    id: 'R-30',
    title: 'waits of seconds, all processes restarted and Redis wiped meanwhile',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(
        chain({ id: 'pause', kind: 'wait', mode: 'duration', duration: { amount: '{{ trigger.body.seconds }}', unit: 'seconds' } }),
      );
      const count = bench.scale(1000);
      const rows = Array.from({ length: count }, () => ({ id: newId(), seconds: 3 + Math.floor(bench.random() * 12) }));
      await bench.db.pool.query(
        `INSERT INTO run(id, workspace_id, workflow_id, version_id, status, origin, input)
         SELECT id, $2, $3, $4, 'queued', 'webhook', jsonb_build_object('body', jsonb_build_object('seconds', seconds)) FROM unnest($1::uuid[], $5::int[]) AS e(id, seconds)`,
        [rows.map(({ id }) => id), workflow.workspaceId, workflow.workflowId, workflow.versionId, rows.map(({ seconds }) => seconds)],
      );
      let worker = await bench.startWorker({ WEFT_CONCURRENCY: '50' });
      for (let round = 0; round < 3; round += 1) {
        await delay(3000);
        await worker.kill();
        await bench.flushRedis();
        worker = await bench.startWorker({ WEFT_CONCURRENCY: '50' });
      }
      const until = performance.now() + 40_000;
      const ended = async () =>
        (
          await bench.db.pool.query<{ seconds: number; ms: number; status: string }>(
            `SELECT (input->'body'->>'seconds')::int AS seconds, (extract(epoch FROM finished_at - started_at) * 1000)::float8 AS ms, status FROM run_history WHERE workflow_id = $1`,
            [workflow.workflowId],
          )
        ).rows;
      while ((await ended()).length < count && performance.now() < until) await delay(200);
      const all = await ended();
      return [
        exactly('waits that ended', all.filter(({ status }) => status === 'succeeded').length, count),
        exactly('that ended too early', all.filter(({ seconds, ms }) => ms < seconds * 1000 - 50).length, 0),
        quick(
          'late by, p50',
          percentile(
            all.map(({ seconds, ms }) => ms - seconds * 1000),
            0.5,
          ) / 1000,
          8,
          's',
        ),
      ];
    },
  },
];
