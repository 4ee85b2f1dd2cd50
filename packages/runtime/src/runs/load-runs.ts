/**
 * What a claimed run needs before it can be executed: its payload, its journal, its workflow's answers and its program.
 */
import { loadBlobs, loadNeededSteps, loadOpenWaits, loadUnsettledIntents } from '@weft/db';
import type { ClaimedRun, Database, EffectIntent, OpenWaitRow, StoredStep } from '@weft/db';
import { compileWorkflow } from '@weft/engine';
import type { StepRecord } from '@weft/engine';
import { notFound } from '@weft/errors';
import { readVersion } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';

/** A version ready to be executed. */
export interface LoadedProgram {
  readonly program: ReturnType<typeof compileWorkflow>;
  readonly document: WorkflowDocument;
}

/** A run with all that its execution reads. */
export interface LoadedRun {
  readonly run: ClaimedRun;
  /** Before it was claimed, of `monotonicMs`: its lease ends no earlier than counted from then. */
  readonly claimedAtMs: number;
  readonly payload: unknown;
  readonly journal: readonly StepRecord[];
  readonly nextSeq: number;
  readonly unsettled: readonly EffectIntent[];
  /** Waits that nothing has happened to. */
  readonly openWaits: readonly OpenWaitRow[];
  /** Answers of the workflow to the document's questions. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** slot → connection */
  readonly bindings: Readonly<Record<string, string>>;
}

/** What {@link loadRuns} reads from. */
export interface LoadMeans {
  readonly db: Database;
  readonly workflows: WorkflowCache;
}

/** Reads what a group of claimed runs needs, in one statement for each kind of thing; of fresh runs mostly nothing. */
export async function loadRuns(means: LoadMeans, runs: readonly ClaimedRun[], claimedAtMs: number): Promise<LoadedRun[]> {
  const { pool } = means.db;
  const resumed = runs.filter((run) => run.isResumed).map((run) => run.id);
  const refs = runs.flatMap((run) => run.inputRef ?? []);
  const [steps, unsettled, openWaits, payloads, workflows] = await Promise.all([
    loadNeededSteps(pool, resumed),
    loadUnsettledIntents(pool, resumed),
    loadOpenWaits(pool, resumed),
    loadBlobs(pool, refs),
    means.workflows.get(runs),
  ]);
  const byRun = Map.groupBy(steps, (step) => step.runId);
  return runs.map((run) => {
    const own = byRun.get(run.id) ?? [];
    const workflow = workflows.get(run.workflowId);
    return {
      run,
      claimedAtMs,
      payload: run.inputRef === null ? run.input : payloads.get(run.inputRef),
      journal: own.map(toRecord),
      nextSeq: own.reduce((next, step) => Math.max(next, step.seq + 1), 0),
      unsettled: unsettled.filter((intent) => intent.runId === run.id),
      openWaits: openWaits.filter((wait) => wait.runId === run.id),
      answers: workflow?.config ?? {},
      bindings: workflow?.bindings ?? {},
    };
  });
}

/** What people have set for a workflow apart from its document. */
export interface WorkflowSettings {
  readonly config: Readonly<Record<string, unknown>>;
  readonly bindings: Readonly<Record<string, string>>;
}

/** Settings of workflows, kept for as long as the tags that runs bring along say that they hold. */
export interface WorkflowCache {
  get(runs: readonly Pick<ClaimedRun, 'workflowId' | 'workflowTag'>[]): Promise<ReadonlyMap<string, WorkflowSettings>>;
}

const WORKFLOWS_KEPT = 2000;

/** Makes the cache of a worker. */
export function createWorkflowCache(db: Database): WorkflowCache {
  const kept = new Map<string, WorkflowSettings & { readonly tag: string }>();
  return {
    get: async (runs) => {
      const stale = new Set<string>();
      for (const { workflowId, workflowTag } of runs)
        if (workflowTag === null || kept.get(workflowId)?.tag !== workflowTag) stale.add(workflowId);
      if (stale.size === 0) return kept;
      const { rows } = await db.pool.query<WorkflowSettings & { id: string; tag: string }>(
        'SELECT id, config, bindings, xmin::text AS tag FROM workflow WHERE id = ANY($1::uuid[])',
        [[...stale]],
      );
      if (kept.size > WORKFLOWS_KEPT) kept.clear();
      for (const { id, ...settings } of rows) kept.set(id, settings);
      return kept;
    },
  };
}

/** The engine's record of a stored step. Its exchanges are for people; the engine does not read them. */
function toRecord(step: StoredStep): StepRecord {
  const record: Record<string, unknown> = {
    ...step.extra,
    path: step.path,
    nodeId: step.nodeId,
    attempt: step.attempt,
    status: step.status,
    startedAt: step.startedAt,
    finishedAt: step.finishedAt,
  };
  if (step.port !== null) record['port'] = step.port;
  if (step.input !== null) record['input'] = step.input;
  if (step.output !== null || step.status === 'succeeded') record['output'] = step.output;
  if (step.error !== null) record['error'] = step.error;
  if (step.stopReason !== null) record['stopReason'] = step.stopReason;
  if (step.nextAttemptAt !== null) record['nextAttemptAt'] = step.nextAttemptAt;
  // Its members were written from a StepRecord by this package.
  return record as unknown as StepRecord;
}

/** Programs by version: a version never changes, so one compiled serves all its runs. */
export interface ProgramCache {
  /** Throws `invalid`, `version_unreadable`, for a version of a newer build. */
  get(versionId: string): Promise<LoadedProgram>;
}

const PROGRAMS_KEPT = 200;

/** Makes the cache of a worker. */
export function createProgramCache(db: Database): ProgramCache {
  const programs = new Map<string, Promise<LoadedProgram>>();
  return {
    get: (versionId) => {
      const known = programs.get(versionId);
      programs.delete(versionId);
      const program = known ?? loadProgram(db, versionId);
      // Put last: the first of the map is the one unused for longest.
      programs.set(versionId, program);
      if (!known) program.catch(() => programs.delete(versionId));
      const oldest = programs.keys().next().value;
      if (programs.size > PROGRAMS_KEPT && oldest !== undefined) programs.delete(oldest);
      return program;
    },
  };
}

async function loadProgram(db: Database, versionId: string): Promise<LoadedProgram> {
  const { rows } = await db.pool.query<{ document: unknown }>('SELECT document FROM workflow_version WHERE id = $1', [versionId]);
  if (!rows[0]) throw notFound('version_gone', 'The version of the workflow that this run belongs to was deleted.');
  const document = readVersion(rows[0].document);
  return { program: compileWorkflow(document), document };
}
