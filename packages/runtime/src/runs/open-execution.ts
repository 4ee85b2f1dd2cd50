/**
 * Everything that executing runs takes, opened once per process: the worker's, and the one of a run that is executed
 * alone.
 */
import type { ConnectorDefinition } from '@weft/connector-kit';
import { connectors as nativeConnectors } from '@weft/connectors';
import { openDatabase } from '@weft/db';
import type { Database } from '@weft/db';
import { createConnectorRegistry } from '../adapters/connector-registry.ts';
import { createExpressionPool } from '../adapters/expression-pool.ts';
import type { HostMeans } from '../adapters/engine-host.ts';
import { createScriptPool } from '../adapters/script-pool.ts';
import { createOpenConnections } from '../adapters/open-connections.ts';
import { createVendorCalls } from '../adapters/vendor-calls.ts';
import type { Logger } from '../logger.ts';
import { createSecretBox } from '../secrets/sealed-box.ts';
import type { ExecuteMeans } from './execute-run.ts';
import { createGroupWriter } from './group-writer.ts';
import { startLeaseKeeper } from './lease-keeper.ts';
import { createProgramCache, createWorkflowCache } from './load-runs.ts';
import type { WorkflowCache } from './load-runs.ts';

/** Options of {@link openExecution}. */
export interface ExecutionOptions {
  /** Name under which runs are held. */
  readonly worker: string;
  readonly databaseUrl: string;
  /** Where leases are renewed; `databaseUrl` when absent. */
  readonly leaseDatabaseUrl?: string;
  /** Connections to the database at most. */
  readonly maxConnections: number;
  /** 32 bytes in base64. */
  readonly encryptionKey: string;
  /** Private addresses that connectors may call: `host:port` or CIDR. */
  readonly allowPrivateHosts: readonly string[];
  /** How long a claim holds without renewal, milliseconds. */
  readonly leaseMs: number;
  /** Where people and vendors reach us. */
  readonly publicUrl: string;
  /** When the database was restored from a backup, epoch milliseconds. */
  readonly restoredAt?: number;
  readonly log: Logger;
  /** The connectors offered; all native ones when absent. */
  readonly connectors?: readonly ConnectorDefinition[] | undefined;
  /** Told of points at which a process may die; only tests of faults listen. */
  readonly reached?: HostMeans['reached'];
  /** Told of held runs that someone asked to cancel. */
  readonly onCancel: (runIds: readonly string[]) => void;
}

/** What {@link openExecution} opened. */
export interface Execution {
  readonly db: Database;
  readonly host: HostMeans;
  readonly workflows: WorkflowCache;
  readonly means: Omit<ExecuteMeans, 'onSession'>;
  close(): Promise<void>;
}

/** Opens it. Nothing is claimed. */
export function openExecution(options: ExecutionOptions): Execution {
  const { log } = options;
  const db = openDatabase({
    url: options.databaseUrl,
    max: options.maxConnections,
    applicationName: 'weft-worker',
    onError: (error) => log.warn('A connection broke', { error }),
  });
  const box = createSecretBox(options.encryptionKey);
  const connectors = createConnectorRegistry(options.connectors ?? nativeConnectors);
  const connections = createOpenConnections({ db, box, connectors });
  const calls = createVendorCalls({ db, log });
  const expressions = createExpressionPool();
  const scripts = createScriptPool();
  const writer = createGroupWriter({ db, reached: options.reached });
  const programs = createProgramCache(db);
  const leases = startLeaseKeeper({ ...options, databaseUrl: options.leaseDatabaseUrl ?? options.databaseUrl });
  const publicUrl = options.publicUrl.replace(/\/$/, '');
  const host = {
    db,
    connectors,
    connections,
    calls,
    expressions,
    scripts,
    box,
    policy: { allowPrivateHosts: options.allowPrivateHosts },
    leases,
    publicUrl,
    restoredAt: options.restoredAt,
    reached: options.reached,
  };
  return {
    db,
    host,
    workflows: createWorkflowCache(db),
    means: { host, writer, programs, log },
    close: async () => {
      await writer.drain();
      await leases.close();
      expressions.close();
      scripts.close();
      await db.close();
    },
  };
}
