/** Reads, when all is over, what became of everything that was accepted. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, FaultWorkflow } from './bench.ts';
import type { Sent } from './load.ts';

/** Nobody may see any of the first seven. */
export interface Verdict {
  /** Acknowledged, and no run is there. */
  readonly lost: number;
  /** Not at its end, nor in a wait, when the time was up. */
  readonly stuck: number;
  /** Runs of events that nobody sent. */
  readonly ghosts: number;
  /** Events with more than one run. */
  readonly doubled: number;
  /** Effects that a vendor with a key applied twice for one event. */
  readonly keyedTwice: number;
  /** Effects that a vendor without a key applied twice, and whose run does not say that it is uncertain. */
  readonly silentTwice: number;
  /** Runs that say they succeeded although an effect is missing. */
  readonly falseSuccesses: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly runs: number;
  /** Milliseconds until all were at their end. */
  readonly settledMs: number;
}

interface Row {
  id: string;
  status: string;
  event: string | null;
}

/** Waits for the runs of a workflow to end, and judges. `steps`: the effects each successful run must have had. */
export async function judge(
  bench: Bench,
  options: {
    readonly workflow: FaultWorkflow;
    readonly sent: readonly Sent[];
    readonly steps: readonly string[];
    readonly withinMs: number;
  },
): Promise<Verdict> {
  const startedAt = performance.now();
  const acknowledged = options.sent.filter(({ runId }) => runId !== undefined);
  let rows = await readRuns(bench, options.workflow);
  const isOpen = (): boolean => rows.some(({ status }) => status === 'queued' || status === 'running' || status === 'waiting');
  while ((isOpen() || rows.length < acknowledged.length) && performance.now() - startedAt < options.withinMs) {
    await delay(100);
    rows = await readRuns(bench, options.workflow);
  }
  const settledMs = performance.now() - startedAt;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const sentIds = new Set(options.sent.map(({ id }) => id));
  const byEvent = Map.groupBy(rows, ({ event }) => event ?? '');
  const statusOf = (id: string): string | undefined => byEvent.get(id)?.[0]?.status;
  const { effects } = bench.vendor;
  const twice = [...effects].filter(([, times]) => times > 1).map(([effect]) => effect);
  const isBlind = (effect: string): boolean => (effect.split('/')[1] ?? '').startsWith('blind');
  const succeeded = rows.filter(({ status }) => status === 'succeeded');
  return {
    lost: acknowledged.filter(({ runId }) => !byId.has(runId ?? '')).length,
    stuck: rows.filter(({ status }) => status === 'queued' || status === 'running' || status === 'waiting').length,
    ghosts: rows.filter(({ event }) => !sentIds.has(event ?? '')).length,
    doubled: [...byEvent.values()].filter((runs) => runs.length > 1).length,
    keyedTwice: twice.filter((effect) => !isBlind(effect)).length,
    silentTwice: twice.filter((effect) => isBlind(effect) && statusOf(effect.split('/')[0] ?? '') !== 'uncertain').length,
    falseSuccesses: succeeded.filter(({ event }) => options.steps.some((step) => !effects.has(`${event}/${step}`))).length,
    byStatus: Object.fromEntries([...Map.groupBy(rows, ({ status }) => status)].map(([status, runs]) => [status, runs.length])),
    runs: rows.length,
    settledMs,
  };
}

/** All runs of a workflow, live and ended. The database may be away at the moment. */
async function readRuns(bench: Bench, { workflowId }: FaultWorkflow): Promise<Row[]> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { rows } = await bench.db.pool.query<Row>(
        `SELECT id, status, input->'body'->>'id' AS event FROM run WHERE workflow_id = $1
         UNION ALL SELECT id, status, input->'body'->>'id' FROM run_history WHERE workflow_id = $1`,
        [workflowId],
      );
      return rows;
    } catch (error) {
      if (attempt >= 60) throw error;
      await delay(250);
    }
  }
}

/** The figures that must be zero, as one line; empty when all are. */
export function faultsOf(verdict: Verdict): string {
  const { lost, stuck, ghosts, doubled, keyedTwice, silentTwice, falseSuccesses } = verdict;
  return Object.entries({ lost, stuck, ghosts, doubled, keyedTwice, silentTwice, falseSuccesses })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

/** The number below which the given part of the values lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
