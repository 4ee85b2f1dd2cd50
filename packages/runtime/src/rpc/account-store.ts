/**
 * Accounts in the database: what may be shown in clear, all else sealed.
 */
import { publicValues } from '@weft/connector-kit';
import type { ConnectionValues, ConnectorDefinition } from '@weft/connector-kit';
import type { Database } from '@weft/db';
import { WeftError, notFound } from '@weft/errors';
import type { SecretBox } from '../secrets/sealed-box.ts';
import type { CallMeans } from '../triggers/trigger-calls.ts';
import { nameOf, secretsOf } from './account-form.ts';
import type { ConnectionCheckResult } from './contract.ts';

/** What handling accounts takes. */
export interface ConnectionMeans extends CallMeans {
  readonly db: Database;
  readonly box: SecretBox;
}

/** An account with its values, secrets included. */
export interface StoredAccount {
  readonly connector: ConnectorDefinition;
  readonly authScheme: string;
  readonly name: string;
  readonly values: ConnectionValues;
}

/** Where an account is. */
export interface AccountPlace {
  readonly workspaceId: string;
  readonly id: string;
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
  account: StoredAccount & { readonly check: ConnectionCheckResult; readonly isDemo?: boolean },
): Promise<void> {
  const { rowCount } = await means.db.pool.query(
    `INSERT INTO connection(id, workspace_id, name, public_values, sealed, key_id, status, status_message, account_label, checked_at, connector, auth_scheme, is_demo)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now(), $10, $11, $12) ON CONFLICT (workspace_id, name) DO NOTHING`,
    [...columnsOf(means, place, account), account.connector.id, account.authScheme, account.isDemo ?? false],
  );
  if (rowCount !== 1) throw nameTaken(account.name);
}

/** Replaces name, values and state of an account. Throws `conflict` when the name is taken. */
export async function replaceAccount(
  means: ConnectionMeans,
  place: AccountPlace,
  account: StoredAccount & { readonly check: ConnectionCheckResult },
): Promise<void> {
  const { rowCount } = await means.db.pool.query(
    `UPDATE connection SET name = $3, public_values = $4, sealed = $5, key_id = $6, status = $7, status_message = $8, account_label = $9,
       checked_at = now(), updated_at = now()
     WHERE id = $1 AND workspace_id = $2 AND NOT EXISTS (SELECT FROM connection o WHERE o.workspace_id = $2 AND o.name = $3 AND o.id <> $1)`,
    columnsOf(means, place, account),
  );
  if (rowCount !== 1) throw nameTaken(account.name);
  means.connections.forget(place.id);
}

/** Keeps what a test of a stored account found. */
export async function noteCheck(means: ConnectionMeans, place: AccountPlace, check: ConnectionCheckResult): Promise<void> {
  await means.db.pool.query(
    `UPDATE connection SET status = $3, status_message = $4, account_label = coalesce($5, account_label), checked_at = now()
     WHERE id = $1 AND workspace_id = $2`,
    [place.id, place.workspaceId, ...statusOf(check)],
  );
}

function columnsOf(
  means: ConnectionMeans,
  place: AccountPlace,
  account: StoredAccount & { readonly check: ConnectionCheckResult },
): unknown[] {
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

function statusOf(check: ConnectionCheckResult): [string, string | null, string | null] {
  return check.ok ? ['ok', check.detail ?? null, check.account] : ['failed', check.message, null];
}

function nameTaken(name: string): WeftError {
  return new WeftError({
    class: 'conflict',
    code: 'connection_name_taken',
    message: `There is already a connection named "${name}".`,
    issues: [{ path: 'name', message: 'This name is taken.' }],
  });
}
