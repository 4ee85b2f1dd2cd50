/** Two builds beside one another: a new version is rolled out, taken back, and rolled out again. */
import { setTimeout as delay } from 'node:timers/promises';
import { exactly, quick, soundness, told, unharmed } from '../figures.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { makeOlderBuild } from '../support/older-build.ts';
import type { RunningProcess } from '../support/processes.ts';
import { blind, chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** Commits of the code between the two. */
const AGO = 20;

export const versions: readonly FaultTest[] = [
  {
    id: 'R-36',
    isOnlyLong: true,
    title: 'workers and ingresses of an older and this build together: rolled out with SIGTERM, taken back, again and again',
    within: 90,
    run: async (bench) => {
      const { url } = bench.vendor;
      using older = makeOlderBuild(AGO);
      const builds = [older.code, bench.suite.code] as const;
      // What one build has begun another goes on with: in waits, between effects of each kind, and in the middle of a loop.
      const document = chain(
        map('shape'),
        keyed(url, 'first'),
        { id: 'pause', kind: 'wait', mode: 'duration', duration: { amount: 3, unit: 'seconds' } },
        { id: 'each', kind: 'loop', items: [1, 2, 3], concurrency: 2 },
        keyed(url, 'second'),
        blind(url, 'blindOne'),
      );
      const effect = keyed(url, 'item');
      const input = { ...(effect['input'] as object), url: `${url}/keyed/{{ trigger.body.id }}/item{{ index }}` };
      const inLoop = { ...effect, parent: 'each', input };
      const workflow = await bench.put({ ...document, nodes: [...document.nodes, inLoop] });
      const ingresses = await Promise.all(builds.map((code) => bench.startIngress({}, code)));
      bench.vendor.latencyMs = 100;
      const workers: RunningProcess[] = await Promise.all([bench.startWorker({}, older.code), bench.startWorker({}, older.code)]);
      const rounds = bench.suite.isLong ? 16 : 8;
      const ids = idsOf('R36', rounds * 50);
      const sending = send({ ports: ingresses.map(({ port }) => port), workflow, ids, perSecond: 30 });
      const exits: { code: number | null; ms: number }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await delay(500 + bench.random() * 500);
        const index = round % workers.length;
        // Both of them are brought to this build, then both back to the older one.
        const fresh = await bench.startWorker({}, Math.floor(round / 2) % 2 === 0 ? bench.suite.code : older.code);
        const leaving = workers[index];
        workers[index] = fresh;
        if (leaving) exits.push(await leaving.stop());
      }
      const sent = await sending;
      const verdict = await judge(bench, {
        workflow,
        sent,
        steps: ['first', 'item0', 'item1', 'item2', 'second', 'blindOne'],
        withinMs: 60_000,
      });
      const { rows } = await bench.db.pool.query<{ charged: number; others: number }>(
        `SELECT coalesce(sum(recovery_count), 0)::int AS charged, count(*) FILTER (WHERE status <> 'succeeded')::int AS others FROM run_history WHERE workflow_id = $1`,
        [workflow.workflowId],
      );
      return [
        ...soundness(verdict, ids.length),
        unharmed(verdict),
        exactly('runs that did not succeed', rows[0]?.others ?? -1, 0),
        exactly('crashes charged to runs', rows[0]?.charged ?? -1, 0),
        exactly('exits with a code other than 0', exits.filter(({ code }) => code !== 0).length, 0),
        quick('slowest exit', Math.max(...exits.map(({ ms }) => ms)) / 1000, 25, 's'),
        told('the older build', older.name),
      ];
    },
  },
];
