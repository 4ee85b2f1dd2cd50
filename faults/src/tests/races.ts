/** A run is recovered while its worker is about to end it or to let it wait, and somebody cancels it in the same moment. */
import { setTimeout as delay } from 'node:timers/promises';
import { requestCancel } from '@weft/db';
import type { CancelAnswer } from '@weft/db';
import { atLeast, exactly, soundness, told } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { regressed, watchEnds } from '../support/ends.ts';
import type { End } from '../support/ends.ts';
import { idsOf } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import type { RunningProcess } from '../support/processes.ts';
import { queueRuns } from '../support/queued-runs.ts';
import { until } from '../support/until.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** Where workers fall asleep: before the write of an end, after it, and with a wait that stands while its run does not yet wait. */
const SLEEPS = [
  { name: 'finish', at: 'write.before:0', isOfWait: false },
  { name: 'ended', at: 'write.after:0', isOfWait: false },
  { name: 'wait', at: 'wait.open:3', isOfWait: true },
] as const;
/** How long the vendor holds the calls of those who take the runs over: the sleepers wake up meanwhile. */
const HOLD_MS = 2500;
const PAUSE_S = 10;
/** All of them have to fall asleep within it. */
const LEASE = { WEFT_LEASE_MS: '6000' };

/** When somebody cancels a run: while its worker sleeps, when another is at it, when the first one wakes up, or never. */
const MOMENTS = ['asleep', 'taken over', 'awake', 'never'] as const;
type Moment = (typeof MOMENTS)[number];

/** Each run gets its moment; which one the first gets is up to the seed. */
function shareOut(bench: Bench, runs: readonly Sent[]): Map<Moment, Sent[]> {
  const first = Math.floor(bench.random() * MOMENTS.length);
  const moments = runs.map((run, index) => ({ run, moment: MOMENTS[(index + first) % MOMENTS.length] ?? 'never' }));
  return new Map([...Map.groupBy(moments, ({ moment }) => moment)].map(([moment, own]) => [moment, own.map(({ run }) => run)]));
}

/** Runs that are in the hands of these workers, whatever has become of their leases, and that nobody had before. */
async function heldBy(bench: Bench, workers: readonly RunningProcess[]): Promise<Set<string>> {
  const pids = workers.map(({ pid }) => pid).join('|');
  const { rows } = await bench.db.pool.query<{ id: string }>(
    `SELECT id FROM run WHERE status = 'running' AND fence = 1 AND worker ~ ('-(' || $1 || ')-')`,
    [pids],
  );
  return new Set(rows.map(({ id }) => id));
}

interface Cancel {
  readonly runId: string;
  readonly event: string;
  readonly answer: CancelAnswer;
  /** Monotonic milliseconds. */
  readonly at: number;
}

async function cancel(bench: Bench, workflow: FaultWorkflow, runs: readonly Sent[]): Promise<Cancel[]> {
  return Promise.all(
    runs.map(async ({ id, runId = '' }) => {
      const answer = await requestCancel(bench.db.pool, { runId, workspaceId: workflow.workspaceId, by: 'the suite' });
      return { runId, event: id, answer, at: performance.now() };
    }),
  );
}

/** Runs under way whom somebody cancels at any moment of their short lives. */
async function cancelAnyTime(bench: Bench, workflow: FaultWorkflow): Promise<{ sent: Sent[]; cancels: Cancel[] }> {
  bench.vendor.latencyMs = 15;
  const sent = await queueRuns(bench, workflow, idsOf('R05-any', bench.scale(60)));
  const cancels = await Promise.all(
    sent.map(async (run) => {
      await delay(bench.random() * 700);
      return cancel(bench, workflow, [run]);
    }),
  );
  return { sent, cancels: cancels.flat() };
}

/** Ends that were not the word of the worker who had the run: it was still waiting for its vendor. */
function endedByOthers(bench: Bench, runs: readonly Sent[], ends: readonly End[]): string[] {
  return runs.flatMap(({ id, runId }) => {
    const calls = bench.vendor.calls.filter(({ path }) => path.split('/')[2] === id);
    const end = ends.find((one) => one.runId === runId);
    const [, second] = calls;
    if (!second || !end || end.status === 'cancelled') return [];
    return end.at - performance.timeOrigin < second.at + HOLD_MS - 100 ? [`${id} ${end.status}`] : [];
  });
}

export const races: readonly FaultTest[] = [
  {
    id: 'R-05',
    title: 'recovery, an end or a wait about to be written, and a cancellation at once',
    within: 60,
    run: async (bench) => {
      const { vendor } = bench;
      const short = await bench.put(chain(map('shape'), keyed(vendor.url, 'first')));
      const pause = { id: 'pause', kind: 'wait', mode: 'duration', duration: { amount: PAUSE_S, unit: 'seconds' } };
      const waiting = await bench.put(chain(keyed(vendor.url, 'first'), pause, keyed(vendor.url, 'second')));
      const ends = await watchEnds(bench);
      // All stand still from the beginning, so that each finds its own runs when it is let go, and the leases are young when the last one sleeps.
      const [sleepers, rescuers] = await Promise.all([
        Promise.all(SLEEPS.map(({ at }) => bench.startWorker({ ...LEASE, FAULT_AT: at, FAULT_HOW: 'freeze' }))),
        Promise.all([bench.startWorker(LEASE), bench.startWorker(LEASE)]),
      ]);
      for (const worker of [...sleepers, ...rescuers]) worker.freeze();
      const groups: { workflow: FaultWorkflow; sent: Sent[]; at: Map<Moment, Sent[]> }[] = [];
      for (const [index, { name, at, isOfWait }] of SLEEPS.entries()) {
        const workflow = isOfWait ? waiting : short;
        const sent = await queueRuns(bench, workflow, idsOf(`R05-${name}`, bench.suite.isLong ? 20 : 12));
        const sleeper = sleepers[index] as RunningProcess;
        // Half of the calls take longer, so that not all runs end in one write: whoever sleeps behind it still has some.
        vendor.behave({ when: (path) => path.includes(`/R05-${name}`), delayMs: 400, times: sent.length / 2 });
        sleeper.thaw();
        await until(`the worker sleeps at ${at}`, async () => (await heldBy(bench, [sleeper])).size > 0 && sleeper.isFrozen);
        groups.push({ workflow, sent, at: shareOut(bench, sent) });
      }
      const cancels: Cancel[] = [];
      const cancelAll = async (moment: Moment): Promise<void> => {
        for (const { workflow, at } of groups) cancels.push(...(await cancel(bench, workflow, at.get(moment) ?? [])));
      };
      vendor.behave({ when: (path) => /R05-(finish|ended)-/.test(path), delayMs: HOLD_MS });
      const leftBehind = await heldBy(bench, sleepers);
      await cancelAll('asleep');
      for (const rescuer of rescuers) rescuer.thaw();
      await until('all that the sleepers had is taken over', async () => (await heldBy(bench, sleepers)).size === 0);
      await cancelAll('taken over');
      for (const sleeper of sleepers) sleeper.thaw();
      await cancelAll('awake');
      // What they were about to write is refused within moments; their effects under way have been answered long ago.
      const any = await cancelAnyTime(bench, short);
      cancels.push(...any.cancels);
      const shorts = [...groups.filter(({ workflow }) => workflow === short).flatMap(({ sent }) => sent), ...any.sent];
      const waits = groups.filter(({ workflow }) => workflow === waiting).flatMap(({ sent }) => sent);
      const ofShort = await judge(bench, { workflow: short, sent: shorts, steps: ['first'], withinMs: 20_000 });
      const ofWaits = await judge(bench, { workflow: waiting, sent: waits, steps: ['first', 'second'], withinMs: 30_000 });
      const all = await ends.read();
      const statuses = new Map(all.map(({ runId, status }) => [runId, status]));
      const confirmed = cancels.filter(({ answer }) => answer === 'cancelled');
      const notCancelled = confirmed.filter(({ runId }) => statuses.get(runId) !== 'cancelled');
      const asked = new Set(cancels.map(({ runId }) => runId));
      const madeUp = [...shorts, ...waits].filter(
        ({ runId = '' }) => statuses.get(runId) !== 'succeeded' && !(asked.has(runId) && statuses.get(runId) === 'cancelled'),
      );
      const begunAfter = confirmed.flatMap(({ event, at }) =>
        vendor.calls.filter((call) => call.path.split('/')[2] === event && call.at > at),
      );
      const wrong = [...regressed(all)];
      const byOthers = endedByOthers(
        bench,
        shorts.filter(({ runId = '' }) => leftBehind.has(runId)),
        all,
      );
      return [
        ...soundness(ofShort, shorts.length),
        ...soundness(ofWaits, waits.length),
        exactly(`regress: ends that did not stay ${wrong[0] ?? ''}`.trim(), wrong.length, 0),
        exactly(`ends by a worker that had lost the run ${byOthers[0] ?? ''}`.trim(), byOthers.length, 0),
        exactly('cancellations that were confirmed and did not hold', notCancelled.length, 0),
        exactly('effects begun after a confirmed cancellation', begunAfter.length, 0),
        exactly('runs that neither succeeded nor were cancelled by us', madeUp.length, 0),
        atLeast('runs that their worker left behind', leftBehind.size, 10, ''),
        told(
          'cancellations: confirmed, requested, too late',
          ['cancelled', 'requested', 'notLive'].map((answer) => cancels.filter((one) => one.answer === answer).length).join(', '),
        ),
      ];
    },
  },
];
