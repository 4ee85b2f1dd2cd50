/** What is old goes, in the middle of everything and killed in the middle of it; what still waits stays. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitAddress } from '@weft/runtime';
import { atLeast, exactly, quick, soundness, told, unharmed } from '../figures.ts';
import { ageWaitingRuns, countOrphans, putOldRuns } from '../support/age.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge, percentile } from '../support/checker.ts';
import { watchEndings } from '../support/endings.ts';
import { idsOf, post, send } from '../support/load.ts';
import { openOffice } from '../support/office.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const WAITED_DAYS = 90;
/** The last of them is the day on which runs still wait. */
const DAYS = [35, 60, WAITED_DAYS];
const KILLS = 6;

/** Prunes in a process of its own; gives whether it came to its end within that time, else it is killed. */
async function pruneFor(bench: Bench, ms: number): Promise<boolean> {
  const main = join(bench.suite.code, 'faults/src/support/prune-main.ts');
  const child = fork(main, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { PATH: process.env['PATH'], DATABASE_URL: bench.databaseUrl },
  });
  const gone = once(child, 'exit');
  const isAtIt = async (): Promise<boolean> =>
    ((await bench.db.pool.query(`SELECT FROM pg_stat_activity WHERE application_name = 'weft-prune' AND datname = current_database()`))
      .rowCount ?? 0) > 0;
  while (child.exitCode === null && !(await isAtIt())) await delay(10);
  await Promise.race([gone, delay(ms)]);
  if (child.exitCode === null) child.kill('SIGKILL');
  const [code] = await gone;
  return code === 0;
}

async function startLatencies(bench: Bench, workflow: FaultWorkflow): Promise<number[]> {
  const { rows } = await bench.db.pool.query<{ ms: number }>(
    `SELECT (extract(epoch FROM started_at - created_at) * 1000)::float8 AS ms FROM run_history WHERE workflow_id = $1 AND started_at IS NOT NULL`,
    [workflow.workflowId],
  );
  return rows.map(({ ms }) => ms);
}

export const retention: readonly FaultTest[] = [
  {
    id: 'R-42',
    isOnlyLong: true,
    title: 'runs that have waited for 90 days while all that is old goes, under load, with SIGKILL in the middle of it',
    within: 90,
    run: async (bench) => {
      const { url } = bench.vendor;
      const after = keyed(url, 'after');
      const input = {
        ...(after['input'] as object),
        url: `${url}/keyed/{{ trigger.body.id }}/after-{{ trigger.body.mark }}-{{ steps.answer.body.number }}`,
      };
      const waiting = await bench.put(
        chain(map('shape'), keyed(url, 'first'), { id: 'answer', kind: 'wait', mode: 'event' }, { ...after, input }),
      );
      const busy = await bench.put(chain(map('shape'), keyed(url, 'first')));
      const ingress = await bench.startIngress();
      const first = await bench.startWorker();
      const count = 40;
      const ids = idsOf('R42-waits', count);
      const body = (id: string): string => JSON.stringify({ id, mark: `mark${id.split('-').at(-1)}`, blob: 'x'.repeat(200_000) });
      await Promise.all(ids.map((id) => post({ port: ingress.port, token: waiting.hookToken, id, body: body(id) })));
      const openWaits = async () =>
        (
          await bench.db.pool.query<{ id: string; run_id: string }>(
            `SELECT w.id, w.run_id FROM run_wait w JOIN run r ON r.id = w.run_id WHERE r.workflow_id = $1 AND r.status = 'waiting' AND w.status = 'open' AND w.reached_at IS NOT NULL`,
            [waiting.workflowId],
          )
        ).rows;
      for (const patience = performance.now() + 20_000; (await openWaits()).length < count && performance.now() < patience;)
        await delay(50);
      await using office = await openOffice(bench, { workerPort: first.port });
      const ctx = office.ctxOf(waiting, { name: 'Ann' });
      const tokens = await Promise.all(
        (await openWaits()).map(async ({ id }) => (await waitAddress(ctx, { id })).url.split('/').at(-1) ?? ''),
      );
      await first.kill();
      await ageWaitingRuns(bench, waiting.workflowId, WAITED_DAYS);
      const each = bench.scale(2000);
      await putOldRuns(bench, { ...busy, days: DAYS, each });
      await bench.startWorker();
      const calm = await send({ ports: [ingress.port], workflow: busy, ids: idsOf('R42-calm', 100), perSecond: 50 });
      const calmStarts = await startLatencies(bench, busy);
      const isOver = { value: false };
      const loads = (async () => {
        const sent = [];
        for (let round = 0; !isOver.value; round += 1)
          sent.push(...(await send({ ports: [ingress.port], workflow: busy, ids: idsOf(`R42-${round}`, 50), perSecond: 50 })));
        return sent;
      })();
      let deaths = 0;
      for (let kill = 0; kill < KILLS; kill += 1) if (!(await pruneFor(bench, 20 + bench.random() * 300))) deaths += 1;
      const startedAt = performance.now();
      const hasEnded = await pruneFor(bench, 120_000);
      const tookMs = performance.now() - startedAt;
      isOver.value = true;
      const sent = [...calm, ...(await loads)];
      const verdict = await judge(bench, { workflow: busy, sent, steps: ['first'], withinMs: 30_000 });
      const { rows: old } = await bench.db.pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM run_history WHERE id < weft_uuid_floor(now() - interval '31 days')`,
      );
      const starts = await startLatencies(bench, busy);
      const orphans = await countOrphans(bench);
      const kept = await openWaits();
      // They go on as if no time had passed.
      const answers = await Promise.all(
        tokens.map(async (token) => {
          const answered = await fetch(`http://127.0.0.1:${ingress.port}/resume/${token}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{"number":7}',
          });
          return ((await answered.json()) as { status?: string }).status;
        }),
      );
      const endings = await watchEndings(
        bench,
        kept.map(({ run_id }) => run_id),
        30_000,
      );
      const whole = ids.filter((id) => bench.vendor.effects.get(`${id}/after-mark${id.split('-').at(-1)}-7`) === 1);
      return [
        ...soundness(verdict, sent.length),
        unharmed(verdict),
        exactly('rounds that came to their end when let', hasEnded ? 1 : 0, 1),
        exactly('old runs that are left', old[0]?.count ?? -1, 0),
        exactly('rows and values that nothing refers to', orphans, 0),
        exactly('waiting runs that are still there', kept.length, count),
        exactly('whose answer was taken', answers.filter((word) => word === 'accepted').length, count),
        exactly('that went on to their end', [...endings.values()].filter(({ status }) => status === 'succeeded').length, count),
        exactly('that still had what they began with', whole.length, count),
        atLeast('killed in the middle', deaths, 1, ''),
        quick('from acceptance to start, p99 while pruning', percentile(starts, 0.99), 1000, 'ms'),
        told('the same before', `${Math.round(percentile(calmStarts, 0.99))} ms`),
        told('runs removed; the last round took', `${DAYS.length * each}; ${Math.round(tookMs)} ms`),
      ];
    },
  },
];
