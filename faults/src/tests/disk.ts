/** The disk of PostgreSQL is full, which is also where large values lie, and then it is not any more. */
import { setTimeout as delay } from 'node:timers/promises';
import { atLeast, atMost, exactly, quick, soundness, told, unharmed } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf, post, send } from '../support/load.ts';
import { moveToSmallDisk } from '../support/small-disk.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** Longer than an accept is tried for, and than three leases: neither must a run be suspected for it. */
const FULL_MS = 20_000;
const DISK_MB = 128;
const PER_SECOND = 40;

async function endsSince(bench: Bench, workflow: FaultWorkflow, at: Date): Promise<number> {
  const { rows } = await bench.db.pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM run_history WHERE workflow_id = $1 AND finished_at > $2',
    [workflow.workflowId, at],
  );
  return rows[0]?.count ?? 0;
}

/** What is answered to deliveries while nothing can be kept: a status, or how the connection ended. */
async function answersTo(port: number, token: string, ids: readonly string[]): Promise<string[]> {
  const answers = await Promise.allSettled(ids.map((id) => post({ port, token, id })));
  return answers.map((answer) =>
    answer.status === 'fulfilled' ? '2xx' : (/Answered (\d+)/.exec(String(answer.reason))?.[1] ?? String(answer.reason)),
  );
}

export const disk: readonly FaultTest[] = [
  {
    id: 'R-21',
    isOnlyLong: true,
    title: 'the disk of PostgreSQL is full for a while',
    within: 120,
    run: async (bench) => {
      const small = await moveToSmallDisk(bench, DISK_MB);
      if (typeof small === 'string') return [told('not tested: no disk could be made that may be filled', small)];
      await using _ = small;
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const ingress = await bench.startIngress();
      const workers = await Promise.all([bench.startWorker(), bench.startWorker()]);
      try {
        bench.vendor.latencyMs = 50;
        const count = (FULL_MS / 1000 + 5) * PER_SECOND;
        const sending = send({
          ports: [ingress.port],
          workflow,
          ids: idsOf('R21', count),
          perSecond: PER_SECOND,
          concurrency: count,
          patienceMs: 90_000,
        });
        await delay(2000);
        small.fill();
        const fullAt = new Date();
        await delay(500);
        const probes = idsOf('R21-probe', 8);
        const probing = answersTo(ingress.port, workflow.hookToken, probes);
        await delay(FULL_MS - 500);
        const answers = await probing;
        const meanwhile = await endsSince(bench, workflow, fullAt);
        const left = small.available;
        small.free();
        const freedAt = performance.now();
        const sent = [...(await sending), ...(await send({ ports: [ingress.port], workflow, ids: probes }))];
        const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 90_000 });
        const seconds = (performance.now() - freedAt) / 1000;
        const others = verdict.runs - (verdict.byStatus['succeeded'] ?? 0);
        return [
          ...soundness(verdict, sent.length),
          unharmed(verdict),
          exactly('runs that did not succeed', others, 0),
          atLeast(
            'deliveries refused while it was full, all sent again',
            sent.reduce((sum, { refusals }) => sum + refusals, 0),
            1,
            '',
          ),
          exactly(
            `answers that were not 503 while it was full ${answers.filter((answer) => answer !== '503').join(', ')}`.trim(),
            answers.filter((answer) => answer !== '503').length,
            0,
          ),
          atMost('free meanwhile', left / 1024, 64, 'kB'),
          exactly('processes of ours that ended over it', [ingress, ...workers].filter(({ isAlive }) => !isAlive).length, 0),
          quick('from when there was room to the end of all', seconds, 30, 's'),
          told('runs that ended while it was full', String(meanwhile)),
          told('duplicates that keys absorbed', String(bench.vendor.absorbed)),
        ];
      } finally {
        // Nobody uses the tables when they are moved back.
        await Promise.all([ingress, ...workers].map((process) => process.kill()));
      }
    },
  },
];
