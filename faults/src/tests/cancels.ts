/** Runs are cancelled at the worst moments: they stop soon, and nothing begins behind that. */
import { setTimeout as delay } from 'node:timers/promises';
import { cancelRun } from '@weft/runtime';
import type { Ctx } from '@weft/runtime';
import { exactly, quick, told } from '../figures.ts';
import { LEASE_MS } from '../support/bench.ts';
import type { Bench, DocumentInput, FaultWorkflow } from '../support/bench.ts';
import { percentile } from '../support/checker.ts';
import { watchEndings } from '../support/endings.ts';
import { idsOf, send } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import { moveTo, putCalled } from '../support/called.ts';
import { openOffice } from '../support/office.ts';
import type { RunningProcess } from '../support/processes.ts';
import { START, blind, chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** Each with how many times it is passed before at most. */
const POINTS = [
  ['claim.after', 0],
  ['effect.before', 6],
  ['effect.after', 6],
  ['effect.after/blindOne', 2],
  ['write.before', 1],
  ['write.after', 1],
  ['checkpoint.after', 6],
] as const;
const PER_POINT = 10;
/** So many of the points, by lot, in the short form. */
const SHORT_POINTS = 4;
/** Twice the bar with Redis, since the machine is busy. */
const BOUND_MS = 2000;

/** Asks for the runs to be cancelled; gives when each was acknowledged. Those that had ended already are missing. */
async function cancelAll(ctx: Ctx, runIds: readonly string[]): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>();
  await Promise.all(
    runIds.map(async (id) => {
      const isLive = await cancelRun(ctx, { id }).then(
        () => true,
        (error: { code?: string }) => {
          if (error.code === 'run_ended') return false;
          throw error;
        },
      );
      if (isLive) acknowledged.set(id, performance.now());
    }),
  );
  return acknowledged;
}

/** Effects that began although the cancellation of their run had been acknowledged for so long. */
function lateEffects(bench: Bench, sent: readonly Sent[], acknowledged: ReadonlyMap<string, number>, boundMs: number): number {
  const byEvent = new Map(sent.map(({ id, runId }) => [id, acknowledged.get(runId ?? '')]));
  return bench.vendor.calls.filter(({ path, at }) => at > (byEvent.get(path.split('/')[2] ?? '') ?? Infinity) + boundMs).length;
}

/** Long enough that a run which nobody stops goes on making effects far behind the bound. */
function longChain(url: string): { nodes: unknown[]; edges: unknown[] } {
  const rest = Array.from({ length: 14 }, (_, index) => keyed(url, `more${index}`));
  return chain(map('shape'), keyed(url, 'first'), blind(url, 'blindOne'), ...rest);
}

/** One round: a worker stands still, or dies, at each point; then all is cancelled. */
async function roundOfPoints(
  bench: Bench,
  ctx: Ctx,
  given: { readonly workflow: FaultWorkflow; readonly port: number; readonly name: string },
) {
  const points = POINTS.map((point) => ({ point, lot: bench.random() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ point }) => point)
    .slice(0, bench.suite.isLong ? POINTS.length : SHORT_POINTS);
  const ways = points.map(([point, most]) => ({
    point,
    passes: Math.floor(bench.random() * (most + 1)),
    how: bench.random() < 0.5 ? 'freeze' : 'kill',
  }));
  const workers = await Promise.all(
    ways.map(({ point, passes, how }) =>
      bench.startWorker({ FAULT_AT: `${point}:${passes}`, FAULT_HOW: how, WEFT_CONCURRENCY: String(PER_POINT / 2) }),
    ),
  );
  const sent = await send({ ports: [given.port], workflow: given.workflow, ids: idsOf(given.name, points.length * PER_POINT) });
  const hasStopped = (worker: RunningProcess): boolean => !worker.isAlive || worker.isFrozen;
  const patience = performance.now() + 4000;
  while (!workers.every(hasStopped) && performance.now() < patience) await delay(20);
  const missed = ways.flatMap(({ point }, index) => (hasStopped(workers[index] as RunningProcess) ? [] : [point]));
  const acknowledged = await cancelAll(
    ctx,
    sent.flatMap(({ runId }) => (runId === undefined ? [] : [runId])),
  );
  for (const worker of workers) worker.thaw();
  // A worker that stands still hears nothing; what it had on its way comes when it goes on.
  const thawedAt = performance.now();
  const heard = new Map([...acknowledged].map(([id, at]) => [id, Math.max(at, thawedAt)]));
  const next = await bench.startWorker();
  const endings = await watchEndings(bench, [...acknowledged.keys()], 30_000);
  const times = [...endings].map(([id, { at }]) => at - (acknowledged.get(id) ?? 0));
  await Promise.all([next, ...workers].map((worker) => worker.kill()));
  return { sent, acknowledged, heard, endings, times, missed, ways };
}

/** As many as a loop works on at once. */
const PER_LOOP = 50;

/** Loops beside one another, each of which calls a workflow for each of its items and waits for all of them. */
function callingDocument(child: FaultWorkflow, loops: number, url: string): DocumentInput {
  const items = Array.from({ length: PER_LOOP }, (_, index) => index);
  const numbers = Array.from({ length: loops }, (_, index) => index);
  const loop = (number: number) => [
    { id: `loop${number}`, kind: 'loop', items, concurrency: PER_LOOP },
    {
      id: `call${number}`,
      parent: `loop${number}`,
      kind: 'call',
      workflowId: child.workflowId,
      workflowName: 'Child',
      input: { of: `child-${number}-{{ index }}` },
    },
  ];
  return {
    nodes: [START, ...numbers.flatMap(loop), keyed(url, 'third')],
    edges: numbers.flatMap((number) => [
      { from: 'start', to: `loop${number}` },
      { from: `loop${number}`, to: 'third' },
    ]),
  };
}

function countsOf(endings: readonly { readonly status: string }[], ways: readonly { readonly how: string }[]): string {
  const count = (status: string): number => endings.filter((one) => one.status === status).length;
  const died = ways.filter(({ how }) => how === 'kill').length;
  return `${count('cancelled')}; ${count('uncertain')}; ${died} of ${ways.length}`;
}

/** Waits until so many runs of workflows are in a status. */
async function untilThere(bench: Bench, workflows: readonly FaultWorkflow[], status: string, count: number): Promise<void> {
  const ids = workflows.map(({ workflowId }) => workflowId);
  const patience = performance.now() + 20_000;
  for (;;) {
    const { rows } = await bench.db.pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM run WHERE workflow_id = ANY($1::uuid[]) AND status = $2',
      [ids, status],
    );
    if (rows[0]?.count === count) return;
    if (performance.now() > patience) throw new Error(`${rows[0]?.count} runs are ${status}; there should be ${count}`);
    await delay(20);
  }
}

export const cancels: readonly FaultTest[] = [
  {
    id: 'R-37',
    title: 'runs cancelled while their workers stand still at each crash point, or have died there',
    within: 60,
    run: async (bench) => {
      bench.vendor.latencyMs = 250;
      const workflow = await bench.put(longChain(bench.vendor.url));
      const ingress = await bench.startIngress();
      await using office = await openOffice(bench);
      const ctx = office.ctxOf(workflow, { name: 'Ann' });
      const rounds = [];
      for (let round = 0; round < bench.scale(1); round += 1)
        rounds.push(await roundOfPoints(bench, ctx, { workflow, port: ingress.port, name: `R37-${round}` }));
      const endings = rounds.flatMap((one) => [...one.endings.values()]);
      const asked = rounds.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
      const late = rounds.reduce((sum, { sent, heard }) => sum + lateEffects(bench, sent, heard, BOUND_MS), 0);
      const others = endings.filter(({ status }) => status !== 'cancelled' && status !== 'uncertain');
      const missed = rounds.flatMap((one) => one.missed);
      return [
        exactly('cancelled runs that did not end', asked - endings.length, 0),
        exactly('that ended as neither cancelled nor uncertain', others.length, 0),
        exactly(`effects begun ${BOUND_MS / 1000} s after the acknowledgement`, late, 0),
        exactly('effects that were made twice', [...bench.vendor.effects.values()].filter((times) => times > 1).length, 0),
        exactly(`crash points that were not reached ${missed.join(', ')}`.trim(), missed.length, 0),
        // Runs of a worker that died are ended by whoever takes them over when its lease is over.
        quick('until the last one had ended', Math.max(...rounds.flatMap(({ times }) => times)) / 1000, (LEASE_MS + 5000) / 1000, 's'),
        told(
          'cancelled; uncertain; workers that had died',
          countsOf(
            endings,
            rounds.flatMap(({ ways }) => ways),
          ),
        ),
      ];
    },
  },
  {
    id: 'R-37b',
    isOnlyLong: true,
    title: 'a run cancelled that waits for many runs which it has called',
    within: 60,
    run: async (bench) => {
      const { vendor } = bench;
      const loops = bench.suite.isLong ? 10 : 1;
      const children = loops * PER_LOOP;
      const to = (step: string) => ({
        ...keyed(vendor.url, step),
        input: { url: `${vendor.url}/keyed/{{ trigger.of }}/${step}`, method: 'POST', keyHeader: 'idempotency-key' },
        timeoutMs: 60_000,
      });
      const child = await putCalled(bench, {
        fields: ['of'],
        nodes: [to('first'), to('second')],
        edges: [
          { from: 'start', to: 'first' },
          { from: 'first', to: 'second' },
        ],
      });
      const caller = await bench.put(callingDocument(child, loops, vendor.url));
      await moveTo(bench, caller, child);
      const ingress = await bench.startIngress();
      await Promise.all([bench.startWorker(), bench.startWorker()]);
      // Some of the called runs are in the middle of a call, the others are queued behind them.
      vendor.behave({ when: (path) => path.endsWith('first'), hang: true });
      await using office = await openOffice(bench);
      const sent = await send({ ports: [ingress.port], workflow: caller, ids: idsOf('R37b', 1) });
      const patience = performance.now() + 30_000;
      const childrenOf = async () =>
        (await bench.db.pool.query<{ id: string }>('SELECT id FROM run WHERE workflow_id = $1', [child.workflowId])).rows.map(
          ({ id }) => id,
        );
      while ((await childrenOf()).length < children && performance.now() < patience) await delay(50);
      while (vendor.calls.length < 30 && performance.now() < patience) await delay(20);
      const all = [...(await childrenOf()), ...sent.flatMap(({ runId }) => (runId === undefined ? [] : [runId]))];
      const askedAt = performance.now();
      await cancelRun(office.ctxOf(caller, { name: 'Ann' }), { id: sent[0]?.runId ?? '' });
      const answeredAt = performance.now();
      const endings = await watchEndings(bench, all, 15_000);
      vendor.behaveWell();
      await delay(1500);
      const times = [...endings.values()].map(({ at }) => at - askedAt);
      const late = vendor.calls.filter(({ at }) => at > answeredAt + BOUND_MS / 2).length;
      return [
        exactly('runs that were called', all.length - 1, children),
        exactly('runs that ended as cancelled', [...endings.values()].filter(({ status }) => status === 'cancelled').length, children + 1),
        exactly(`calls of the vendor ${BOUND_MS / 2000} s after the acknowledgement`, late, 0),
        exactly('steps behind the one that was under way', vendor.calls.filter(({ path }) => !path.endsWith('first')).length, 0),
        quick('until they had ended, p99', percentile(times, 0.99) / 1000, 1, 's'),
        told('called runs in the middle of a call', String(vendor.calls.length)),
      ];
    },
  },
  {
    id: 'R-37c',
    isOnlyLong: true,
    needsRedis: true,
    title: 'runs cancelled while they wait or call, with Redis down',
    within: 60,
    run: async (bench) => {
      const { url } = bench.vendor;
      const count = bench.scale(6);
      const after = keyed(url, 'after');
      const kinds = [
        await bench.put(chain({ id: 'pause', kind: 'wait', mode: 'duration', duration: { amount: 3, unit: 'days' } }, after)),
        await bench.put(chain({ id: 'pause', kind: 'wait', mode: 'event' }, after)),
        await bench.put({
          ...chain({ id: 'ask', kind: 'review', subject: 'May it go on?' }, after),
          edges: [
            { from: 'start', to: 'ask' },
            { from: 'ask', fromPort: 'approved', to: 'after' },
          ],
        }),
      ];
      const calling = await bench.put(chain({ ...keyed(url, 'first'), timeoutMs: 60_000 }, after));
      const ingress = await bench.startIngress();
      await bench.startWorker({ WEFT_CONCURRENCY: String(4 * count) });
      bench.vendor.behave({ when: (path) => path.endsWith('first'), hang: true });
      const sentTo = (workflow: FaultWorkflow, name: string) => send({ ports: [ingress.port], workflow, ids: idsOf(name, count) });
      const waiting = await Promise.all(kinds.map((workflow, index) => sentTo(workflow, `R37c-${index}`)));
      const inCall = await sentTo(calling, 'R37c-call');
      await untilThere(bench, kinds, 'waiting', 3 * count);
      while (bench.vendor.calls.length < count) await delay(20);
      await using office = await openOffice(bench);
      await bench.suite.redis.kill();
      try {
        const asked = [...kinds.map((workflow, index) => ({ workflow, sent: waiting[index] ?? [] })), { workflow: calling, sent: inCall }];
        const rounds = await Promise.all(
          asked.map(async ({ workflow, sent }) => {
            const startedAt = performance.now();
            const ids = sent.flatMap(({ runId }) => (runId === undefined ? [] : [runId]));
            const acknowledged = await cancelAll(office.ctxOf(workflow, { name: 'Ann' }), ids);
            return { startedAt, answeredAt: performance.now(), acknowledged, endings: await watchEndings(bench, ids, 15_000) };
          }),
        );
        bench.vendor.behaveWell();
        await delay(1500);
        const timesOf = (some: typeof rounds): number[] =>
          some.flatMap(({ startedAt, endings }) => [...endings.values()].map(({ at }) => at - startedAt));
        const cancelled = rounds.flatMap(({ endings }) => [...endings.values()].filter(({ status }) => status === 'cancelled'));
        const { rows } = await bench.db.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM run_wait WHERE status = 'open'`);
        return [
          exactly('runs that ended as cancelled', cancelled.length, 4 * count),
          exactly('effects behind what they were at', bench.vendor.calls.filter(({ path }) => path.endsWith('after')).length, 0),
          exactly('waits that are still open', rows[0]?.count ?? -1, 0),
          quick(
            'until an answer to the one who asked, slowest',
            Math.max(...rounds.map((one) => one.answeredAt - one.startedAt)) / 1000,
            1,
            's',
          ),
          quick('until waiting ones had ended, p99', percentile(timesOf(rounds.slice(0, 3)), 0.99) / 1000, 1, 's'),
          quick('until those in a call had ended, p99', percentile(timesOf(rounds.slice(3)), 0.99) / 1000, 6, 's'),
        ];
      } finally {
        await bench.suite.redis.start();
      }
    },
  },
];
