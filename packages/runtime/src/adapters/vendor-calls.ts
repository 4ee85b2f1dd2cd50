/**
 * What all workers together may call of one connection: its rate, the pauses its vendor asked for, and a circuit that is
 * open while the vendor fails. The truth is in the database; each worker takes calls in small lots and forgets what it has
 * not used within a second.
 *
 * The circuit opens when of twenty calls or more within half a minute half have failed. While it is open no run calls;
 * each waits as a row, and new events are accepted as ever. Every half minute one call finds out whether the vendor is back.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { burstOf, createRateLimiter } from '@weft/connector-kit';
import type { Allowance, ConnectorDefinition, RateLimiter } from '@weft/connector-kit';
import { pauseBucket, setCircuit, takeCalls } from '@weft/db';
import type { CallsGranted, Database } from '@weft/db';
import { NOT_STARTED } from '@weft/engine';
import { WeftError } from '@weft/errors';
import type { Logger } from '../logger.ts';

/** The calls of one connection. */
export interface VendorCalls {
  readonly limiter: RateLimiter;
  /**
   * Takes the first call of an operation before anything of it has begun. Throws `throttled` with code {@link NOT_STARTED}
   * when it would have to wait for long: the run waits as a row then, and no attempt is used up.
   */
  admit(signal: AbortSignal): Promise<void>;
  /** Tells how an operation ended: whether the vendor answered at all. `reason`: what it did instead. */
  report(outcome: { readonly answered: true } | { readonly answered: false; readonly reason: string }): void;
}

/** The calls of all connections of a worker. */
export interface VendorCallsStore {
  /** Undefined for a connector that declares no rate. */
  of(connector: ConnectorDefinition, connection: { readonly id: string; readonly name: string }): VendorCalls | undefined;
}

const LOT_SECONDS = 0.5;
const LOT_LASTS_MS = 1000;
/** Waits up to this long are sat out before an operation; longer ones free the worker. */
const ADMIT_WAIT_MS = 2000;
const CIRCUIT_WINDOW_MS = 30_000;
const CIRCUIT_CALLS = 20;
const CIRCUIT_OPEN_MS = 30_000;
const CROWD_WINDOW_MS = 10_000;
const LONGEST_SPREAD_MS = 120_000;
/** A vendor that asks for longer is asked again after this, in case it was a mistake. */
const LONGEST_PAUSE_MS = 3_600_000;

/** Makes the store of a worker. */
export function createVendorCalls(means: { readonly db: Database; readonly log: Logger }): VendorCallsStore {
  const known = new Map<string, VendorCalls>();
  return {
    of: (connector, { id, name }) => {
      if (connector.rateLimit === undefined) return undefined;
      let calls = known.get(id);
      if (!calls) {
        calls = openCalls(means, { key: id, name, rate: connector.rateLimit });
        known.set(id, calls);
      }
      return calls;
    },
  };
}

interface Bucket {
  readonly key: string;
  /** Of the connection, for messages. */
  readonly name: string;
  readonly rate: { readonly perMinute: number; readonly concurrent: number };
}

function openCalls(means: { readonly db: Database; readonly log: Logger }, bucket: Bucket): VendorCalls {
  const { db, log } = means;
  const circuit = createCircuitWindow();
  const crowd = createCrowd(bucket.rate.perMinute);
  const failed = (error: unknown): void => log.warn('A pause of a connection could not be kept', { connectionId: bucket.key, error });
  const { allowance, giveBack, isProbing, settleProbe } = createSharedAllowance(db, bucket, failed);
  const limiter = createRateLimiter({ ...bucket.rate, allowance });
  const open = (reason: string): void => {
    log.warn('A vendor fails; its calls wait', { connectionId: bucket.key, reason });
    settleProbe();
    setCircuit(db.pool, bucket.key, { openMs: CIRCUIT_OPEN_MS, reason }).catch(failed);
  };
  return {
    limiter,
    admit: async (signal) => {
      const { waitMs, because } = await allowance.first(ADMIT_WAIT_MS, signal);
      if (because === 'granted') return giveBack(waitMs);
      throw notStarted(bucket.name, waitMs + crowd.spreadMs(), because);
    },
    report: (outcome) => {
      if (isProbing()) {
        if (!outcome.answered) return open(outcome.reason);
        settleProbe();
        circuit.forget();
        setCircuit(db.pool, bucket.key, 'closed').catch(failed);
        return;
      }
      if (circuit.add(outcome.answered)) open(outcome.answered ? '' : outcome.reason);
    },
  };
}

type Refusal = 'paused' | 'circuit' | 'rate';

interface SharedAllowance extends Allowance {
  first(maxWaitMs: number, signal: AbortSignal): Promise<{ readonly waitMs: number; readonly because: 'granted' | Refusal }>;
}

/** Calls taken from the database in lots; those who ask at the same time share one lot. */
function createSharedAllowance(db: Database, bucket: Bucket, onFailure: (error: unknown) => void) {
  const burst = burstOf(bucket.rate);
  const lot = Math.max(1, Math.floor((bucket.rate.perMinute / 60) * LOT_SECONDS));
  /** Waits of the calls in hand, from now. */
  let inHand: { readonly at: number; readonly until: number }[] = [];
  let asking: Promise<CallsGranted> | undefined;
  let waiters = 0;
  let isProbing = false;

  const ask = async (maxWaitMs: number): Promise<CallsGranted> => {
    const want = Math.min(lot, Math.max(1, waiters));
    const answer = await takeCalls(db.pool, {
      key: bucket.key,
      want,
      perMinute: bucket.rate.perMinute,
      burst,
      maxWaitMs,
      probeMs: CIRCUIT_OPEN_MS,
    });
    if (answer.because === 'probe') isProbing = true;
    const at = performance.now() + answer.waitMs;
    for (let call = 0; call < answer.granted; call += 1) inHand.push({ at, until: at + LOT_LASTS_MS });
    return answer;
  };
  const fromHand = (): number | undefined => {
    const now = performance.now();
    inHand = inHand.filter((call) => call.until > now);
    const call = inHand.shift();
    return call && Math.max(0, call.at - now);
  };
  const first: SharedAllowance['first'] = async (maxWaitMs, signal) => {
    const until = performance.now() + maxWaitMs;
    waiters += 1;
    try {
      for (;;) {
        const waitMs = fromHand();
        if (waitMs !== undefined) return { waitMs, because: 'granted' };
        const left = Math.max(0, until - performance.now());
        const answer = await (asking ??= ask(left).finally(() => (asking = undefined)));
        if (answer.granted > 0) continue;
        const because: Refusal = answer.because === 'paused' || answer.because === 'circuit' ? answer.because : 'rate';
        if (answer.waitMs > left) return { waitMs: answer.waitMs, because };
        await delay(answer.waitMs + 1, undefined, { signal });
      }
    } finally {
      waiters -= 1;
    }
  };
  return {
    allowance: {
      first,
      take: async (maxWaitMs, signal) => (await first(maxWaitMs, signal)).waitMs,
      pause: (ms) => {
        inHand = [];
        pauseBucket(db.pool, bucket.key, Math.min(ms, LONGEST_PAUSE_MS)).catch(onFailure);
      },
    } satisfies SharedAllowance as SharedAllowance,
    giveBack: (waitMs: number): void => {
      const at = performance.now() + waitMs;
      inHand.unshift({ at, until: at + LOT_LASTS_MS });
    },
    isProbing: () => isProbing,
    settleProbe: () => {
      isProbing = false;
      inHand = [];
    },
  };
}

/** Counts calls of the last half minute; says when the circuit should open. */
function createCircuitWindow(): { add(answered: boolean): boolean; forget(): void } {
  let startedAt = performance.now();
  let calls = 0;
  let failures = 0;
  const forget = (): void => {
    startedAt = performance.now();
    calls = 0;
    failures = 0;
  };
  return {
    add: (answered) => {
      if (performance.now() - startedAt > CIRCUIT_WINDOW_MS) forget();
      calls += 1;
      if (!answered) failures += 1;
      const opens = !answered && calls >= CIRCUIT_CALLS && failures * 2 >= calls;
      if (opens) forget();
      return opens;
    },
    forget,
  };
}

/**
 * Spreads those who are sent away over the time that serving them takes: sent to the same moment, all would come back
 * together, and all but a few be sent away again.
 */
function createCrowd(perMinute: number): { spreadMs(): number } {
  let startedAt = performance.now();
  let sent = 0;
  let sentBefore = 0;
  return {
    spreadMs: () => {
      if (performance.now() - startedAt > CROWD_WINDOW_MS) {
        startedAt = performance.now();
        sentBefore = sent;
        sent = 0;
      }
      sent += 1;
      const timeToServeMs = (Math.max(sent, sentBefore) / perMinute) * 60_000;
      return Math.random() * Math.min(LONGEST_SPREAD_MS, timeToServeMs);
    },
  };
}

const WHY: Record<Refusal, string> = {
  paused: 'asked us to come later',
  circuit: 'fails at present, so it is left alone for a while',
  rate: 'has used its allowance of calls',
};

function notStarted(name: string, waitMs: number, because: Refusal): WeftError {
  return new WeftError({
    class: 'throttled',
    code: NOT_STARTED,
    message: `“${name}” ${WHY[because]}; it is called again in ${Math.max(1, Math.ceil(waitMs / 1000))} s. Nothing was sent.`,
    retryAfterMs: waitMs,
  });
}
