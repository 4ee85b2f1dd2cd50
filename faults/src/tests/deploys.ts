/** New versions are rolled out while runs go on. */
import { setTimeout as delay } from 'node:timers/promises';
import { exactly, quick, soundness, told, unharmed } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import type { RunningProcess } from '../support/processes.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** Waits until the runs of a workflow are in a status, so that what follows meets them there. */
async function untilAll(bench: Bench, workflow: FaultWorkflow, status: string, count: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { rows } = await bench.db.pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM run WHERE workflow_id = $1 AND status = $2',
      [workflow.workflowId, status],
    );
    if (rows[0]?.count === count) return;
    await delay(50);
  }
  const { rows } = await bench.db.pool.query(
    'SELECT status, count(*)::int FROM run WHERE workflow_id = $1 GROUP BY 1 UNION ALL SELECT status, count(*)::int FROM run_history WHERE workflow_id = $1 GROUP BY 1',
    [workflow.workflowId],
  );
  throw new Error(`Not all ${count} runs came to be ${status}: ${JSON.stringify(rows)}`);
}

export const deploys: readonly FaultTest[] = [
  {
    id: 'R-06',
    title: 'everything stops while runs are queued, running, and waiting for a time or for another attempt; Redis is emptied',
    within: 90,
    run: async (bench) => {
      const { url } = bench.vendor;
      const count = bench.scale(20);
      const ends = { first: keyed(url, 'first'), later: { ...keyed(url, 'first'), retry: { attempts: 8, baseMs: 8000, capMs: 8000 } } };
      const kinds = {
        running: await bench.put(chain(map('shape'), ends.first)),
        pausing: await bench.put(
          chain({ id: 'pause', kind: 'wait', mode: 'duration', duration: { amount: 12, unit: 'seconds' } }, ends.first),
        ),
        retrying: await bench.put(chain(map('shape'), ends.later)),
        queued: await bench.put(chain(map('shape'), ends.first)),
      };
      const ingress = await bench.startIngress();
      const worker = await bench.startWorker({ WEFT_CONCURRENCY: String(4 * count) });
      const sendTo = (workflow: FaultWorkflow, name: string): Promise<Sent[]> =>
        send({ ports: [ingress.port], workflow, ids: idsOf(`R06-${name}`, count) });
      bench.vendor.behave({ when: (path) => path.includes('R06-retrying'), times: count, status: 503, headers: { 'retry-after': '12' } });
      bench.vendor.behave({ when: (path) => path.includes('R06-running'), times: count, hang: true });
      const sent = {
        pausing: await sendTo(kinds.pausing, 'pausing'),
        retrying: await sendTo(kinds.retrying, 'retrying'),
        running: await sendTo(kinds.running, 'running'),
      };
      await untilAll(bench, kinds.pausing, 'waiting', count);
      await untilAll(bench, kinds.retrying, 'waiting', count);
      await untilAll(bench, kinds.running, 'running', count);
      await worker.kill();
      const queued = await sendTo(kinds.queued, 'queued');
      await ingress.kill();
      await bench.flushRedis();
      await delay(1000);
      await Promise.all([bench.startWorker(), bench.startWorker()]);
      const verdicts = await Promise.all(
        Object.entries({ ...sent, queued }).map(async ([kind, all]) => ({
          kind,
          verdict: await judge(bench, { workflow: kinds[kind as keyof typeof kinds], sent: all, steps: ['first'], withinMs: 40_000 }),
        })),
      );
      return verdicts.flatMap(({ kind, verdict }) => [
        ...soundness(verdict, count).map((figure) => ({ ...figure, what: `${kind}: ${figure.what}` })),
        { ...unharmed(verdict), what: `${kind}: runs that failed although nothing refused them` },
      ]);
    },
  },
  {
    id: 'R-17',
    title: 'one ingress after the other is replaced under load',
    within: 60,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first')));
      const ingresses = await Promise.all([bench.startIngress(), bench.startIngress()]);
      await bench.startWorker();
      const count = bench.scale(500);
      const sending = send({
        ports: ingresses.map(({ port }) => port),
        workflow,
        ids: idsOf('R17', count),
        perSecond: 80,
      });
      const codes: (number | null)[] = [];
      for (let round = 0; round < 4; round += 1) {
        await delay(900);
        const leaving = ingresses[round % 2];
        if (!leaving) continue;
        codes.push((await leaving.stop()).code);
        ingresses[round % 2] = await bench.startIngress({ WEFT_INGRESS_PORT: String(leaving.port) });
      }
      const sent = await sending;
      const verdict = await judge(bench, { workflow, sent, steps: ['first'], withinMs: 40_000 });
      return [
        ...soundness(verdict, count),
        unharmed(verdict),
        exactly('exits with a code other than 0', codes.filter((code) => code !== 0).length, 0),
        exactly('events given up by their senders', sent.filter(({ runId }) => runId === undefined).length, 0),
        told('tries that met a port that nobody listened at', String(sent.reduce((sum, one) => sum + one.refusals, 0))),
      ];
    },
  },
  {
    id: 'P6',
    title: 'SIGTERM of one worker after the other, again and again',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const ingress = await bench.startIngress();
      bench.vendor.latencyMs = 100;
      const workers: RunningProcess[] = await Promise.all([bench.startWorker(), bench.startWorker()]);
      const count = bench.scale(300);
      const sending = send({ ports: [ingress.port], workflow, ids: idsOf('P6', count), perSecond: 40 });
      const exits: { code: number | null; ms: number }[] = [];
      for (let round = 0; round < 6; round += 1) {
        await delay(700);
        const index = round % workers.length;
        const fresh = await bench.startWorker();
        const leaving = workers[index];
        workers[index] = fresh;
        if (leaving) exits.push(await leaving.stop());
      }
      const sent = await sending;
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 40_000 });
      const { rows } = await bench.db.pool.query<{ charged: number; attempts: number }>(
        `SELECT coalesce(sum(recovery_count), 0)::int AS charged, count(*) FILTER (WHERE status <> 'succeeded')::int AS attempts FROM run_history WHERE workflow_id = $1`,
        [workflow.workflowId],
      );
      return [
        ...soundness(verdict, count),
        exactly('runs that did not succeed', rows[0]?.attempts ?? -1, 0),
        exactly('crashes charged to runs', rows[0]?.charged ?? -1, 0),
        exactly('exits with a code other than 0', exits.filter(({ code }) => code !== 0).length, 0),
        quick('slowest exit', Math.max(...exits.map(({ ms }) => ms)) / 1000, 25, 's'),
      ];
    },
  },
];
