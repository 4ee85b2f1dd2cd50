/**
 * Accounts in the database: what may be shown in clear, all else sealed.
 */
import { publicValues } from '@weft/connector-kit';
import type { ConnectionValues, ConnectorDefinition } from '@weft/connector-kit';
import type { Queryable } from '@weft/db';
import { WeftError, notFound } from '@weft/errors';
import type { AccountPlace, ShareMeans } from '../adapters/shared-session.ts';
import type { CallMeans } from '../triggers/trigger-calls.ts';
import { nameOf, secretsOf } from './account-form.ts';
import type { ConnectionCheckResult } from './contract.ts';

/** What handling accounts takes. */
export interface ConnectionMeans extends CallMeans, ShareMeans {}

/** An account with its values, secrets included. */
export interface StoredAccount {
  readonly connector: ConnectorDefinition;
  readonly authScheme: string;
  readonly name: string;
  readonly values: ConnectionValues;
}

/** What is stored beside an account's values. */
interface AccountFacts {
  readonly check: ConnectionCheckResult;
  /** When its secret or certificate ends; null is not known, absent keeps what is stored. */
  readonly expiresAt?: string | null | undefined;
}

interface Row {
  connector: string;
  auth_scheme: string;
  name: string;
  public_values: Record<string, string>;
  sealed: Buffer;
}

/** Reads an account. Throws `notFound` when the workspace has none of this id. */
export async function readAccount(means: ConnectionMeans, place: AccountPlace): Promise<StoredAccount> {
  const { rows } = await means.db.pool.query<Row>(
    'SELECT connector, auth_scheme, name, public_values, sealed FROM connection WHERE id = $1 AND workspace_id = $2',
    [place.id, place.workspaceId],
  );
  const row = rows[0];
  if (!row) throw notFound('connection_unknown', 'This connection does not exist any more.');
  return {
    connector: means.connectors.get(row.connector),
    authScheme: row.auth_scheme,
    name: row.name,
    values: { ...row.public_values, ...means.box.open(row.sealed, { workspaceId: place.workspaceId, connectionId: place.id }) },
  };
}

/** Stores a new account with what its test found. Throws `conflict` when the name is taken. */
export async function insertAccount(
  means: ConnectionMeans,
  place: AccountPlace,
  account: StoredAccount & AccountFacts & { readonly isDemo?: boolean },
): Promise<void> {
  const { rowCount } = await means.db.pool.query(
    `INSERT INTO connection(id, workspace_id, name, public_values, sealed, key_id, status, status_message, account_label, usage, expires_at,
       checked_at, next_check_at, connector, auth_scheme, is_demo)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now(), now() + make_interval(secs => ${CHECK_EVERY_S}), $12, $13, $14)
     ON CONFLICT (workspace_id, name) DO NOTHING`,
    [...columnsOf(means, place, account), endOf(account) ?? null, account.connector.id, account.authScheme, account.isDemo ?? false],
  );
  if (rowCount !== 1) throw nameTaken(account.name);
}

/** Replaces name, values and state of an account. What processes share of the old one is gone. Throws `conflict` when the name is taken. */
export async function replaceAccount(means: ConnectionMeans, place: AccountPlace, account: StoredAccount & AccountFacts): Promise<void> {
  const expiresAt = endOf(account);
  await means.db.transaction(async (client) => {
    const { rowCount } = await client.query(
      `UPDATE connection SET name = $3, public_values = $4, sealed = $5, key_id = $6, status = $7, status_message = $8, account_label = $9,
         usage = coalesce($10, usage), expires_at = CASE WHEN $11 THEN $12::timestamptz ELSE expires_at END, checked_at = now(),
         next_check_at = now() + make_interval(secs => ${CHECK_EVERY_S}), check_failures = 0, updated_at = now(),
         revision = revision + 1, session = NULL, renew_by = NULL, renew_until = NULL
       WHERE id = $1 AND workspace_id = $2 AND NOT EXISTS (SELECT FROM connection o WHERE o.workspace_id = $2 AND o.name = $3 AND o.id <> $1)`,
      [...columnsOf(means, place, account), expiresAt !== undefined, expiresAt ?? null],
    );
    if (rowCount !== 1) throw nameTaken(account.name);
    if (account.check.ok) await wakeTriggersOf(client, place.id);
  });
  means.connections.forget(place.id);
}

/** Between two looks at an account. One that failed is looked at sooner at first. */
export const CHECK_EVERY_S = 900;
const FIRST_LOOK_AGAIN_S = 60;

/**
 * Keeps what a test of a stored account found, unless the account was changed meanwhile. Gives the status before and after, and
 * undefined when it was changed. An account that a call has found refused stays so where the test proves nothing or never
 * reached the vendor, since what waits for it would only be refused again; `byPerson` says that somebody asked, whom it is
 * left to.
 */
export async function noteCheck(
  means: ConnectionMeans,
  place: AccountPlace & { readonly revision: number },
  check: ConnectionCheckResult,
  options: { readonly everyS?: number; readonly byPerson?: boolean } = {},
): Promise<{ readonly before: string; readonly after: string } | undefined> {
  const [status, message, label, usage] = statusOf(check);
  const keepsRefusal = check.ok
    ? check.unproven === true && options.byPerson !== true
    : check.unproven === true || check.reconnect !== true;
  const everyS = options.everyS ?? CHECK_EVERY_S;
  return means.db.transaction(async (client) => {
    const { rows } = await client.query<{ before: string; after: string }>(
      `WITH old AS MATERIALIZED (
         SELECT id, status AS before, $11 AND status = 'reconnect' AS is_kept
         FROM connection WHERE id = $1 AND workspace_id = $2 AND revision = $3 FOR NO KEY UPDATE)
       UPDATE connection c SET status = CASE WHEN is_kept THEN status ELSE $4 END, status_message = CASE WHEN is_kept THEN status_message ELSE $5 END,
         account_label = coalesce($6, account_label), usage = coalesce($7::jsonb, usage), expires_at = coalesce($8::timestamptz, expires_at),
         checked_at = now(), check_failures = CASE WHEN $4 = 'ok' AND NOT is_kept THEN 0 ELSE check_failures + 1 END,
         next_check_at = now() + make_interval(secs =>
           CASE WHEN $4 = 'ok' AND NOT is_kept THEN $9::float8 ELSE least($9::float8, $10::float8 * 2 ^ least(check_failures, 8)) END)
       FROM old WHERE c.id = old.id RETURNING before, c.status AS after`,
      [
        place.id,
        place.workspaceId,
        place.revision,
        status,
        message,
        label,
        usage,
        endKnownBy(check) ?? null,
        everyS,
        Math.min(everyS, FIRST_LOOK_AGAIN_S),
        keepsRefusal,
      ],
    );
    const [states] = rows;
    if (states?.after === 'ok' && states.before !== 'ok') await wakeTriggersOf(client, place.id);
    return states;
  });
}

/** Triggers that have failed by this account look again now, rather than when their patience ends. */
async function wakeTriggersOf(client: Queryable, connectionId: string): Promise<void> {
  await client.query(
    `UPDATE trigger_binding SET next_due_at = now() WHERE connection_id = $1 AND enabled AND failures > 0 AND next_due_at > now()`,
    [connectionId],
  );
}

function columnsOf(means: ConnectionMeans, place: AccountPlace, account: StoredAccount & AccountFacts): unknown[] {
  const { connector, values } = account;
  return [
    place.id,
    place.workspaceId,
    nameOf(account.name),
    JSON.stringify(publicValues(connector, values)),
    means.box.seal(secretsOf(connector, values), { workspaceId: place.workspaceId, connectionId: place.id }),
    means.box.keyId,
    ...statusOf(account.check),
  ];
}

/** Status, message, label and usage. */
function statusOf(check: ConnectionCheckResult): [string, string | null, string | null, string | null] {
  if (!check.ok) return [check.reconnect === true ? 'reconnect' : 'failed', check.message, null, null];
  const usage = check.usage && JSON.stringify({ ...check.usage, at: new Date().toISOString() });
  return ['ok', check.detail ?? null, check.account, usage ?? null];
}

/** What the credentials tell themselves goes before what a person has entered. Undefined keeps what is stored. */
function endOf(facts: AccountFacts): string | null | undefined {
  return endKnownBy(facts.check) ?? facts.expiresAt;
}

const endKnownBy = (check: ConnectionCheckResult): string | undefined => (check.ok ? check.expiresAt : undefined);

function nameTaken(name: string): WeftError {
  return new WeftError({
    class: 'conflict',
    code: 'connection_name_taken',
    message: `There is already a connection named "${name}".`,
    issues: [{ path: 'name', message: 'This name is taken.' }],
  });
}
