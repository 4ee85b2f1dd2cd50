/** What a run waits for, which runs it has called, and which run has called it. */
import type { Ctx } from '../ctx.ts';

/** A step that waits. */
export interface WaitView {
  readonly id: string;
  readonly path: string;
  readonly nodeId: string;
  readonly kind: 'timer' | 'event' | 'review' | 'child';
  readonly since: string;
  /** When it goes on in any case; null when only an answer ends it. */
  readonly until: string | null;
}

/** A run that a step has called. */
export interface CalledRunView {
  readonly path: string;
  readonly nodeId: string;
  readonly runId: string;
  readonly workflowName: string;
  readonly status: string;
  /** False when it was only started. */
  readonly isAwaited: boolean;
}

/** The run that has called this one. */
export interface CallerView {
  readonly runId: string;
  readonly workflowName: string;
  readonly nodeId: string;
}

export interface RunLinks {
  readonly waits: readonly WaitView[];
  readonly calls: readonly CalledRunView[];
  readonly calledBy: CallerView | null;
}

interface Row {
  id: string;
  path: string;
  node_id: string;
  kind: WaitView['kind'];
  status: string;
  reached_at: Date;
  due_at: Date | null;
  child_run_id: string | null;
  child_status: string | null;
  child_workflow: string | null;
  is_awaited: boolean | null;
}

/** A run in a loop of thousands has as many waits; a page shows so many. */
const MOST = 500;

/** Reads the links of a run of the actor's workspace. `isLive`: it has not ended, so that it may wait. */
export async function readRunLinks(ctx: Ctx, runId: string, isLive: boolean): Promise<RunLinks> {
  const [{ rows }, { rows: callers }] = await Promise.all([
    ctx.db.pool.query<Row>(
      `SELECT w.id, w.path, w.node_id, w.kind, w.status, w.reached_at, w.due_at, w.child_run_id, w.is_awaited,
         coalesce(r.status, h.status) AS child_status, f.name AS child_workflow
       FROM run_wait w LEFT JOIN run r ON r.id = w.child_run_id LEFT JOIN run_history h ON h.id = w.child_run_id
       LEFT JOIN workflow f ON f.id = coalesce(r.workflow_id, h.workflow_id)
       WHERE w.run_id = $1 AND w.workspace_id = $2 AND w.reached_at IS NOT NULL AND (w.status = 'open' OR w.kind = 'child')
       ORDER BY w.status = 'open' DESC, w.id LIMIT ${MOST}`,
      [runId, ctx.actor.workspaceId],
    ),
    ctx.db.pool.query<{ run_id: string; node_id: string; name: string | null }>(
      `SELECT w.run_id, w.node_id, f.name FROM run_wait w LEFT JOIN workflow f ON f.id = w.workflow_id
       WHERE w.child_run_id = $1 AND w.workspace_id = $2`,
      [runId, ctx.actor.workspaceId],
    ),
  ]);
  const caller = callers[0];
  return {
    waits: isLive ? rows.filter(({ status }) => status === 'open').map(toWait) : [],
    calls: rows.flatMap(toCall),
    calledBy: caller ? { runId: caller.run_id, nodeId: caller.node_id, workflowName: caller.name ?? 'Deleted workflow' } : null,
  };
}

function toWait(row: Row): WaitView {
  return {
    id: row.id,
    path: row.path,
    nodeId: row.node_id,
    kind: row.kind,
    since: row.reached_at.toISOString(),
    until: row.due_at?.toISOString() ?? null,
  };
}

function toCall(row: Row): CalledRunView[] {
  if (row.child_run_id === null) return [];
  return [
    {
      path: row.path,
      nodeId: row.node_id,
      runId: row.child_run_id,
      workflowName: row.child_workflow ?? 'Deleted workflow',
      status: row.child_status ?? 'queued',
      isAwaited: row.is_awaited === true,
    },
  ];
}
