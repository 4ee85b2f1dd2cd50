/** Backlogs, floods, large payloads, many machines. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { claimRuns } from '@weft/db';
import { atMost, exactly, quick, soundness, told } from '../figures.ts';
import { queue } from '../support/backlog.ts';
import { judge, percentile } from '../support/checker.ts';
import { idsOf, post, send } from '../support/load.ts';
import type { RunningProcess } from '../support/processes.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

export const capacity: readonly FaultTest[] = [
  {
    id: 'P7',
    title: '10,000 runs queued: accepting and claiming stay quick, and all are executed',
    within: 150,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), map('again')));
      const backlog = idsOf('P7', 10_000);
      await queue(bench, workflow, backlog);
      const ingress = await bench.startIngress();
      const latencies = (await send({ ports: [ingress.port], workflow, ids: idsOf('P7-more', 200), concurrency: 4 })).map(({ ms }) => ms);
      const claims: number[] = [];
      for (let round = 0; round < 100; round += 1) {
        const startedAt = performance.now();
        // Claimed for nobody, with a lease that is over at once: whoever comes next takes them.
        await claimRuns(bench.db.pool, { worker: 'nobody', limit: 50, leaseMs: 1 });
        claims.push(performance.now() - startedAt);
        await bench.db.pool.query(
          `UPDATE run SET status = 'queued', worker = NULL, lease_until = NULL, recovery_count = 0 WHERE worker = 'nobody'`,
        );
      }
      const startedAt = performance.now();
      await Promise.all([bench.startWorker({ WEFT_CONCURRENCY: '50' }), bench.startWorker({ WEFT_CONCURRENCY: '50' })]);
      const sent = [...backlog, ...idsOf('P7-more', 200)].map((id) => ({ id, runId: undefined, ms: 0, refusals: 0 }));
      const verdict = await judge(bench, { workflow, sent, steps: [], withinMs: 120_000 });
      return [
        ...soundness(verdict, 10_200),
        quick('accepting, p99', percentile(latencies, 0.99), 100, 'ms'),
        quick('claiming 50, p99', percentile(claims, 0.99), 50, 'ms'),
        told('runs executed a second', String(Math.round(10_200 / ((performance.now() - startedAt) / 1000)))),
      ];
    },
  },
  {
    id: 'R-40',
    title: 'one workspace floods, another sends one run a second',
    within: 90,
    run: async (bench) => {
      const flooding = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first')));
      const quiet = await bench.put(chain(map('shape')));
      bench.vendor.latencyMs = 20;
      await queue(bench, flooding, idsOf('R40-flood', bench.scale(15_000)));
      const ingress = await bench.startIngress();
      await bench.startWorker();
      const ids = idsOf('R40', 10);
      const sent = await send({ ports: [ingress.port], workflow: quiet, ids, perSecond: 1 });
      const verdict = await judge(bench, { workflow: quiet, sent, steps: [], withinMs: 30_000 });
      const { rows } = await bench.db.pool.query<{ ms: number }>(
        'SELECT (extract(epoch FROM started_at - created_at) * 1000)::float8 AS ms FROM run_history WHERE workflow_id = $1',
        [quiet.workflowId],
      );
      const { rows: left } = await bench.db.pool.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM run WHERE workflow_id = $1 AND status = 'queued'",
        [flooding.workflowId],
      );
      return [
        ...soundness(verdict, ids.length),
        quick(
          'from acceptance to start of the quiet one, p99',
          percentile(
            rows.map(({ ms }) => ms),
            0.99,
          ) / 1000,
          2,
          's',
        ),
        told('runs of the flood still queued at the end', String(left[0]?.count ?? 0)),
      ];
    },
  },
  {
    id: 'R-38',
    title: 'a burst of events beside connections that never finish their request',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape')));
      const ingress = await bench.startIngress();
      await bench.startWorker();
      const slow = await Promise.all(
        Array.from({ length: 300 }, async () => {
          const socket = connect(ingress.port, '127.0.0.1');
          socket.on('error', () => {}); // it is ended sooner or later, and should be
          await once(socket, 'connect');
          socket.write(`POST /hooks/${workflow.hookToken} HTTP/1.1\r\nhost: weft\r\ncontent-length: 1000\r\n\r\n{"id":`);
          return socket;
        }),
      );
      const count = bench.scale(3000);
      const sent = await send({ ports: [ingress.port], workflow, ids: idsOf('R38', count), concurrency: 64 });
      const verdict = await judge(bench, { workflow, sent, steps: [], withinMs: 60_000 });
      for (const socket of slow) socket.destroy();
      return [
        ...soundness(verdict, count),
        exactly('ingresses that died', ingress.isAlive ? 0 : 1, 0),
        quick(
          'accepting, p99',
          percentile(
            sent.map(({ ms }) => ms),
            0.99,
          ),
          250,
          'ms',
        ),
      ];
    },
  },
  {
    id: 'P8',
    title: 'four events of 9 MB beside small ones',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const ingress = await bench.startIngress();
      const worker = await bench.startWorker();
      const large = idsOf('P8-large', 4);
      const sending = Promise.all(
        large.map(async (id) => ({
          id,
          runId: await post({
            port: ingress.port,
            token: workflow.hookToken,
            id,
            body: JSON.stringify({ id, blob: 'ä'.repeat(4_500_000) }),
          }),
          ms: 0,
          refusals: 0,
        })),
      );
      const small = await send({ ports: [ingress.port], workflow, ids: idsOf('P8-small', bench.scale(100)), perSecond: 30 });
      const sent = [...small, ...(await sending)];
      // The event of a large one stands in a blob; what is read here is its preview, so its id is not.
      const verdict = await judge(bench, {
        workflow,
        sent: [...sent, { id: '', runId: undefined, ms: 0, refusals: 0 }],
        steps: [],
        withinMs: 40_000,
      });
      return [
        { ...atMost('runs lost or stuck', verdict.lost + verdict.stuck, 0, '') },
        exactly('runs that succeeded', verdict.byStatus['succeeded'] ?? 0, sent.length),
        quick(
          'accepting a small one, p99',
          percentile(
            small.map(({ ms }) => ms),
            0.99,
          ),
          1500,
          'ms',
        ),
        exactly('workers that died', worker.isAlive ? 0 : 1, 0),
      ];
    },
  },
  {
    id: 'S-4',
    title: 'four workers and two ingresses on one PostgreSQL and one Redis, kills among them',
    within: 120,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const ingresses = [await bench.startIngress(), await bench.startIngress()];
      const workers: RunningProcess[] = [];
      for (let count = 0; count < 4; count += 1) workers.push(await bench.startWorker());
      bench.vendor.latencyMs = 10;
      const count = bench.scale(600);
      const ports = ingresses.map(({ port }) => port);
      const sending = send({ ports, workflow, ids: idsOf('S4', count), perSecond: 60 });
      for (const index of [0, 2]) {
        await delay(2500);
        await workers[index]?.kill();
        workers[index] = await bench.startWorker();
      }
      await delay(1000);
      // An ingress that dies takes the deliveries on its wires along; their senders repeat them at the other one.
      await ingresses[0]?.kill();
      const sent = await sending;
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 40_000 });
      return soundness(verdict, count);
    },
  },
];
