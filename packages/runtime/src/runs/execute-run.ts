/**
 * Executes one claimed run until it ends, waits, or is not ours any more.
 */
import type { FinishRow } from '@weft/db';
import { closeWaits, settleCalls, stageCallOutput, toStorableText, toStoredValue } from '@weft/db';
import { execute } from '@weft/engine';
import type { RunOutcome, StepRecord } from '@weft/engine';
import { WeftError, toStoredError, toWeftError } from '@weft/errors';
import { VERSION_UNREADABLE, answerModeOf, answerTimeoutMs } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';
import { createEngineHost, uncertainError } from '../adapters/engine-host.ts';
import type { HostMeans } from '../adapters/engine-host.ts';
import type { Logger } from '../logger.ts';
import { isAway } from './database-faults.ts';
import type { GroupWriter } from './group-writer.ts';
import type { LoadedRun, ProgramCache } from './load-runs.ts';
import { RunReply } from './run-reply.ts';
import type { SendAnswer } from './run-reply.ts';
import { RunSession, failedFinish } from './run-session.ts';
import type { StopReason } from './run-session.ts';
import { createWaitHost } from '../waits/wait-host.ts';
import type { WaitHost } from '../waits/wait-host.ts';

/** Claims of an expired lease after which a run is taken out of circulation: it may be what kills the workers. */
const QUARANTINE_AT = 3;
/** Waits up to this long are waited for in the process. */
const MAX_INLINE_WAIT_MS = 2000;

/** What executing runs takes. */
export interface ExecuteMeans {
  readonly host: HostMeans;
  readonly writer: GroupWriter;
  readonly programs: ProgramCache;
  readonly log: Logger;
  /** The way to requests that wait; without it they find their answers in the database. */
  readonly sendAnswer?: SendAnswer;
  /** Told of the session as soon as it exists, so that it can be cancelled or drained. */
  readonly onSession: (session: RunSession) => void;
}

/**
 * How this worker parted from a run. `wakeAfterMs`: it waits, and is due then; null: when one of its waits is answered.
 * `letOthersGo`: runs may be due by what it did: one that it called, or the one that called it.
 */
export type Parting =
  | { readonly how: 'finished'; readonly letOthersGo?: boolean }
  | { readonly how: 'released' | 'lost' }
  | { readonly how: 'waiting'; readonly wakeAfterMs: number | null };

/** Executes a run. Never throws: what goes wrong becomes the run's end, or leaves it to the next claim. */
export async function executeRun(means: ExecuteMeans, loaded: LoadedRun): Promise<Parting> {
  const session = new RunSession({ run: loaded.run, claimedAtMs: loaded.claimedAtMs, writer: means.writer, firstSeq: loaded.nextSeq });
  means.onSession(session);
  const waits = createWaitHost(means.host, session, loaded.openWaits);
  try {
    const ending = await withOutputKept(means, session, await runToOutcome(means, { session, waits }, loaded));
    const parting = await partSurely(means, session, ending);
    if (parting.how !== 'finished') return parting;
    await tellOthers(means, session, waits);
    return { ...parting, letOthersGo: waits.hasWaits || session.run.origin === CALLED };
  } catch (error) {
    // The write of the end failed: the lease runs out and the next claim goes on from the journal.
    means.log.error('A run could not be ended', { runId: loaded.run.id, error });
    return { how: 'lost' };
  }
}

type Ending = RunOutcome | { readonly status: 'ended'; readonly finish: FinishRow };

/** Origin of runs that another run has called. */
const CALLED = 'call';

/** What a called run gives is kept before its end is written, which makes it count. What cannot be stored fails the run. */
async function withOutputKept(means: ExecuteMeans, session: RunSession, ending: Ending): Promise<Ending> {
  if (session.run.origin !== CALLED || session.stopped || (ending.status !== 'succeeded' && ending.status !== 'skipped')) return ending;
  try {
    const output = await toStoredValue(ending.output ?? null);
    await stageCallOutput(means.host.db, { runId: session.run.id, fence: session.run.fence }, output);
    return ending;
  } catch (thrown) {
    const error = toWeftError(thrown);
    if (error.class === 'invalid') return { status: 'failed', error: toStoredError(error) };
    throw thrown;
  }
}

/** What others have to know of a run that has ended. Should this worker die before, the sweep tells them. */
async function tellOthers(means: ExecuteMeans, session: RunSession, waits: WaitHost): Promise<void> {
  const ids = [session.run.id];
  const { pool } = means.host.db;
  try {
    if (session.run.origin === CALLED) await settleCalls(pool, ids);
    if (waits.hasWaits) await closeWaits(pool, ids);
  } catch (error) {
    means.log.warn('Others could not be told of the end of a run; the sweep will', { runId: session.run.id, error });
  }
}

async function runToOutcome(
  means: ExecuteMeans,
  { session, waits }: { readonly session: RunSession; readonly waits: WaitHost },
  loaded: LoadedRun,
): Promise<Ending> {
  const early = endBeforeStart(loaded);
  if (early) return { status: 'ended', finish: early };
  if (loaded.run.isCancelRequested) session.cancel();
  try {
    const { program, document } = await means.programs.get(loaded.run.versionId);
    const { input } = program.trigger;
    const policy = { mode: answerModeOf(program.trigger), timeoutMs: answerTimeoutMs(input), now: means.host.leases.now };
    session.reply = new RunReply(loaded.run, policy, means.sendAnswer ?? (() => false));
    const timeoutMs = document.settings?.timeoutMs;
    return await execute({
      program,
      trigger: loaded.payload,
      config: answersWithDefaults(document, loaded.answers),
      run: { id: loaded.run.id, startedAt: loaded.run.startedAt },
      journal: loaded.journal,
      host: createEngineHost(means.host, { session, bindings: loaded.bindings, waits }),
      signal: session.controller.signal,
      maxInlineWaitMs: MAX_INLINE_WAIT_MS,
      isRecovery: loaded.run.recoveryCount > 0,
      openWaits: waits.open,
      wantsOutput: loaded.run.origin === CALLED || session.reply.wantsEnd,
      ...(timeoutMs === undefined ? {} : { deadlineAt: loaded.run.startedAt + timeoutMs }),
    });
  } catch (thrown) {
    // The database was away: no fault of the run, which is given back and goes on from its journal.
    if (isAway(thrown)) session.stop({ kind: 'drain' });
    const error = toWeftError(thrown);
    if (error.code === VERSION_UNREADABLE) session.stop({ kind: 'unknownHere', reason: error.message });
    if (session.stopped) return { status: 'cancelled', reason: 'stopped' };
    if (error.class === 'bug') means.log.error('A run failed by a fault of ours', { runId: loaded.run.id, error });
    return { status: 'failed', error: toStoredError(error) };
  }
}

/** Runs that must not be executed again: suspected of killing workers, or with an effect of unknown outcome. */
function endBeforeStart(loaded: LoadedRun): FinishRow | undefined {
  if (loaded.run.recoveryCount >= QUARANTINE_AT) {
    const last = loaded.journal.at(-1)?.nodeId;
    const error = new WeftError({
      class: 'bug',
      code: 'quarantined',
      message: `${QUARANTINE_AT} workers ended while they worked on this run${last === undefined ? '' : `, after the step "${last}"`}. It is not tried again by itself; replay it when the cause is removed.`,
    });
    return { ...failedFinish(error, last), status: 'quarantined' };
  }
  const intent = loaded.unsettled[0];
  if (!intent) return undefined;
  const nodeId = nodeOf(intent.request, intent.path);
  return { ...failedFinish(uncertainError(nodeId, 'the worker ended meanwhile'), nodeId), status: 'uncertain' };
}

function nodeOf(request: unknown, path: string): string {
  const known = typeof request === 'object' && request !== null && 'nodeId' in request ? request.nodeId : undefined;
  return typeof known === 'string' ? known : path;
}

function answersWithDefaults(document: WorkflowDocument, answers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(document.config ?? {}).map(([key, entry]) => [key, answers[key] ?? entry.default ?? null] as const);
  return Object.fromEntries(entries);
}

/** An end that the database refuses, because of the records that go with it, becomes the end that says so. */
async function partSurely(means: ExecuteMeans, session: RunSession, ending: Ending): Promise<Parting> {
  try {
    return await part(means, session, ending);
  } catch (error) {
    if (session.stopped?.kind !== 'poison') throw error;
    return part(means, session, ending);
  }
}

async function part(means: ExecuteMeans, session: RunSession, ending: Ending): Promise<Parting> {
  const stopped = session.stopped;
  if (!stopped) return leaveWith(means, session, ending);
  switch (stopped.kind) {
    case 'lost':
      means.log.warn('A run went to another worker', { runId: session.run.id });
      return { how: 'lost' };
    case 'drain':
      // A run that came to its end or to a wait all the same is left so; one that we cut off goes to another worker.
      return isCutOff(session, ending) ? released(await session.leave({ release: { to: 'queued' } })) : leaveWith(means, session, ending);
    case 'parked':
      return isCutOff(session, ending) ? parked(session, stopped) : leaveWith(means, session, ending);
    case 'unknownHere':
      return isCutOff(session, ending) ? leftToOthers(means, session, stopped.reason) : leaveWith(means, session, ending);
    case 'uncertain':
      return finished(await session.leave({ finish: { ...failedFinish(stopped.error, stopped.nodeId), status: 'uncertain' } }));
    case 'poison': {
      const record = stopped.record && refusedRecord(stopped.record, stopped.error);
      return finished(
        await session.leave({ ...(record ? { records: [record] } : {}), finish: failedFinish(stopped.error, stopped.record?.nodeId) }),
      );
    }
  }
}

/** The sweep makes it due as soon as the account can be used; this is for the case that there is none. */
const LONGEST_PARK_MS = 30 * 86_400_000;

async function parked(session: RunSession, stopped: Extract<StopReason, { kind: 'parked' }>): Promise<Parting> {
  const { connectionId, reason } = stopped;
  const release = { to: 'waiting', afterMs: LONGEST_PARK_MS, reason: toStorableText(reason), parkedOn: connectionId } as const;
  const isOurs = await session.leave({ release });
  return isOurs ? { how: 'waiting', wakeAfterMs: LONGEST_PARK_MS } : { how: 'lost' };
}

/** A worker of another build may come by; this one is to come by more and more seldom. */
const FIRST_LEFT_MS = 5000;
const LONGEST_LEFT_MS = 60_000;

async function leftToOthers({ log }: ExecuteMeans, session: RunSession, why: string): Promise<Parting> {
  const { id, fence } = session.run;
  log.warn('A run needs a worker of another build', { runId: id, why });
  // A fence is raised with each claim.
  const afterMs = Math.min(LONGEST_LEFT_MS, FIRST_LEFT_MS * 2 ** Math.min(10, Number(fence) - 1));
  const reason = toStorableText(
    `${why} It goes on by itself as soon as a worker that can takes it up: bring all workers to the same version.`,
  );
  const isOurs = await session.leave({ release: { to: 'waiting', afterMs, reason } });
  // We are not to be the first to look for it when it is due.
  return isOurs ? { how: 'waiting', wakeAfterMs: null } : { how: 'lost' };
}

function isCutOff(session: RunSession, ending: Ending): boolean {
  if (session.isCancelRequested) return false;
  return ending.status === 'cancelled' || (ending.status === 'failed' && ending.error.class === 'cancelled');
}

/** The record in the place of one that the database refused: it says why and holds nothing of the data. */
function refusedRecord(record: StepRecord, error: WeftError): StepRecord {
  return {
    path: toStorableText(record.path),
    nodeId: toStorableText(record.nodeId),
    attempt: record.attempt,
    status: 'failed',
    stopReason: 'notRetryable',
    error: toStoredError(error),
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
  };
}

async function leaveWith(means: ExecuteMeans, session: RunSession, ending: Ending): Promise<Parting> {
  if (ending.status === 'waiting') {
    const afterMs = ending.wakeAt === undefined ? null : Math.max(0, ending.wakeAt - means.host.leases.now());
    const isOurs = await session.leave({ release: { to: 'waiting', afterMs, reason: toStorableText(ending.reason) } });
    return isOurs ? { how: 'waiting', wakeAfterMs: afterMs } : { how: 'lost' };
  }
  const isCancelled = session.isCancelRequested && ending.status === 'failed' && ending.error.class === 'cancelled';
  if (isCancelled) return finished(await session.leave({ finish: finishOf({ status: 'cancelled', reason: '' }) }));
  const finish = ending.status === 'ended' ? ending.finish : finishOf(ending);
  const output = ending.status === 'succeeded' ? ending.output : undefined;
  const isOurs = await session.leave({ finish, answer: session.reply?.answerOfEnd(output) });
  if (isOurs) session.reply?.ended({ status: finish.status, reason: finish.reason, output });
  return finished(isOurs);
}

function finishOf(outcome: Exclude<RunOutcome, { status: 'waiting' }>): FinishRow {
  if (outcome.status === 'failed') return failedFinish(new WeftError(outcome.error), outcome.nodeId);
  // Who cancelled is known to the database.
  if (outcome.status === 'cancelled') return { status: 'cancelled', reason: null, error: null, failedNode: null };
  return {
    status: outcome.status,
    reason: outcome.reason === undefined ? null : toStorableText(outcome.reason).slice(0, 2000),
    error: null,
    failedNode: null,
  };
}

function finished(isOurs: boolean): Parting {
  return { how: isOurs ? 'finished' : 'lost' };
}

function released(isOurs: boolean): Parting {
  return { how: isOurs ? 'released' : 'lost' };
}
