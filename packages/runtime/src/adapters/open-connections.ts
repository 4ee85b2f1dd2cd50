/**
 * Connections as the worker uses them: unsealed in memory, one handle per account, so that runs share access tokens and
 * rate limits.
 */
import type { Database } from '@weft/db';
import { notFound } from '@weft/errors';
import { createConnectionHandle, secretValues } from '@weft/connector-kit';
import type { ConnectionHandle, ConnectionValues, ConnectorDefinition } from '@weft/connector-kit';
import type { SecretBox } from '../secrets/sealed-box.ts';
import type { ConnectorRegistry } from './connector-registry.ts';

/** An account ready to be used. */
export interface OpenConnection {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly authScheme: string;
  readonly connector: ConnectorDefinition;
  readonly handle: ConnectionHandle;
  /** Values that must never be stored or shown. */
  readonly secrets: readonly string[];
}

export interface OpenConnections {
  /** Throws `notFound` when the workspace has no such connection. */
  open(workspaceId: string, connectionId: string): Promise<OpenConnection>;
  /** Forgets one whose values changed. */
  forget(connectionId: string): void;
}

interface Cached {
  readonly connection: OpenConnection;
  readonly version: string;
  checkedAt: number;
}

interface Row {
  id: string;
  connector: string;
  auth_scheme: string;
  name: string;
  public_values: Record<string, string>;
  sealed: Buffer;
  version: string;
}

/** How long a connection is used without looking whether another process changed it. */
const TRUSTED_MS = 2000;

/** Makes the store of a worker. */
export function createOpenConnections(options: {
  readonly db: Database;
  readonly box: SecretBox;
  readonly connectors: ConnectorRegistry;
}): OpenConnections {
  const { db, box, connectors } = options;
  const cache = new Map<string, Cached>();
  const loading = new Map<string, Promise<OpenConnection>>();

  const load = async (workspaceId: string, id: string): Promise<OpenConnection> => {
    const { rows } = await db.pool.query<Row>(
      `SELECT id, connector, auth_scheme, name, public_values, sealed, md5(encode(sealed, 'hex') || public_values::text) AS version
       FROM connection WHERE id = $1 AND workspace_id = $2`,
      [id, workspaceId],
    );
    const row = rows[0];
    if (!row) {
      cache.delete(id);
      throw notFound('connection_gone', 'The connection that this step uses was deleted. Choose another one for the workflow.');
    }
    const known = cache.get(id);
    if (known?.version === row.version) {
      known.checkedAt = performance.now();
      return known.connection;
    }
    const connection = openRow(row, workspaceId, {
      box,
      connectors,
      save: (changed) => saveValues({ db, box, connectors }, { workspaceId, id }, changed),
    });
    cache.set(id, { connection, version: row.version, checkedAt: performance.now() });
    return connection;
  };

  return {
    open: async (workspaceId, id) => {
      const known = cache.get(id);
      if (known?.connection.workspaceId === workspaceId && performance.now() - known.checkedAt < TRUSTED_MS) return known.connection;
      const key = `${workspaceId}|${id}`;
      const flight = loading.get(key) ?? load(workspaceId, id).finally(() => loading.delete(key));
      loading.set(key, flight);
      return flight;
    },
    forget: (id) => void cache.delete(id),
  };
}

function openRow(
  row: Row,
  workspaceId: string,
  means: { readonly box: SecretBox; readonly connectors: ConnectorRegistry; readonly save: (changed: ConnectionValues) => Promise<void> },
): OpenConnection {
  const connector = means.connectors.get(row.connector);
  const values = { ...row.public_values, ...means.box.open(row.sealed, { workspaceId, connectionId: row.id }) };
  return {
    id: row.id,
    workspaceId,
    name: row.name,
    authScheme: row.auth_scheme,
    connector,
    handle: createConnectionHandle({ id: row.id, values, save: means.save }),
    secrets: secretValues(connector, values),
  };
}

/** Stores values that the vendor has replaced, such as a rotated refresh token. */
async function saveValues(
  means: { readonly db: Database; readonly box: SecretBox; readonly connectors: ConnectorRegistry },
  place: { readonly workspaceId: string; readonly id: string },
  changed: ConnectionValues,
): Promise<void> {
  await means.db.transaction(async (client) => {
    const { rows } = await client.query<{ sealed: Buffer }>(
      'SELECT sealed FROM connection WHERE id = $1 AND workspace_id = $2 FOR UPDATE',
      [place.id, place.workspaceId],
    );
    const row = rows[0];
    if (!row) return;
    const where = { workspaceId: place.workspaceId, connectionId: place.id };
    const sealed = means.box.seal({ ...means.box.open(row.sealed, where), ...changed }, where);
    await client.query('UPDATE connection SET sealed = $2, key_id = $3 WHERE id = $1', [place.id, sealed, means.box.keyId]);
  });
}
