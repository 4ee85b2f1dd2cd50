/** The mutants, each with the test that notices. */
import type { Mutant } from './mutant.ts';

export const mutants: readonly Mutant[] = [
  {
    id: 'no-fence',
    without: 'the fence in what a worker writes',
    file: 'packages/db/src/hot/write-statements.ts',
    replace: ' AND fence = (${fences})[array_position(${ids}, id)]`;',
    by: ' AND ${fences} IS NOT NULL`;',
    test: 'R-04b',
    sees: /writes that were taken from a worker that had lost its run/,
  },
  {
    id: 'early-answer',
    without: 'waiting for the commit before an event is acknowledged',
    file: 'packages/runtime/src/runs/accept-runs.ts',
    replace: 'if (attempt === 0) return await acceptRunGroup(db, events);',
    by: `if (attempt === 0) {
        void acceptRunGroup(db, events).catch(() => {});
        return events.map(({ id }) => ({ runId: id, duplicate: false }));
      }`,
    test: 'R-15',
    sees: /lost \d/,
  },
  {
    id: 'trusted-hint',
    without: 'workers that look by themselves, whether or not a hint came',
    file: 'packages/runtime/src/runs/claimer.ts',
    replace: 'const idle = setInterval(() => void wake(), IDLE_MS * (0.8 + Math.random() * 0.4));',
    by: 'const idle = setInterval(() => {}, IDLE_MS);',
    test: 'P2',
    sees: /nobody had taken up/,
  },
  {
    id: 'no-renewal',
    without: 'the renewal of leases, which the worker believes in',
    file: 'packages/runtime/src/runs/lease-thread.ts',
    replace: 'const { renewed, cancelled } = await renewLeases(connection, { worker, runIds, leaseMs });',
    by: 'const { renewed, cancelled } = await renewLeases(connection, { worker: `not ${worker}`, runIds, leaseMs });',
    test: 'R-33',
    sees: /calls that were made twice/,
  },
  {
    id: 'no-self-fence',
    without: 'the doubt about leases after a worker has slept',
    file: 'packages/runtime/src/runs/lease-keeper.ts',
    replace: 'return monotonicMs() - renewedAt < options.leaseMs * SELF_FENCE;',
    by: 'return renewedAt > 0;',
    test: 'R-04b',
    sees: /calls that a worker began which had lost its run/,
  },
  {
    id: 'no-lapse',
    without: 'the look which leases a worker lost while it slept',
    file: 'packages/runtime/src/runs/lease-thread.ts',
    replace: 'if (monotonicMs() - Atomics.load(cells, LAST_RENEWAL) < BigInt(trustedMs)) {',
    by: 'if (trustedMs > 0) {',
    test: 'R-04b',
    sees: /calls that a worker began which had lost its run/,
  },
  {
    id: 'unguarded-claim',
    without: 'the look at the lease when a running run is taken over',
    file: 'packages/db/src/hot/claim-runs.ts',
    replace: "SELECT id FROM run WHERE status = 'running' AND lease_until < now() AND recovery_count < ${ISOLATE_AT - 1}",
    by: "SELECT id FROM run WHERE status = 'running' AND recovery_count < ${ISOLATE_AT - 1}",
    test: 'R-33',
    sees: /calls that were made twice/,
  },
  {
    id: 'no-intent',
    without: 'the intent before a call that nobody can look up',
    file: 'packages/runtime/src/adapters/engine-host.ts',
    replace: "if (safety === 'blind') await beginBlindEffect(means, call, connection);",
    by: 'void beginBlindEffect;',
    test: 'R-01',
    sees: /silentTwice \d/,
  },
  {
    id: 'no-dedup',
    without: 'the look whether an event was accepted before',
    file: 'packages/db/src/hot/accept-runs.ts',
    replace: 'const isKeyed = events.some((event) => event.row.dedupKey !== undefined);',
    by: 'const isKeyed = false;',
    test: 'R-39',
    sees: /doubled \d/,
  },
  {
    id: 'no-read-back',
    without: 'the look whether a commit without an answer has landed',
    file: 'packages/runtime/src/runs/accept-runs.ts',
    replace: 'return (await readBackAccepted(db.pool, events)) ?? (await acceptRunGroup(db, events));',
    by: 'return await acceptRunGroup(db, events);',
    test: 'R-18',
    sees: /refused although their runs were accepted/,
  },
  {
    id: 'key-per-attempt',
    without: 'the one key for all attempts of a step',
    file: 'packages/runtime/src/adapters/engine-host.ts',
    replace: 'idempotencyKey: idempotencyKey(means.box, session, request.path),',
    by: 'idempotencyKey: idempotencyKey(means.box, session, `${request.path}#${request.attempt}`),',
    test: 'R-35',
    sees: /keyedTwice \d/,
  },
  {
    id: 'deaf-to-cancel',
    without: 'the look whether somebody asked to cancel',
    file: 'packages/runtime/src/runs/run-session.ts',
    replace:
      "this.controller.abort(new WeftError({ class: 'cancelled', code: 'cancel_requested', message: 'Somebody cancelled this run.' }));",
    by: 'void WeftError;',
    test: 'R-37',
    sees: /effects begun|neither cancelled/,
  },
  {
    id: 'unlocked-claim',
    without: 'the lock on a queued run while it is claimed',
    file: 'packages/db/src/hot/claim-runs.ts',
    replace: `
    FOR UPDATE SKIP LOCKED
  ) AS share`,
    by: `
  ) AS share`,
    test: 'R-11',
    sees: /runs that were claimed more than once/,
  },
  {
    id: 'early-hand-over',
    without: 'waiting for the commit before a worker is told of a run',
    file: 'packages/runtime/src/runs/accept-runs.ts',
    replace: 'accepted = await acceptSurely(db, assigned);',
    by: `links?.handOver(
      assigned.flatMap((event, index) => {
        const reservation = reservations[index];
        return reservation ? [{ event, reservation, accepted: { runId: event.id, duplicate: false, acceptedAt: Date.now() } }] : [];
      }),
    );
    accepted = await acceptSurely(db, assigned);`,
    test: 'R-12',
    sees: /calls that were made twice/,
  },
  {
    id: 'hasty-exit',
    without: 'the giving back of runs by a worker that is told to end',
    file: 'packages/runtime/src/worker.ts',
    replace: ', claimer.drain(options.drainMs ?? 20_000)]);',
    by: ']);',
    test: 'R-36',
    sees: /crashes charged|did not succeed/,
  },
  {
    id: 'stale-turn',
    without: 'the look whether a trigger was changed during its turn',
    file: 'packages/db/src/hot/triggers.ts',
    replace: 'WHERE id = $1 AND fence = $2 AND enabled`;',
    by: 'WHERE id = $1 AND $2::bigint IS NOT NULL`;',
    test: 'R-27',
    sees: /times that fired although they should not [^ ]/,
  },
];
