/** Runs that kill whoever executes them, and data that nobody can store. */
import { atMost, exactly, soundness, told } from '../figures.ts';
import type { Bench } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { ownerOfSocket, processTree } from '../support/owner-of-socket.ts';
import type { RunningProcess } from '../support/processes.ts';
import { chain, keyed, map, reading } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const ODD = ['nul', 'surrogate', 'deep', 'number', 'html'];

async function statusesOf(
  bench: Bench,
  workflowId: string,
): Promise<{ event: string; status: string; recoveries: number; message: string | null }[]> {
  const { rows } = await bench.db.pool.query<{ event: string; status: string; recoveries: number; message: string | null }>(
    `SELECT input->'body'->>'id' AS event, status, recovery_count AS recoveries, error->>'message' AS message FROM run_history WHERE workflow_id = $1`,
    [workflowId],
  );
  return rows;
}

export const poison: readonly FaultTest[] = [
  {
    id: 'R-32',
    title: 'two runs that kill their process, among healthy neighbours',
    within: 120,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const ingress = await bench.startIngress();
      const workers: RunningProcess[] = [];
      let deaths = 0;
      // Whoever sends this call is killed while it waits for the answer, be it a worker or the process of an isolated run.
      bench.vendor.behave({
        when: (path) => path.includes('R32-killer') && path.endsWith('/first'),
        hang: true,
        onCall: (port) => {
          const pid = ownerOfSocket(
            port,
            workers.flatMap((worker) => processTree(worker.pid)),
          );
          if (pid === undefined) return;
          process.kill(pid, 'SIGKILL');
          deaths += 1;
        },
      });
      workers.push(await bench.startWorker(), await bench.startWorker());
      const reviving = setInterval(() => {
        for (const [index, worker] of workers.entries()) {
          if (worker.isAlive) continue;
          // A supervisor starts what died; the place is taken at once so that it is started once.
          workers[index] = { ...worker, isAlive: true };
          void bench.startWorker().then((fresh) => (workers[index] = fresh));
        }
      }, 200);
      const healthy = idsOf('R32-healthy', bench.scale(60));
      const ids = [...healthy.slice(0, 20), ...idsOf('R32-killer', 2), ...healthy.slice(20)];
      const sent = await send({ ports: [ingress.port], workflow, ids, perSecond: 30 });
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 80_000 });
      clearInterval(reviving);
      const rows = await statusesOf(bench, workflow.workflowId);
      const killers = rows.filter(({ event }) => event.startsWith('R32-killer'));
      const wrongly = rows.filter(({ event, status }) => event.startsWith('R32-healthy') && status !== 'succeeded');
      return [
        ...soundness(verdict, ids.length),
        exactly('killers in quarantine', killers.filter(({ status }) => status === 'quarantined').length, 2),
        exactly('healthy runs that did not succeed', wrongly.length, 0),
        atMost('processes that died over two killers', deaths, 6, ''),
        told('what an operator reads', killers[0]?.message?.slice(0, 90) ?? ''),
      ];
    },
  },
  {
    id: 'R-22',
    title: 'answers that Postgres refuses or JSON cannot hold, in one group with healthy runs',
    within: 60,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), reading(bench.vendor.url, 'read'), keyed(bench.vendor.url, 'after')));
      const ingress = await bench.startIngress();
      await bench.startWorker();
      const healthy = idsOf('R22-plain', bench.scale(100));
      const odd = ODD.map((kind) => `R22-${kind}`);
      const ids = [...healthy.slice(0, 50), ...odd, ...healthy.slice(50)];
      const sent = await send({ ports: [ingress.port], workflow, ids, concurrency: 64 });
      const verdict = await judge(bench, { workflow, sent, steps: [], withinMs: 40_000 });
      const rows = await statusesOf(bench, workflow.workflowId);
      const broken = rows.filter(({ event, status }) => event.startsWith('R22-plain') && status !== 'succeeded');
      const unclear = rows.filter(({ event, status, message }) => odd.includes(event) && status !== 'succeeded' && (message ?? '') === '');
      return [
        ...soundness(verdict, ids.length),
        exactly('healthy runs touched', broken.length, 0),
        exactly('odd ones that failed without a sentence', unclear.length, 0),
        told(
          'odd ones',
          rows
            .filter(({ event }) => odd.includes(event))
            .map(({ event, status }) => `${event.slice(4)} ${status}`)
            .join(', '),
        ),
      ];
    },
  },
];
