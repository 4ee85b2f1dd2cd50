/** Payloads that are as large as they may be, beside runs that are not. */
import { setTimeout as delay } from 'node:timers/promises';
import { acceptRuns } from '@weft/runtime';
import { exactly, quick, soundness, told, unharmed } from '../figures.ts';
import type { Bench } from '../support/bench.ts';
import { judge, percentile } from '../support/checker.ts';
import { watchEndings } from '../support/endings.ts';
import { idsOf, send } from '../support/load.ts';
import { openOffice } from '../support/office.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const MEGABYTES = 50;
const PARTS = 10;

/** 50 MB of JSON as vendors send it: many records, in so many parts. */
function largeBody(id: string): { readonly id: string; readonly parts: readonly (readonly unknown[])[] } {
  const text = 'Kurfürstendamm 12, 10719 Berlin. '.repeat(29);
  const perPart = (MEGABYTES * 1024 ** 2) / PARTS / 1050;
  const record = (part: number, index: number) => ({
    key: `${part}-${index}`,
    amount: index * 1.25,
    isOpen: index % 2 === 0,
    text: `${text}${index}`,
  });
  const numbers = Array.from({ length: PARTS }, (_, part) => part);
  return { id, parts: numbers.map((part) => Array.from({ length: perPart }, (_, index) => record(part, index))) };
}

/** Hands the whole on from step to step, then each part to a vendor, ten at once. */
function largeDocument(url: string): { nodes: unknown[]; edges: unknown[] } {
  const pass = (id: string, from: string) => ({ id, kind: 'map', fields: [{ to: 'body', from }] });
  const outer = chain(
    pass('shape', '{{ trigger.body }}'),
    pass('again', '{{ steps.shape.body }}'),
    { id: 'each', kind: 'loop', items: '{{ steps.again.body.parts }}', concurrency: PARTS },
    map('sum'),
    keyed(url, 'last'),
  );
  const part = keyed(url, 'part');
  const input = { ...(part['input'] as object), url: `${url}/keyed/{{ trigger.body.id }}/part{{ index }}`, body: { part: '{{ item }}' } };
  return { ...outer, nodes: [...outer.nodes, { ...part, parent: 'each', timeoutMs: 60_000, input }] };
}

async function startLatencies(bench: Bench, workflowId: string): Promise<number[]> {
  const { rows } = await bench.db.pool.query<{ ms: number }>(
    'SELECT (extract(epoch FROM started_at - created_at) * 1000)::float8 AS ms FROM run_history WHERE workflow_id = $1 AND started_at IS NOT NULL',
    [workflowId],
  );
  return rows.map(({ ms }) => ms);
}

export const payloads: readonly FaultTest[] = [
  {
    id: 'R-23',
    title: 'runs with 50 MB each, through five steps and a fan-out of ten, beside small ones',
    within: 60,
    isOnlyLong: true,
    run: async (bench) => {
      const count = bench.suite.isLong ? 4 : 1;
      const large = await bench.put(largeDocument(bench.vendor.url));
      const small = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first')));
      const ingress = await bench.startIngress();
      const worker = await bench.startWorker();
      await using office = await openOffice(bench);
      const { db, queue } = office.ctxOf(large, { name: 'Ann' });
      const events = idsOf('R23-large', count).map((id) => ({
        workspaceId: large.workspaceId,
        workflowId: large.workflowId,
        versionId: large.versionId,
        origin: 'api',
        payload: { body: largeBody(id) },
      }));
      const bytes = Buffer.byteLength(JSON.stringify(events[0]?.payload));
      const before = await worker.vitals();
      // A hook takes 10 MB: so much comes in as it does from a call or a test.
      const startedAt = performance.now();
      const accepted = await acceptRuns({ db, queue }, events);
      const sending = send({ ports: [ingress.port], workflow: small, ids: idsOf('R23-small', bench.scale(100)), perSecond: 25 });
      const endings = await watchEndings(
        bench,
        accepted.map(({ runId }) => runId),
        90_000 * count,
      );
      const tookMs = performance.now() - startedAt;
      const sent = await sending;
      await delay(100);
      const after = await worker.vitals();
      const verdict = await judge(bench, { workflow: small, sent, steps: ['first'], withinMs: 30_000 });
      const effectsOf = (id: string): number => [...bench.vendor.effects.keys()].filter((effect) => effect.startsWith(`${id}/`)).length;
      const whole = idsOf('R23-large', count).filter((id) => effectsOf(id) === PARTS + 1);
      const payloadMb = (bytes * count) / 1024 ** 2;
      return [
        ...soundness(verdict, sent.length),
        unharmed(verdict),
        exactly('large runs that succeeded', [...endings.values()].filter(({ status }) => status === 'succeeded').length, count),
        exactly('large runs with all their effects', whole.length, count),
        exactly('workers that died', worker.isAlive ? 0 : 1, 0),
        quick('memory that the worker grew by, in payloads', (after.peakRssMb - before.rssMb) / payloadMb, 3, 'x'),
        quick('delay of the worker’s loop, p99', after.loopDelayP99, 50, 'ms'),
        told(
          'its longest; most memory; payload',
          `${Math.round(after.loopDelayMax)} ms; ${Math.round(after.peakRssMb)} MB; ${Math.round(payloadMb)} MB`,
        ),
        told(
          'small ones from acceptance to start, p99',
          `${Math.round(percentile(await startLatencies(bench, small.workflowId), 0.99))} ms`,
        ),
        told('until the large ones had ended', `${(tookMs / 1000).toFixed(1)} s`),
      ];
    },
  },
];
