/**
 * Looks at each account from time to time, so that people learn of a key that was taken away before the work does, and so
 * that what waits for an account goes on once its vendor takes it again. Any worker may look at any account.
 */
import { toWeftError } from '@weft/errors';
import type { Logger } from '../logger.ts';
import { CHECK_EVERY_S, noteCheck } from '../rpc/account-store.ts';
import type { ConnectionMeans } from '../rpc/account-store.ts';
import type { ConnectionCheckResult } from '../rpc/contract.ts';
import { tryStored } from '../rpc/try-account.ts';

/** Options of {@link startHealthChecks}. */
export interface HealthCheckOptions extends ConnectionMeans {
  readonly log: Logger;
  /** Time between two looks at an account that works. */
  readonly everyMs?: number;
  /** Accounts looked at together. */
  readonly limit?: number;
}

const LOOK_MS = 5000;
const LIMIT = 4;
/** Who dies while looking is replaced after this. */
const LOOK_AGAIN_S = 120;

interface DueAccount {
  readonly id: string;
  readonly workspace_id: string;
  readonly name: string;
  readonly revision: number;
  readonly status: string;
}

const CLAIM = `
UPDATE connection AS c SET next_check_at = now() + make_interval(secs => ${LOOK_AGAIN_S}) FROM (
  SELECT id FROM connection WHERE next_check_at <= now() ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED
) AS due WHERE c.id = due.id RETURNING c.id, c.workspace_id, c.name, c.revision, c.status`;

/** Starts looking. */
export function startHealthChecks(options: HealthCheckOptions): { close(): Promise<void> } {
  const everyS = options.everyMs === undefined ? CHECK_EVERY_S : options.everyMs / 1000;
  let looking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    await options.connections.flushUsage();
    const { rows } = await options.db.pool.query<DueAccount>(CLAIM, [options.limit ?? LIMIT]);
    await Promise.all(rows.map((account) => checkOne(options, account, everyS)));
  };
  const timer = setInterval(
    () => {
      looking ??= look()
        .catch((error: unknown) => options.log.warn('Accounts could not be looked at', { error }))
        .finally(() => (looking = undefined));
    },
    Math.min(LOOK_MS, options.everyMs ?? LOOK_MS),
  );
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
      await options.connections.flushUsage().catch(() => undefined); // a number that the next look tells as well
    },
  };
}

async function checkOne(options: HealthCheckOptions, account: DueAccount, everyS: number): Promise<void> {
  const place = { workspaceId: account.workspace_id, id: account.id, revision: account.revision };
  const check = await askAccount(options, account);
  const states = await noteCheck(options, place, check, { everyS });
  if (states === undefined) return;
  const { before, after } = states;
  const facts = { connectionId: account.id, connection: account.name };
  if (after === 'ok' && before !== 'ok' && before !== 'unchecked') options.log.info('An account works again', facts);
  if (!check.ok && before === 'ok') options.log.warn('An account does not work', { ...facts, why: check.message });
}

async function askAccount(options: HealthCheckOptions, account: DueAccount): Promise<ConnectionCheckResult> {
  try {
    const connection = await options.connections.open(account.workspace_id, account.id, { isFresh: true });
    // A token of before may outlive what it was obtained with; where that was refused only a new one tells.
    return await tryStored(options, connection, { afresh: account.status === 'reconnect' });
  } catch (thrown) {
    return { ok: false, message: toWeftError(thrown).message };
  }
}
