/** Documents that are as large as they may be, larger, or wrong, taken as the web process takes them. */
import { setTimeout as delay } from 'node:timers/promises';
import { exactly, quick, soundness, told } from '../figures.ts';
import type { Bench } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import type { DocumentTaken } from '../support/documents-main.ts';
import { startDocumentTaker } from '../support/documents.ts';
import { HUGE_DOCUMENTS } from '../support/huge-documents.ts';
import type { HugeDocument } from '../support/huge-documents.ts';
import { idsOf, send } from '../support/load.ts';
import { loopDelay, memoryMb } from '../support/usage.ts';
import { chain, keyed } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

type Taken = DocumentTaken & { readonly document: HugeDocument };

/** Classes of errors that a person may be told. */
const OUR_FAULT = ['bug', 'not an error of ours'];

function isWrong({ document, stage, refusal }: Taken): boolean {
  if (stage !== document.stage) return true;
  const mustBeRefused = document.stage !== 'run';
  return mustBeRefused !== (refusal !== undefined) || OUR_FAULT.includes(refusal?.class ?? '') || (mustBeRefused && !refusal?.message);
}

/** How long each of these runs took, and how it ended. */
async function runsOf(bench: Bench, runIds: readonly string[]): Promise<{ id: string; status: string; ms: number }[]> {
  const { rows } = await bench.db.pool.query<{ id: string; status: string; ms: number }>(
    `SELECT id, status, (extract(epoch FROM finished_at - started_at) * 1000)::float8 AS ms FROM run_history WHERE id = ANY($1::uuid[])`,
    [runIds],
  );
  return rows;
}

export const documents: readonly FaultTest[] = [
  {
    id: 'R-48',
    title: 'documents with thousands of nodes, branches and edges, in circles, of other formats, imported, published and run',
    within: 60,
    isOnlyLong: true,
    run: async (bench) => {
      using lateness = loopDelay();
      const neighbour = await bench.put(chain(keyed(bench.vendor.url, 'first')));
      const ingress = await bench.startIngress();
      const worker = await bench.startWorker();
      const before = memoryMb(worker.pid).peak;
      await using taker = await startDocumentTaker(bench, lateness.env);
      const sending = send({ ports: [ingress.port], workflow: neighbour, ids: idsOf('R48', bench.scale(40)), perSecond: 20 });
      const taken: Taken[] = [];
      const order = HUGE_DOCUMENTS.toSorted(() => bench.random() - 0.5);
      for (const document of order) taken.push({ document, ...(await taker.take(document.text)) });
      const sent = await sending;
      const verdict = await judge(bench, { workflow: neighbour, sent, steps: ['first'], withinMs: 30_000 });
      const runIds = taken.flatMap(({ runId }) => runId ?? []);
      let runs = await runsOf(bench, runIds);
      for (const until = performance.now() + 30_000; runs.length < runIds.length && performance.now() < until;) {
        await delay(100);
        runs = await runsOf(bench, runIds);
      }
      const late = await lateness.read();
      const wrong = taken.filter(isWrong);
      const slowest = taken.toSorted((a, b) => b.ms - a.ms)[0];
      return [
        ...soundness(verdict, sent.length),
        {
          ...exactly('documents neither run nor refused with a sentence', wrong.length, 0),
          ...(wrong[0] ? { got: `${wrong.length}: ${wrong.map(sentence).join('; ')}` } : {}),
        },
        exactly('runs of the largest that did not succeed', runIds.length - runs.filter(({ status }) => status === 'succeeded').length, 0),
        exactly('workers that died', worker.isAlive ? 0 : 1, 0),
        quick('taking a document, at most', (slowest?.ms ?? NaN) / 1000, 5, 's'),
        quick('a run of the largest, at most', Math.max(...runs.map(({ ms }) => ms)) / 1000, 10, 's'),
        told('the slowest to take', slowest?.document.name ?? ''),
        told('lateness of the event loop of who takes them', `at most ${Math.round(late.max)} ms`),
        told('memory of who takes them, at most', `${Math.max(...taken.map(({ peakMb }) => peakMb))} MB`),
        told('memory of the worker', `${before} MB before, ${memoryMb(worker.pid).peak} MB at most`),
      ];
    },
  },
];

function sentence({ document, stage, refusal }: Taken): string {
  return `${document.name} came to ${stage}${refusal ? `: ${refusal.class}, ${refusal.message.slice(0, 100)}` : ''}`;
}
