/**
 * Accounts: storing them sealed, and trying them.
 */
import { newId } from '@weft/db';
import type { Database } from '@weft/db';
import { createCallContext, createConnectionHandle, publicValues, secretValues } from '@weft/connector-kit';
import type { ConnectorDefinition } from '@weft/connector-kit';
import { WeftError, invalid, notFound, toWeftError } from '@weft/errors';
import type { SecretBox } from '../secrets/sealed-box.ts';
import { maskSecrets } from '../secrets/mask.ts';
import type { CallMeans } from '../triggers/trigger-calls.ts';
import type {
  ConnectionCheckResult,
  ConnectionSaved,
  CreateConnectionRequest,
  TestConnectionRequest,
  UpdateConnectionRequest,
} from './contract.ts';

/** What handling accounts takes. */
export interface ConnectionMeans extends CallMeans {
  readonly db: Database;
  readonly box: SecretBox;
}

type Values = Readonly<Record<string, string>>;

const CHECK_TIMEOUT_MS = 20_000;

/** Stores an account and says whether it works. Throws `invalid` for a form that is not complete. */
export async function createConnection(
  means: ConnectionMeans,
  request: CreateConnectionRequest & { readonly isDemo?: boolean },
): Promise<ConnectionSaved> {
  const connector = means.connectors.get(request.connector);
  const values = checkForm(connector, request.authScheme, request.values);
  const id = newId();
  const place = { workspaceId: request.workspaceId, connectionId: id };
  const check = await tryAccount(means, connector, { id, values });
  const sealed = means.box.seal(secretsOf(connector, values), place);
  const { rowCount } = await means.db.pool.query(
    `INSERT INTO connection(id, workspace_id, connector, auth_scheme, name, public_values, sealed, key_id, status, status_message, account_label, checked_at, is_demo)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now(), $12) ON CONFLICT (workspace_id, name) DO NOTHING`,
    [
      id,
      request.workspaceId,
      connector.id,
      request.authScheme,
      nameOf(request.name),
      JSON.stringify(publicValues(connector, values)),
      sealed,
      means.box.keyId,
      ...statusOf(check),
      request.isDemo ?? false,
    ],
  );
  if (rowCount === 1) return { id, check };
  throw nameTaken(request.name);
}

function nameTaken(name: string): WeftError {
  return new WeftError({
    class: 'conflict',
    code: 'connection_name_taken',
    message: `There is already a connection named "${name}".`,
    issues: [{ path: 'name', message: 'This name is taken.' }],
  });
}

interface Row {
  connector: string;
  auth_scheme: string;
  name: string;
  public_values: Record<string, string>;
  sealed: Buffer;
}

async function readConnection(
  means: ConnectionMeans,
  place: { readonly workspaceId: string; readonly id: string },
): Promise<{ row: Row; values: Values }> {
  const { rows } = await means.db.pool.query<Row>(
    'SELECT connector, auth_scheme, name, public_values, sealed FROM connection WHERE id = $1 AND workspace_id = $2',
    [place.id, place.workspaceId],
  );
  const row = rows[0];
  if (!row) throw notFound('connection_unknown', 'This connection does not exist any more.');
  return {
    row,
    values: { ...row.public_values, ...means.box.open(row.sealed, { workspaceId: place.workspaceId, connectionId: place.id }) },
  };
}

/** Changes name or values of an account; secrets that are left out or empty stay. */
export async function updateConnection(means: ConnectionMeans, request: UpdateConnectionRequest): Promise<ConnectionSaved> {
  const { row, values: old } = await readConnection(means, request);
  const connector = means.connectors.get(row.connector);
  const secrets = new Set(secretFields(connector, row.auth_scheme));
  const changes = Object.entries(request.values ?? {}).filter(([name, value]) => value !== '' || !secrets.has(name));
  const values = checkForm(connector, row.auth_scheme, { ...old, ...Object.fromEntries(changes) });
  const check = await tryAccount(means, connector, { id: request.id, values });
  const sealed = means.box.seal(secretsOf(connector, values), { workspaceId: request.workspaceId, connectionId: request.id });
  const { rowCount } = await means.db.pool.query(
    `UPDATE connection SET name = $3, public_values = $4, sealed = $5, key_id = $6, status = $7, status_message = $8, account_label = $9,
       checked_at = now(), updated_at = now()
     WHERE id = $1 AND workspace_id = $2 AND NOT EXISTS (SELECT FROM connection o WHERE o.workspace_id = $2 AND o.name = $3 AND o.id <> $1)`,
    [
      request.id,
      request.workspaceId,
      request.name === undefined ? row.name : nameOf(request.name),
      JSON.stringify(publicValues(connector, values)),
      sealed,
      means.box.keyId,
      ...statusOf(check),
    ],
  );
  if (rowCount !== 1) throw nameTaken(request.name ?? row.name);
  means.connections.forget(request.id);
  return { id: request.id, check };
}

/** Tries a stored account, whose status is kept, or values that are not stored yet. */
export async function testConnection(means: ConnectionMeans, request: TestConnectionRequest): Promise<ConnectionCheckResult> {
  if (!('id' in request)) {
    const connector = means.connectors.get(request.connector);
    return tryAccount(means, connector, { id: newId(), values: checkForm(connector, request.authScheme, request.values) });
  }
  const { row, values } = await readConnection(means, request);
  const check = await tryAccount(means, means.connectors.get(row.connector), { id: request.id, values });
  await means.db.pool.query(
    'UPDATE connection SET status = $2, status_message = $3, account_label = coalesce($4, account_label), checked_at = now() WHERE id = $1',
    [request.id, ...statusOf(check)],
  );
  return check;
}

/** With a handle of its own: what the account answers now must not come from a token of before. */
async function tryAccount(
  means: ConnectionMeans,
  connector: ConnectorDefinition,
  account: { readonly id: string; readonly values: Values },
): Promise<ConnectionCheckResult> {
  if (!connector.check) return { ok: true, account: connector.title };
  const handle = createConnectionHandle(account);
  const secrets = secretValues(connector, account.values);
  try {
    const { context } = createCallContext({
      connector,
      connection: handle,
      policy: means.policy,
      signal: AbortSignal.timeout(CHECK_TIMEOUT_MS),
    });
    // Masking changes texts and no shape.
    return maskSecrets(await connector.check(context), secrets) as ConnectionCheckResult;
  } catch (thrown) {
    return { ok: false, message: String(maskSecrets(toWeftError(thrown).message, secrets)) };
  }
}

function statusOf(check: ConnectionCheckResult): [string, string | null, string | null] {
  return check.ok ? ['ok', check.detail ?? null, check.account] : ['failed', check.message, null];
}

function schemeOf(connector: ConnectorDefinition, id: string): ConnectorDefinition['auth'][number] {
  const scheme = connector.auth.find((candidate) => candidate.id === id);
  if (scheme) return scheme;
  throw invalid('auth_scheme_unknown', `${connector.title} has no way to connect called "${id}".`);
}

function secretFields(connector: ConnectorDefinition, schemeId: string): string[] {
  return schemeOf(connector, schemeId).fields.flatMap((field) => (field.kind === 'secret' ? [field.name] : []));
}

/** The values of the form's own fields, trimmed. Throws `invalid` with an issue per missing field. */
function checkForm(connector: ConnectorDefinition, schemeId: string, values: Values): Record<string, string> {
  const { fields } = schemeOf(connector, schemeId);
  const entries = fields.map((field) => [field.name, (values[field.name] ?? field.initial ?? '').trim()] as const);
  const filled = Object.fromEntries(entries.filter(([, value]) => value !== ''));
  const missing = fields.filter((field) => field.required && filled[field.name] === undefined);
  if (missing.length === 0) return filled;
  const issues = missing.map((field) => ({ path: `values.${field.name}`, message: `${field.label} is needed.` }));
  throw invalid('form_incomplete', `Fill in ${missing.map((field) => field.label).join(', ')}.`, issues);
}

function secretsOf(connector: ConnectorDefinition, values: Values): Record<string, string> {
  const shown = publicValues(connector, values);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(shown, name)));
}

function nameOf(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw invalid('name_missing', 'Give the connection a name.', [{ path: 'name', message: 'A name is needed.' }]);
  return trimmed.slice(0, 200);
}
