/**
 * What ten thousand queued runs do to those that come: they are accepted while no worker is there, and so are some more; then
 * a worker comes, and while it works through them further requests are sent at a rate that it could serve.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { closedLoop, nowMs, openLoop } from './load.ts';
import type { Sample } from './load.ts';
import { percentiles, refuseFailures, untilFinished } from './measure.ts';
import type { Product } from './product.ts';
import { figure } from './report.ts';
import type { Line } from './report.ts';
import type { Workload } from './workloads.ts';

const QUEUED = 10_000;
const ACCEPT_P99_MS = 100;
const DRAIN_SHARE = 0.8;
const LONGEST_MS = 60_000;

/** Measures it. `perSecond`: what the workload reaches when nothing is queued, if that was measured. */
export async function measureBacklog(product: Product, workload: Workload, perSecond: number, isQuick: boolean): Promise<Line[]> {
  const target = product.target(workload);
  await product.stopWorker();
  const fill = await closedLoop(target, { connections: 32, requests: QUEUED, seconds: 60 });
  refuseFailures(fill, workload);
  const rate = Number.isFinite(perSecond) ? Math.min(400, perSecond / 4) : 200;
  const seconds = isQuick ? 3 : 8;
  const still = await openLoop(target, { perSecond: rate, seconds });
  refuseFailures(still, workload);
  const queued = await product.unfinished();
  const startedAt = nowMs();
  await product.startWorker();
  const readyAt = nowMs();
  const samples = await openLoop(target, { perSecond: rate, seconds });
  refuseFailures(samples, workload);
  const left = await product.unfinished();
  while ((await product.unfinished()) > 0 && nowMs() - startedAt < LONGEST_MS) await delay(20);
  const drained = (queued + samples.length) / ((nowMs() - readyAt) / 1000);
  await untilFinished(product);
  const accepted = (of: readonly Sample[]) => percentiles(of.map(({ dueAt, answeredAt }) => answeredAt - dueAt));
  const id = 'queue';
  const at = `${rate.toFixed(0)}/s, ms`;
  return [
    figure(id, 'runs queued when the worker comes', queued, { digits: 0 }),
    figure(id, 'runs queued when no more are sent', left, { digits: 0 }),
    figure(id, 'accepted p99 while it fills, 32 at once, ms', accepted(fill).p99, { digits: 1 }),
    figure(id, `accepted p99 while they wait, ${at}`, accepted(still).p99, { digits: 1, atMost: ACCEPT_P99_MS }),
    figure(id, `accepted p50 while it empties, ${at}`, accepted(samples).p50, { digits: 1 }),
    figure(id, `accepted p99 while it empties, ${at}`, accepted(samples).p99, { digits: 1, atMost: ACCEPT_P99_MS }),
    figure(id, 'runs per second while it empties', drained, {
      digits: 0,
      ...(Number.isFinite(perSecond)
        ? { atLeast: perSecond * DRAIN_SHARE, bar: `≥ ${DRAIN_SHARE} of ${perSecond.toFixed(0)} without a queue` }
        : {}),
    }),
  ];
}
