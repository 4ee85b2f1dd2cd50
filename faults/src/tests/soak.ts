/** Hours at half of what is possible, with something broken now and then: does anything grow, or become slower? */
import { setTimeout as delay } from 'node:timers/promises';
import { exactly, quick, soundness, told } from '../figures.ts';
import { queue, untilDrained } from '../support/backlog.ts';
import type { Bench } from '../support/bench.ts';
import { judge, percentile } from '../support/checker.ts';
import type { Verdict } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import type { RunningProcess } from '../support/processes.ts';
import { loopDelay } from '../support/usage.ts';
import type { LoopDelay } from '../support/usage.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const MINUTES = Number(process.env['WEFT_SOAK_MINUTES'] ?? 10);
/** The time is cut into windows; each is judged by itself, and what ended in it is removed before the next. */
const WINDOWS = Math.min(1440, Math.max(12, Math.round(MINUTES * 2)));
const WINDOW_S = (MINUTES * 60) / WINDOWS;
/** Kinds of faults, in turn; each comes some eight times. */
const FAULTS = ['kill', 'flush', 'restart'] as const;
const EVERY = Math.max(1, Math.round(WINDOWS / (8 * FAULTS.length)));

interface Window {
  readonly verdict: Verdict;
  readonly sent: number;
  readonly acceptP99: number;
  readonly heapMb: { readonly worker: number; readonly ingress: number };
  readonly tableMb: number;
}

/** What is watched all the time: these two are never broken. */
interface Watched {
  readonly worker: LoopDelay;
  readonly ingress: LoopDelay;
}

const document = (bench: Bench) => chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second'));

/** Runs a second that the workers get through when there is always one more. */
async function ceiling(bench: Bench): Promise<number> {
  const workflow = await bench.put(document(bench));
  const ids = idsOf('R45-ceiling', 1500);
  await queue(bench, workflow, ids);
  const startedAt = performance.now();
  await untilDrained(bench, workflow, 300_000);
  return ids.length / ((performance.now() - startedAt) / 1000);
}

async function forget(bench: Bench): Promise<void> {
  // All have ended by now. The table of live runs stays as it is: it is what is watched.
  await bench.db.pool.query('TRUNCATE run_history, step_run, step_batch, run_dedup, effect_intent, blob');
  const { latencyMs } = bench.vendor;
  bench.vendor.reset();
  bench.vendor.latencyMs = latencyMs;
}

async function tableMb(bench: Bench): Promise<number> {
  const { rows } = await bench.db.pool.query<{ mb: number }>(`SELECT pg_total_relation_size('run')::float8 / 1048576 AS mb`);
  return rows[0]?.mb ?? NaN;
}

/** The least of many looks: what is left when the garbage has just been collected. */
async function least(watched: LoopDelay, until: () => boolean): Promise<number> {
  let floor = Infinity;
  while (!until()) {
    floor = Math.min(floor, watched.heapMb());
    await delay(500);
  }
  return floor;
}

/** By how much a series grows from one value to the next, by least squares, of what comes after its first third. */
function slope(values: readonly number[]): number {
  const settled = values.slice(Math.floor(values.length / 3));
  const middle = (settled.length - 1) / 2;
  const mean = settled.reduce((sum, value) => sum + value, 0) / settled.length;
  const [above, below] = settled.reduce(
    ([a, b], value, index) => [a + (index - middle) * (value - mean), b + (index - middle) ** 2],
    [0, 0],
  );
  return below === 0 ? 0 : above / below;
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

export const soak: readonly FaultTest[] = [
  {
    id: 'R-45',
    isOnlyLong: true,
    title: `${MINUTES} minutes at half of what is possible, with a kill, an empty Redis or a restart now and then`,
    within: MINUTES * 60 + 600,
    run: async (bench) => {
      using workerWatch = loopDelay();
      using ingressWatch = loopDelay();
      const watched: Watched = { worker: workerWatch, ingress: ingressWatch };
      const ingress = await bench.startIngress(ingressWatch.env);
      await bench.startWorker(workerWatch.env);
      let broken: RunningProcess = await bench.startWorker();
      bench.vendor.latencyMs = 5;
      const perSecond = Math.max(1, (await ceiling(bench)) / 2);
      await forget(bench);
      const counts = { kill: 0, flush: 0, restart: 0 };
      const breakOne = async (kind: (typeof FAULTS)[number]): Promise<void> => {
        await delay(WINDOW_S * 1000 * (0.2 + 0.5 * bench.random()));
        counts[kind] += 1;
        if (kind === 'flush') return bench.flushRedis();
        await (kind === 'kill' ? broken.kill() : broken.stop());
        broken = await bench.startWorker();
      };
      const windows: Window[] = [];
      for (let index = 0; index < WINDOWS; index += 1) {
        const workflow = await bench.put(document(bench));
        let isOver = false;
        const floors = Promise.all([least(watched.worker, () => isOver), least(watched.ingress, () => isOver)]);
        const kind = index % EVERY === 0 && index > 0 ? FAULTS[(index / EVERY) % FAULTS.length] : undefined;
        const breaking = kind ? breakOne(kind) : undefined;
        const ids = idsOf(`R45-${index}`, Math.ceil(perSecond * WINDOW_S));
        const sent = await send({ ports: [ingress.port], workflow, ids, perSecond, concurrency: 32 });
        await breaking;
        await untilDrained(bench, workflow, 60_000);
        const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 20_000 });
        isOver = true;
        const [worker, own] = await floors;
        const acceptP99 = percentile(
          sent.map(({ ms }) => ms),
          0.99,
        );
        windows.push({ verdict, sent: ids.length, acceptP99, heapMb: { worker, ingress: own }, tableMb: await tableMb(bench) });
        await forget(bench);
      }
      return figuresOf(windows, { perSecond, counts, isIngressAlive: ingress.isAlive });
    },
  },
];

function figuresOf(
  windows: readonly Window[],
  about: { readonly perSecond: number; readonly counts: Readonly<Record<string, number>>; readonly isIngressAlive: boolean },
) {
  const worst = windows.find(({ verdict, sent }) => soundness(verdict, sent).some(({ ok }) => !ok)) ?? windows[0];
  const third = Math.max(1, Math.floor(windows.length / 3));
  const early = windows.slice(0, third).map(({ acceptP99 }) => acceptP99);
  const late = windows.slice(-third).map(({ acceptP99 }) => acceptP99);
  const drift = (100 * (median(late) - median(early))) / median(early);
  const perHour = 3600 / WINDOW_S;
  const failed = windows.reduce((sum, { verdict }) => sum + (verdict.byStatus['failed'] ?? 0), 0);
  const tables = windows.map((window) => window.tableMb);
  return [
    ...(worst ? soundness(worst.verdict, worst.sent) : []),
    exactly('runs that failed although nothing refused them', failed, 0),
    exactly('ingresses that died', about.isIngressAlive ? 0 : 1, 0),
    quick('heap of the worker that was left alone grows, an hour', slope(windows.map(({ heapMb }) => heapMb.worker)) * perHour, 1, 'MB'),
    quick('heap of the ingress grows, an hour', slope(windows.map(({ heapMb }) => heapMb.ingress)) * perHour, 1, 'MB'),
    quick(
      'table of live runs, last beside the largest of the first third',
      (tables.at(-1) ?? NaN) / Math.max(...tables.slice(0, third)),
      2,
      '×',
    ),
    quick('accepting, p99: last third slower than the first by', drift, 10, '%'),
    told('accepting, p99', `${Math.round(median(early))} ms, then ${Math.round(median(late))} ms`),
    told(
      'heap of the worker',
      `${Math.round(windows[0]?.heapMb.worker ?? NaN)} MB, then ${Math.round(windows.at(-1)?.heapMb.worker ?? NaN)} MB`,
    ),
    told(
      'runs',
      `${windows.reduce((sum, { sent }) => sum + sent, 0)}, ${Math.round(about.perSecond)} a second, in ${windows.length} windows`,
    ),
    told(
      'broken meanwhile',
      Object.entries(about.counts)
        .map(([kind, times]) => `${times} × ${kind}`)
        .join(', '),
    ),
  ];
}
