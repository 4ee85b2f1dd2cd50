/**
 * How much of a connection's rate is left, for all workers together: see the table `rate_bucket`.
 */
import type { Queryable } from '../database.ts';

/** What a request for calls gave: calls that may be made in `waitMs` milliseconds. `granted` 0: ask again then. */
export interface CallsGranted {
  readonly granted: number;
  readonly waitMs: number;
  /** `probe`: the circuit is open, and the one call that was granted finds out whether the vendor is back. */
  readonly because: 'paused' | 'circuit' | 'probe' | null;
}

/**
 * Takes up to `want` calls from a bucket; one at least, if it may be made within `maxWaitMs`. An open circuit lets one call
 * pass every `probeMs`.
 */
export async function takeCalls(
  db: Queryable,
  options: {
    readonly key: string;
    readonly want: number;
    readonly perMinute: number;
    readonly burst: number;
    readonly maxWaitMs: number;
    readonly probeMs: number;
  },
): Promise<CallsGranted> {
  const { rows } = await db.query<{ granted: number; wait_ms: number; because: CallsGranted['because'] }>({
    name: 'take-calls',
    text: 'SELECT granted, wait_ms, because FROM weft_take_calls($1, $2, $3, $4, $5, $6)',
    values: [options.key, options.want, options.perMinute, options.burst, options.maxWaitMs, options.probeMs],
  });
  const row = rows[0];
  return { granted: row?.granted ?? 0, waitMs: row?.wait_ms ?? 0, because: row?.because ?? null };
}

/** Nobody calls for this long; a longer pause that is known already stays. */
export async function pauseBucket(db: Queryable, key: string, ms: number): Promise<void> {
  await db.query(
    `INSERT INTO rate_bucket(key, tokens, refilled_at, paused_until) VALUES ($1, 0, now(), now() + make_interval(secs => $2::float8 / 1000))
     ON CONFLICT (key) DO UPDATE SET paused_until = greatest(rate_bucket.paused_until, excluded.paused_until)`,
    [key, ms],
  );
}

/** Makes a bucket full again, its pause forgotten and its circuit closed. */
export async function forgetBucket(db: Queryable, key: string): Promise<void> {
  await db.query('DELETE FROM rate_bucket WHERE key = $1', [key]);
}

/** Opens the circuit for `ms`, or closes it. `reason`: what the vendor did, in a few words. */
export async function setCircuit(
  db: Queryable,
  key: string,
  state: { readonly openMs: number; readonly reason: string } | 'closed',
): Promise<void> {
  if (state === 'closed') {
    await db.query('UPDATE rate_bucket SET circuit_open_until = NULL, circuit_reason = NULL WHERE key = $1', [key]);
    return;
  }
  await db.query(
    `INSERT INTO rate_bucket(key, tokens, refilled_at, circuit_open_until, circuit_reason)
     VALUES ($1, 0, now(), now() + make_interval(secs => $2::float8 / 1000), $3)
     ON CONFLICT (key) DO UPDATE SET circuit_open_until = excluded.circuit_open_until, circuit_reason = excluded.circuit_reason`,
    [key, state.openMs, state.reason.slice(0, 300)],
  );
}
