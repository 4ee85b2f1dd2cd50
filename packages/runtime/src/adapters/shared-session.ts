/**
 * What all processes share of an account, such as its access token, and the renewal of it: one process at a time asks the
 * vendor, with the values as they are by then, and the others take what it got. Without this a refresh token that a vendor
 * replaces at each use would be used twice, which ends it.
 *
 * A renewal is held by writing a name and a time into the account's row. No transaction stays open while a vendor answers;
 * who dies meanwhile loses the hold when its time is over.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionHandle, ConnectionValues } from '@weft/connector-kit';
import type { Database } from '@weft/db';
import { WeftError, notFound } from '@weft/errors';
import type { SecretBox } from '../secrets/sealed-box.ts';

/** What sharing takes. */
export interface ShareMeans {
  readonly db: Database;
  readonly box: SecretBox;
}

/** Where an account is. */
export interface AccountPlace {
  readonly workspaceId: string;
  readonly id: string;
}

/** Longer than asking for a token can take, since nobody else may ask as long as it is held. */
const HELD_SECONDS = 150;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 500;
const STORE_TRIES = 5;

interface Row {
  readonly revision: number;
  readonly public_values: Record<string, string>;
  readonly sealed: Buffer;
  readonly session: Buffer | null;
}

/** A renewal that this process holds. */
export interface Renewal {
  /** The account's values as they are now. */
  readonly values: ConnectionValues;
  readonly row: Row;
  /** Stores what was obtained and ends the hold. */
  store(made: { readonly state?: unknown; readonly replaced?: ConnectionValues | undefined }): Promise<void>;
}

/** Makes `shared` of an account's handle. Throws `transient` when a person has changed the account since it was opened. */
export function shareSession(means: ShareMeans, place: AccountPlace & { readonly revision: number }): ConnectionHandle['shared'] {
  return async (want) => {
    type State = Parameters<typeof want.isGood>[0];
    const usable = (row: Row): State | undefined => {
      if (row.revision !== place.revision) throw changedMeanwhile();
      const state = openState(means, place, row) as State | undefined;
      return state !== undefined && want.isGood(state) ? state : undefined;
    };
    return holdRenewal(means, place, {
      signal: want.signal,
      look: async () => usable(await readRow(means, place)),
      work: async (renewal) => {
        const known = usable(renewal.row);
        if (known !== undefined) return known;
        const made = await want.make(renewal.values);
        await renewal.store(made);
        return made.state;
      },
    });
  };
}

/** Does work that may renew the account, while nobody else does. Before each try `look` may find that it is not needed. */
export async function holdRenewal<Result>(
  means: ShareMeans,
  place: AccountPlace,
  options: {
    readonly signal: AbortSignal;
    readonly look?: () => Promise<Result | undefined>;
    readonly work: (renewal: Renewal) => Promise<Result>;
  },
): Promise<Result> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
    const found = await (options.look ? options.look() : readRow(means, place).then(() => undefined));
    if (found !== undefined) return found;
    const holder = randomUUID();
    const row = await take(means, place, holder);
    if (row !== undefined) {
      try {
        return await options.work(renewalOf(means, place, { row, holder }));
      } finally {
        // Where this does not reach the database the hold ends by its time.
        await letGo(means, place, holder).catch(() => undefined);
      }
    }
    await pause(waitMs * (0.7 + Math.random() * 0.6), undefined, { signal: options.signal }).catch((cause: unknown) => {
      throw new WeftError({ class: 'transient', code: 'renewal_slow', message: 'Another process is still renewing this account.', cause });
    });
  }
}

function renewalOf(means: ShareMeans, place: AccountPlace, held: { readonly row: Row; readonly holder: string }): Renewal {
  const values = { ...held.row.public_values, ...means.box.open(held.row.sealed, sealPlace(place)) };
  return {
    values,
    row: held.row,
    async store({ state, replaced }) {
      const session = state === undefined ? held.row.session : sealState(means, place, state);
      const sealed = replaced === undefined ? held.row.sealed : sealReplaced(means, place, { row: held.row, replaced });
      const statement = `UPDATE connection SET session = $3, sealed = $4, key_id = $5, renew_by = NULL, renew_until = NULL WHERE id = $1 AND renew_by = $2`;
      for (let attempt = 1; ; attempt += 1) {
        try {
          await means.db.pool.query(statement, [place.id, held.holder, session, sealed, means.box.keyId]);
          return;
        } catch (error) {
          // A refresh token that is lost here is lost for good.
          if (attempt === STORE_TRIES) throw error;
          await pause(200 * attempt);
        }
      }
    },
  };
}

function sealReplaced(means: ShareMeans, place: AccountPlace, { row, replaced }: { row: Row; replaced: ConnectionValues }): Buffer {
  return means.box.seal({ ...means.box.open(row.sealed, sealPlace(place)), ...replaced }, sealPlace(place));
}

const sealPlace = (place: AccountPlace) => ({ workspaceId: place.workspaceId, connectionId: place.id });
/** Bound to another place than the values, so that the one cannot be put in the place of the other. */
const statePlace = (place: AccountPlace) => ({ workspaceId: place.workspaceId, connectionId: `${place.id}|session` });

function sealState(means: ShareMeans, place: AccountPlace, state: unknown): Buffer {
  return means.box.seal({ state: JSON.stringify(state) }, statePlace(place));
}

/** Undefined when there is none, and when it was sealed with another master key: then it is made again. */
function openState(means: ShareMeans, place: AccountPlace, row: Row): unknown {
  if (row.session === null) return undefined;
  try {
    return JSON.parse(means.box.open(row.session, statePlace(place))['state'] ?? 'null') as unknown;
  } catch {
    return undefined;
  }
}

const COLUMNS = 'revision, public_values, sealed, session';

async function readRow(means: ShareMeans, place: AccountPlace): Promise<Row> {
  const { rows } = await means.db.pool.query<Row>(`SELECT ${COLUMNS} FROM connection WHERE id = $1 AND workspace_id = $2`, [
    place.id,
    place.workspaceId,
  ]);
  if (rows[0]) return rows[0];
  throw notFound('connection_gone', 'The connection that this step uses was deleted. Choose another one for the workflow.');
}

/** Undefined when another process holds it, or there is no such account. */
async function take(means: ShareMeans, place: AccountPlace, holder: string): Promise<Row | undefined> {
  const { rows } = await means.db.pool.query<Row>(
    `UPDATE connection SET renew_by = $3, renew_until = now() + make_interval(secs => $4)
     WHERE id = $1 AND workspace_id = $2 AND (renew_until IS NULL OR renew_until < now()) RETURNING ${COLUMNS}`,
    [place.id, place.workspaceId, holder, HELD_SECONDS],
  );
  return rows[0];
}

async function letGo(means: ShareMeans, place: AccountPlace, holder: string): Promise<void> {
  await means.db.pool.query('UPDATE connection SET renew_by = NULL, renew_until = NULL WHERE id = $1 AND renew_by = $2', [
    place.id,
    holder,
  ]);
}

function changedMeanwhile(): WeftError {
  return new WeftError({
    class: 'transient',
    code: 'connection_changed',
    message: 'This account was changed while it was being used. It is used anew.',
    retryAfterMs: 0,
  });
}
