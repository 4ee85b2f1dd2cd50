/**
 * The engine's host over a claimed run: effects through connectors, expressions through the pool, checkpoints through
 * the session.
 */
import { createHmac } from 'node:crypto';
import { openStoredValues, recordIntent } from '@weft/db';
import type { Database } from '@weft/db';
import { createActionContext, findOperation, needsReconnect, runAction, runPage } from '@weft/connector-kit';
import type { ConnectorDefinition, EffectSafety, EgressPolicy } from '@weft/connector-kit';
import { WeftError, toStoredError, toWeftError } from '@weft/errors';
import { NOT_STARTED, recordedInput } from '@weft/engine';
import type { EffectRequest, EffectResult, Host, StepRecord } from '@weft/engine';
import { isAway } from '../runs/database-faults.ts';
import type { LeaseKeeper } from '../runs/lease-keeper.ts';
import { stopError } from '../runs/run-session.ts';
import type { RunSession } from '../runs/run-session.ts';
import { maskSecrets } from '../secrets/mask.ts';
import type { SecretBox } from '../secrets/sealed-box.ts';
import type { WaitHost } from '../waits/wait-host.ts';
import type { ConnectorRegistry } from './connector-registry.ts';
import type { ExpressionPool } from './expression-pool.ts';
import type { ScriptPool } from './script-pool.ts';
import { offeredElsewhere } from './offered-elsewhere.ts';
import { createProgressWriter } from './run-progress.ts';
import type { OpenConnection, OpenConnections } from './open-connections.ts';
import type { VendorCalls, VendorCallsStore } from './vendor-calls.ts';

/** What the hosts of a worker share. */
export interface HostMeans {
  readonly db: Database;
  readonly connectors: ConnectorRegistry;
  readonly connections: OpenConnections;
  readonly calls: VendorCallsStore;
  readonly expressions: ExpressionPool;
  readonly scripts: ScriptPool;
  readonly box: SecretBox;
  readonly policy: EgressPolicy;
  readonly leases: LeaseKeeper;
  /** Where people and vendors reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** When the database was restored from a backup, epoch milliseconds: what older runs did since the backup is not in it. */
  readonly restoredAt?: number | undefined;
  /** Told of points at which a process may die; only tests of faults listen. */
  readonly reached?: ((point: string) => void | Promise<void>) | undefined;
}

/** Longest time for one attempt of an effect when neither its node nor its operation names one. */
const EFFECT_TIMEOUT_MS = 120_000;

/** What a host is made for. `bindings`: slot → connection. */
export interface HostedRun {
  readonly session: RunSession;
  readonly bindings: Readonly<Record<string, string>>;
  readonly waits: WaitHost;
}

/** Makes the host of one run. */
export function createEngineHost(means: HostMeans, { session, bindings, waits }: HostedRun): Host {
  // A failed attempt throws; what it sent and received joins its record when that is written.
  const exchanges = new Map<string, readonly unknown[]>();
  const announced = new Set<string>();
  const away = new Map<string, number>();
  const completed = (records: readonly StepRecord[]): readonly StepRecord[] =>
    exchanges.size === 0 && waits.tokens.size === 0 ? records : records.map(complete);
  const complete = (record: StepRecord): StepRecord => {
    const seen = record.exchanges ?? exchanges.get(key(record));
    exchanges.delete(key(record));
    const whole = seen === undefined ? record : { ...record, exchanges: seen };
    // An address that was sent out is a secret: whoever reads the run must not be able to answer it.
    return waits.tokens.size === 0 ? whole : (maskSecrets(whole, [...waits.tokens]) as StepRecord);
  };
  return {
    now: means.leases.now,
    random: Math.random,
    ...(means.reached ? { reached: means.reached } : {}),
    perform: (request) =>
      perform(means, { session, bindings, waits, request, announced, away, keep: (seen) => void exchanges.set(key(request), seen) }),
    wait: waits.wait,
    resumeAddress: waits.resumeAddress,
    evaluate: (expression, scope) => {
      session.assertLive();
      return means.expressions.evaluate(expression, scope);
    },
    script: ({ path, code, scope, timeoutMs, signal }) => {
      session.assertLive();
      return means.scripts.run({ workspaceId: session.run.workspaceId, code, scope, timeoutMs, signal, seed: `${session.run.id}|${path}` });
    },
    checkpoint: (records) => session.checkpoint(completed(records)),
    conclude: (records) => session.conclude(completed(records)),
    respond: (step) => session.reply?.respond(step),
    breathe,
    // The engine's signal is the session's own.
    sleep: (ms) => sleep(ms, AbortSignal.any([session.controller.signal, session.waits.signal])),
  };
}

const key = (step: { readonly path: string; readonly attempt: number }): string => `${step.path}#${step.attempt}`;

interface Call {
  readonly session: RunSession;
  readonly bindings: Readonly<Record<string, string>>;
  readonly waits: WaitHost;
  readonly request: EffectRequest;
  /** Attempts at blind effects that this worker has announced, for all it knows. */
  readonly announced: Set<string>;
  /** How often an attempt could not begin because the database was away. */
  readonly away: Map<string, number>;
  readonly keep: (exchanges: readonly unknown[]) => void;
}

/** Pause after which a step is tried again that could not begin because the database was away, milliseconds. */
const AWAY_MS = 1000;
/** So often; then it counts as an attempt that failed. */
const MOST_AWAY = 120;

/** The step begins once the database is back; no attempt is used up. Nothing of it may have been asked of the outside. */
function notBegun(call: Call): WeftError {
  const times = (call.away.get(key(call.request)) ?? 0) + 1;
  call.away.set(key(call.request), times);
  if (times > MOST_AWAY) return new WeftError({ class: 'transient', code: 'database_away', message: 'The database is away.' });
  return new WeftError({
    class: 'throttled',
    code: NOT_STARTED,
    message: 'The database was away for a moment.',
    retryAfterMs: AWAY_MS,
  });
}

async function perform(means: HostMeans, call: Call): Promise<EffectResult> {
  call.session.assertLive();
  if (!means.leases.mayStartEffect(call.session.run.id, call.session.claimedAtMs)) {
    call.session.stop({ kind: 'lost' });
    throw stopError({ kind: 'lost' });
  }
  const begin = await prepare(means, call).catch(async (thrown: unknown) => {
    throw isAway(thrown) ? notBegun(call) : ((await leaveToOthers(means, call, thrown)) ?? thrown);
  });
  return begin();
}

/** What has to be in order before anything is asked of the outside. Gives what does so. */
async function prepare(means: HostMeans, call: Call): Promise<() => Promise<EffectResult>> {
  const { session, request } = call;
  const connector = means.connectors.get(request.connector);
  const operation = findOperation(connector, request.operation);
  const safety = operation.kind === 'action' ? (operation.safetyOf?.(request.input) ?? operation.safety) : 'read';
  const connection = await connectionOf(means, call, { connector, isNeeded: operation.needsConnection });
  if (connection?.blocked !== undefined) throw park(call, connection, connection.blocked);
  const calls = connection && means.calls.of(connector, connection);
  await calls?.admit(session.controller.signal);
  if (safety === 'blind' && session.run.createdAt < (means.restoredAt ?? -Infinity)) throw stopAsMaybeSent(call);
  if (safety === 'blind') await beginBlindEffect(means, call, connection);
  const timeoutMs =
    request.timeoutMs ?? (operation.kind === 'action' ? operation.longestMs?.(request.input) : undefined) ?? EFFECT_TIMEOUT_MS;
  return () => runEffect(means, call, { connector, connection, calls, safety, timeoutMs });
}

async function connectionOf(
  means: HostMeans,
  call: Call,
  want: { connector: ConnectorDefinition; isNeeded: boolean },
): Promise<OpenConnection | undefined> {
  const { slot } = call.request;
  const id = slot === undefined ? undefined : call.bindings[slot];
  if (id === undefined) {
    if (!want.isNeeded) return undefined;
    throw new WeftError({
      class: 'auth',
      code: 'connection_missing',
      message: `This step needs a ${want.connector.title} account. Choose one for the workflow${slot === undefined ? '' : ` (${slot})`}.`,
    });
  }
  const connection = await means.connections.open(call.session.run.workspaceId, id);
  if (connection.connector.id === want.connector.id) return connection;
  throw new WeftError({
    class: 'invalid',
    code: 'connection_wrong',
    message: `"${connection.name}" is an account of ${connection.connector.title}; this step needs one of ${want.connector.title}.`,
  });
}

/**
 * An effect that no one can look up is announced first, so that a crash between call and record is noticed. Whether an
 * earlier attempt may have happened is not asked here: such a run has ended as uncertain, by its intent or by the failure.
 */
async function beginBlindEffect(means: HostMeans, call: Call, connection: OpenConnection | undefined): Promise<void> {
  const { session, request } = call;
  const intent = {
    runId: session.run.id,
    path: request.path,
    attempt: request.attempt,
    request: {
      nodeId: request.nodeId,
      connector: request.connector,
      operation: request.operation,
      input: maskSecrets(request.input, [...(connection?.secrets ?? []), ...call.waits.tokens]),
    },
  };
  const isAgain = call.announced.has(key(request));
  call.announced.add(key(request));
  const isRecorded = await recordIntent(means.db.pool, session.run.fence, intent, { isAgain });
  if (isRecorded) return;
  session.stop({ kind: 'lost' });
  throw stopError({ kind: 'lost' });
}

async function runEffect(
  means: HostMeans,
  call: Call,
  use: {
    readonly connector: ConnectorDefinition;
    readonly connection: OpenConnection | undefined;
    readonly calls: VendorCalls | undefined;
    readonly safety: EffectSafety;
    readonly timeoutMs: number;
  },
): Promise<EffectResult> {
  const { session, request } = call;
  const { timeoutMs } = use;
  const progress = createProgressWriter(means.db.pool, session.run, request);
  const tooSlow = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([session.controller.signal, tooSlow]);
  const { context, recorder } = createActionContext({
    connector: use.connector,
    connection: use.connection?.handle,
    policy: means.policy,
    signal,
    ...(use.calls ? { limiter: use.calls.limiter } : {}),
    store: openStoredValues(means.db.pool, session.run.workspaceId),
    idempotencyKey: idempotencyKey(means.box, session, request.path),
    mayHaveHappened: request.mayHaveHappened,
    onProgress: progress.told,
  });
  const secrets = (): readonly string[] => [...(use.connection?.secrets ?? []), ...recorder.learned(), ...call.waits.tokens];
  const startedAt = means.leases.now();
  try {
    const { input, page } = request;
    const called = page
      ? runPage(use.connector, request.operation, { context, input, cursor: page.cursor })
      : runAction(use.connector, request.operation, { context, input });
    const output = await untilAborted<unknown>(called, signal);
    use.calls?.report({ answered: true });
    return { output: maskSecrets(output, secrets()), exchanges: recorder.exchanges() };
  } catch (thrown) {
    call.keep(recorder.exchanges());
    if (session.controller.signal.aborted) throw toWeftError(session.controller.signal.reason);
    if (!tooSlow.aborted && isAway(thrown)) throw awayMeanwhile(call, { safety: use.safety, hasAsked: recorder.exchanges().length > 0 });
    const error = tooSlow.aborted
      ? timedOut(timeoutMs, use.safety !== 'read' && use.safety !== 'pure')
      : masked(toWeftError(thrown), secrets());
    heed(use.calls, error);
    if (use.safety === 'blind' && error.outcomeUnknown) throw stopAsUncertain(call, error);
    if (use.connection && needsReconnect(error)) {
      await means.connections.refuse(use.connection, error.message);
      // Kept also when the run was put aside meanwhile by a step beside this one.
      await session.checkpoint([
        refusedAttempt(request, { error, startedAt, finishedAt: means.leases.now(), exchanges: recorder.exchanges() }),
      ]);
      throw park(call, use.connection, error.message);
    }
    throw error;
  } finally {
    await progress.end();
  }
}

/**
 * The database went away while an operation was at work, as when it reads a token or takes one more call: what had asked
 * nobody anything begins anew, what had is an attempt that failed.
 */
function awayMeanwhile(call: Call, seen: { readonly safety: EffectSafety; readonly hasAsked: boolean }): WeftError {
  if (!seen.hasAsked) return notBegun(call);
  const isWrite = seen.safety !== 'read' && seen.safety !== 'pure';
  const error = new WeftError({
    class: 'transient',
    code: 'database_away',
    message: 'The database was away while this step was at work.',
    outcomeUnknown: isWrite,
  });
  return seen.safety === 'blind' ? stopAsUncertain(call, error) : error;
}

/** What a failure tells about the vendor, for all who call it: whether it is there, and when it may be called again. */
function heed(calls: VendorCalls | undefined, error: WeftError): void {
  if (!calls) return;
  calls.report(error.class === 'transient' ? { answered: false, reason: error.message } : { answered: true });
  // Our own limit needs no pause; a vendor's, such as its calls of a day being used up, holds for all workers.
  if (error.class === 'throttled' && error.code !== 'rate_limited' && error.retryAfterMs !== undefined)
    calls.limiter.pause(error.retryAfterMs);
}

/** Same for every attempt and every worker; a vendor that takes it applies the effect once. */
function idempotencyKey(box: SecretBox, session: RunSession, path: string): string {
  return createHmac('sha256', box.derive(session.run.workspaceId, 'idempotency')).update(`${session.run.id}|${path}`).digest('base64url');
}

/** What this run did between the backup and the loss is not in the database that we have now. */
function stopAsMaybeSent({ session, request }: Call): WeftError {
  const error = new WeftError({
    class: 'conflict',
    code: 'outcome_unknown',
    message: `The database was restored from a backup that is older than the step "${request.nodeId}", which may have been sent before. Look at the other side; then replay the run or leave it.`,
  });
  session.stop({ kind: 'uncertain', error, nodeId: request.nodeId });
  return stopError({ kind: 'lost' });
}

function stopAsUncertain(call: Call, cause: WeftError): WeftError {
  const error = uncertainError(call.request.nodeId, cause.message);
  call.session.stop({ kind: 'uncertain', error, nodeId: call.request.nodeId });
  return stopError({ kind: 'lost' });
}

/** The run waits, as long as it takes, for somebody to reconnect the account; nothing of it has failed. */
function park(call: Call, connection: OpenConnection, why: string): WeftError {
  const reason = `Waits until “${connection.name}” is reconnected. ${why}`;
  call.session.stop({ kind: 'parked', connectionId: connection.id, reason });
  return stopError(call.session.stopped ?? { kind: 'lost' });
}

/** Nothing of the run has failed when only this worker does not know the operation. */
async function leaveToOthers(means: HostMeans, call: Call, thrown: unknown): Promise<WeftError | undefined> {
  const reason = await offeredElsewhere(means.db, call.request, thrown);
  if (reason === undefined) return undefined;
  call.session.stop({ kind: 'unknownHere', reason });
  return stopError(call.session.stopped ?? { kind: 'lost' });
}

/** That an attempt was refused is known, so that its announcement is settled; another follows when the run goes on. */
function refusedAttempt(
  request: EffectRequest,
  seen: { readonly error: WeftError; readonly startedAt: number; readonly finishedAt: number; readonly exchanges: readonly unknown[] },
): StepRecord {
  const { path, nodeId, attempt } = request;
  const { finishedAt } = seen;
  return {
    path,
    nodeId,
    attempt,
    input: recordedInput(request),
    status: 'retrying',
    error: toStoredError(seen.error),
    nextAttemptAt: finishedAt,
    startedAt: seen.startedAt,
    finishedAt,
    exchanges: seen.exchanges,
    ...(request.mayHaveHappened ? { outcomeUnknown: true } : {}),
  };
}

/** The error of a run that stops because nobody can tell whether an effect took place. */
export function uncertainError(nodeId: string, cause?: string): WeftError {
  return new WeftError({
    class: 'conflict',
    code: 'outcome_unknown',
    message: `The step "${nodeId}" was sent, but nobody can tell whether it took place${cause === undefined ? '' : ` (${cause.replace(/\.$/, '')})`}. Look at the other side; then replay the run or leave it.`,
  });
}

function timedOut(timeoutMs: number, outcomeUnknown: boolean): WeftError {
  return new WeftError({
    class: 'transient',
    code: 'timeout',
    message: `No answer within ${Math.round(timeoutMs / 1000)} s.`,
    outcomeUnknown,
  });
}

function masked(error: WeftError, secrets: readonly string[]): WeftError {
  if (secrets.length === 0) return error;
  const text = maskSecrets({ message: error.message, detail: error.detail }, secrets) as { message: string; detail?: unknown };
  return new WeftError({
    class: error.class,
    code: error.code,
    message: text.message,
    outcomeUnknown: error.outcomeUnknown,
    ...(text.detail === undefined ? {} : { detail: text.detail }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.issues === undefined ? {} : { issues: error.issues }),
  });
}

/** A connector that does not heed its signal must not hold the run. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
