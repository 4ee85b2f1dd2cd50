/** What interfaces are told of runs. Plain JSON: times are ISO text. */
import type { StepProgress } from '@weft/db';
import type { StoredError } from '@weft/errors';
import type { StepRecord } from '@weft/engine';
import type { WorkflowDocument } from '@weft/workflow';
import type { RunLinks } from '../waits/run-links.ts';

/** Live states, then final ones. */
export type RunStatus = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped' | 'cancelled' | 'uncertain' | 'quarantined';

/** A line of the list of runs. */
export interface RunSummary {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowName: string;
  /** Null for a run of a draft. */
  readonly version: number | null;
  readonly status: RunStatus;
  readonly origin: string;
  readonly businessKey: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  readonly reason: string | null;
  readonly error: StoredError | null;
  readonly failedNode: string | null;
  /** For a run that is not going on: why, in a sentence. */
  readonly attention: string | null;
}

/** One attempt of one step. A value above 64 KB stands as `{ truncated, size, preview }`. */
export type StepView = Omit<StepRecord, 'startedAt' | 'finishedAt' | 'nextAttemptAt'> & {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly nextAttemptAt?: string;
};

/** A run with everything that is known of it. */
export interface RunDetail extends RunLinks {
  readonly run: RunSummary;
  readonly document: WorkflowDocument;
  readonly steps: readonly StepView[];
  /** There are more steps than are shown; those that failed are shown in any case. */
  readonly hasMoreSteps: boolean;
  /** Where the steps end that are shown in order: to ask for those behind them. */
  readonly stepsAfter?: number;
  readonly input: unknown;
  /** For a run that is under way: why it is where it is, in a sentence. */
  readonly why: string | null;
  /** How far long steps are that are under way. */
  readonly progress: readonly ProgressView[];
}

/** How far a step is. */
export interface ProgressView {
  readonly path: string;
  readonly nodeId: string;
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
  readonly at: string;
}

/** A run as the two tables give it. */
export interface RunRow {
  readonly id: string;
  readonly workflow_id: string;
  readonly workflow_name: string | null;
  readonly version: number | null;
  readonly version_id: string;
  readonly status: RunStatus;
  readonly origin: string;
  readonly business_key: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly reason: string | null;
  readonly error: StoredError | null;
  readonly failed_node: string | null;
  readonly worker: string | null;
  readonly wake_at: Date | null;
  readonly wait_reason: string | null;
  readonly progress?: Readonly<Record<string, StepProgress>> | null;
  readonly input?: unknown;
  readonly input_ref?: string | null;
}

/** Columns of a live and of a finished run, in one order, so that both can be read as one list. */
export const LIVE_COLUMNS = `r.id, r.workflow_id, r.version_id, r.status, r.origin, r.business_key, r.created_at, r.started_at, NULL::timestamptz AS finished_at,
  NULL::text AS reason, NULL::jsonb AS error, NULL::text AS failed_node, r.worker, r.wake_at, r.wait_reason`;
export const HISTORY_COLUMNS = `r.id, r.workflow_id, r.version_id, r.status, r.origin, r.business_key, r.created_at, r.started_at, r.finished_at,
  r.reason, r.error, r.failed_node, NULL::text AS worker, NULL::timestamptz AS wake_at, NULL::text AS wait_reason`;

/** The summary of a row. */
export function toRunSummary(row: RunRow, now: number): RunSummary {
  const end = row.finished_at ?? (row.status === 'running' ? new Date(now) : null);
  return {
    id: row.id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name ?? 'Deleted workflow',
    version: row.version,
    status: row.status,
    origin: row.origin,
    businessKey: row.business_key,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    durationMs: row.started_at && end ? Math.max(0, end.getTime() - row.started_at.getTime()) : null,
    reason: row.reason,
    error: row.error,
    failedNode: row.failed_node,
    attention: whyNotGoingOn(row, now),
  };
}

/** How far the steps of a run are that are under way, in the order of their paths. */
export function progressOf(row: RunRow): ProgressView[] {
  if (row.status !== 'running') return [];
  return Object.values(row.progress ?? {})
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, nodeId, text, done, total, at }) => ({
      path,
      nodeId,
      text,
      ...(done === undefined ? {} : { done }),
      ...(total === undefined ? {} : { total }),
      at: new Date(at).toISOString(),
    }));
}

/** Why a live run is where it is. */
export function whyHere(row: RunRow, now: number): string | null {
  const [first] = progressOf(row);
  if (first) return `${first.text}.`;
  if (row.status === 'running') return row.worker ? `Worker ${row.worker} executes it.` : null;
  return whyNotGoingOn(row, now);
}

function whyNotGoingOn(row: RunRow, now: number): string | null {
  if (row.status === 'queued') {
    return row.wake_at && row.wake_at.getTime() > now ? `Due at ${row.wake_at.toISOString()}.` : 'Accepted; waits for a free worker.';
  }
  if (row.status === 'waiting') return row.wait_reason ?? (row.wake_at ? `Waits until ${row.wake_at.toISOString()}.` : 'Waits.');
  return null;
}
