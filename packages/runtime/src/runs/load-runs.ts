/**
 * What a claimed run needs before it can be executed: its payload, its journal, its workflow's answers and its program.
 */
import { loadBlobs, loadJournal, loadOpenWaits, loadUnsettledIntents } from '@weft/db';
import type { ClaimedRun, Database, EffectIntent, OpenWaitRow, StoredStep } from '@weft/db';
import { compileWorkflow } from '@weft/engine';
import type { StepRecord } from '@weft/engine';
import { notFound } from '@weft/errors';
import type { WorkflowDocument } from '@weft/workflow';

/** A version ready to be executed. */
export interface LoadedProgram {
  readonly program: ReturnType<typeof compileWorkflow>;
  readonly document: WorkflowDocument;
}

/** A run with all that its execution reads. */
export interface LoadedRun {
  readonly run: ClaimedRun;
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

/** Reads what a group of claimed runs needs, in one statement for each kind of thing. */
export async function loadRuns(db: Database, runs: readonly ClaimedRun[]): Promise<LoadedRun[]> {
  const resumed = runs.filter((run) => run.isResumed).map((run) => run.id);
  const [steps, unsettled, openWaits, payloads, workflows] = await Promise.all([
    loadJournal(db.pool, resumed),
    loadUnsettledIntents(db.pool, resumed),
    loadOpenWaits(db.pool, resumed),
    loadBlobs(
      db.pool,
      runs.flatMap((run) => run.inputRef ?? []),
    ),
    loadWorkflows(db, [...new Set(runs.map((run) => run.workflowId))]),
  ]);
  const byRun = Map.groupBy(steps, (step) => step.runId);
  return runs.map((run) => {
    const own = byRun.get(run.id) ?? [];
    const workflow = workflows.get(run.workflowId);
    return {
      run,
      payload: run.inputRef === null ? run.input : payloads.get(run.inputRef),
      journal: own.map(toRecord),
      nextSeq: Math.max(0, ...own.map((step) => step.seq + 1)),
      unsettled: unsettled.filter((intent) => intent.runId === run.id),
      openWaits: openWaits.filter((wait) => wait.runId === run.id),
      answers: workflow?.config ?? {},
      bindings: workflow?.bindings ?? {},
    };
  });
}

interface WorkflowRow {
  id: string;
  config: Record<string, unknown>;
  bindings: Record<string, string>;
}

async function loadWorkflows(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, WorkflowRow>> {
  const { rows } = await db.pool.query<WorkflowRow>('SELECT id, config, bindings FROM workflow WHERE id = ANY($1::uuid[])', [ids]);
  return new Map(rows.map((row) => [row.id, row]));
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
  const { rows } = await db.pool.query<{ document: WorkflowDocument }>('SELECT document FROM workflow_version WHERE id = $1', [versionId]);
  const document = rows[0]?.document;
  if (!document) throw notFound('version_gone', 'The version of the workflow that this run belongs to was deleted.');
  return { program: compileWorkflow(document), document };
}
