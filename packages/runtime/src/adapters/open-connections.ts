/**
 * Connections as the worker uses them: unsealed in memory, one handle per account, so that runs share look-ups and rate
 * limits. Access tokens are shared by all workers.
 */
import type { Database } from '@weft/db';
import { notFound } from '@weft/errors';
import { createConnectionHandle, secretValues } from '@weft/connector-kit';
import type { ApiUsage, ConnectionHandle, ConnectorDefinition } from '@weft/connector-kit';
import type { SecretBox } from '../secrets/sealed-box.ts';
import type { ConnectorRegistry } from './connector-registry.ts';
import { shareSession } from './shared-session.ts';

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
  /** Counts what people change. */
  readonly revision: number;
  /** Why nothing can be done with it until a person has reconnected it; undefined when it can be used. */
  readonly blocked: string | undefined;
}

export interface OpenConnections {
  /** Throws `notFound` when the workspace has no such connection. `isFresh`: as it is now, rather than a moment ago. */
  open(workspaceId: string, connectionId: string, options?: { readonly isFresh?: boolean }): Promise<OpenConnection>;
  /** Notes that the vendor refuses the account: whatever needs it waits until it is reconnected. */
  refuse(connection: OpenConnection, reason: string): Promise<void>;
  /** Forgets one whose values changed. */
  forget(connectionId: string): void;
  /** Writes down how much of the vendors' allowances is used, as far as it has changed. */
  flushUsage(): Promise<void>;
}

interface Cached {
  connection: OpenConnection;
  checkedAt: number;
}

interface Row {
  id: string;
  connector: string;
  auth_scheme: string;
  name: string;
  public_values: Record<string, string>;
  sealed: Buffer;
  revision: number;
  status: string;
  status_message: string | null;
}

/** How long a connection is used without looking whether another process changed it. */
const TRUSTED_MS = 2000;
/** A refusal may be a whim of the vendor: the account is looked at again soon. */
const LOOK_AGAIN_SECONDS = 60;

/** Makes the store of a worker. */
export function createOpenConnections(options: {
  readonly db: Database;
  readonly box: SecretBox;
  readonly connectors: ConnectorRegistry;
}): OpenConnections {
  const { db, box, connectors } = options;
  const cache = new Map<string, Cached>();
  const loading = new Map<string, Promise<OpenConnection>>();
  const usages = new Map<string, ApiUsage>();

  const load = async (workspaceId: string, id: string): Promise<OpenConnection> => {
    const { rows } = await db.pool.query<Row>(
      `SELECT id, connector, auth_scheme, name, public_values, sealed, revision, status, status_message
       FROM connection WHERE id = $1 AND workspace_id = $2`,
      [id, workspaceId],
    );
    const row = rows[0];
    if (!row) {
      cache.delete(id);
      throw notFound('connection_gone', 'The connection that this step uses was deleted. Choose another one for the workflow.');
    }
    const blocked = row.status === 'reconnect' ? (row.status_message ?? 'The vendor refuses it.') : undefined;
    const known = cache.get(id)?.connection;
    const connection =
      known?.revision === row.revision
        ? { ...known, name: row.name, blocked }
        : { ...openRow(row, workspaceId, { db, box, connectors, reportUsage: (usage) => void usages.set(id, usage) }), blocked };
    cache.set(id, { connection, checkedAt: performance.now() });
    return connection;
  };

  return {
    open: async (workspaceId, id, { isFresh = false } = {}) => {
      const known = cache.get(id);
      const isTrusted = !isFresh && known?.connection.workspaceId === workspaceId && performance.now() - known.checkedAt < TRUSTED_MS;
      if (isTrusted) return known.connection;
      const key = `${workspaceId}|${id}`;
      const flight = loading.get(key) ?? load(workspaceId, id).finally(() => loading.delete(key));
      loading.set(key, flight);
      return flight;
    },
    refuse: async ({ id, revision }, reason) => {
      // What was refused may not be what the account holds by now.
      await db.pool.query(
        `UPDATE connection SET status = 'reconnect', status_message = $3, checked_at = now(),
           next_check_at = least(next_check_at, now() + make_interval(secs => $4))
         WHERE id = $1 AND revision = $2 AND status <> 'reconnect'`,
        [id, revision, reason, LOOK_AGAIN_SECONDS],
      );
      const known = cache.get(id);
      if (known) known.checkedAt = -Infinity;
    },
    forget: (id) => void cache.delete(id),
    flushUsage: async () => {
      const known = [...usages];
      usages.clear();
      if (known.length === 0) return;
      await db.pool.query(
        `UPDATE connection c SET usage = u.usage || jsonb_build_object('at', now()) FROM unnest($1::uuid[], $2::jsonb[]) AS u(id, usage) WHERE c.id = u.id`,
        [known.map(([id]) => id), known.map(([, usage]) => JSON.stringify(usage))],
      );
    },
  };
}

function openRow(
  row: Row,
  workspaceId: string,
  means: {
    readonly db: Database;
    readonly box: SecretBox;
    readonly connectors: ConnectorRegistry;
    readonly reportUsage: (usage: ApiUsage) => void;
  },
): Omit<OpenConnection, 'blocked'> {
  const connector = means.connectors.get(row.connector);
  const values = { ...row.public_values, ...means.box.open(row.sealed, { workspaceId, connectionId: row.id }) };
  const shared = shareSession(means, { workspaceId, id: row.id, revision: row.revision });
  return {
    id: row.id,
    workspaceId,
    name: row.name,
    authScheme: row.auth_scheme,
    connector,
    handle: createConnectionHandle({ id: row.id, values, shared, reportUsage: means.reportUsage }),
    secrets: secretValues(connector, values),
    revision: row.revision,
  };
}
