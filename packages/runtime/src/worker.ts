/**
 * A worker: claims runs and executes them, takes the turns of triggers, answers internal calls. Any number of workers
 * may run side by side; none of them is special.
 */
import { randomUUID } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { ConnectorDefinition } from '@weft/connector-kit';
import {
  LEASE_MS,
  closeWaits,
  countBacklog,
  ensurePartitions,
  pruneStoredValues,
  putWorkerAddress,
  removeWorkerAddress,
  settleCalls,
  wakeParkedRuns,
} from '@weft/db';
import { openQueue } from '@weft/queue';
import { startHandOverServer } from './hand-over/hand-over-server.ts';
import { createIsolationLane } from './isolation/isolation-lane.ts';
import type { Logger } from './logger.ts';
import { workerMethods } from './rpc/methods.ts';
import { isInternal, startRpcServer } from './rpc/server.ts';
import { createScriptTrials } from './rpc/try-script.ts';
import { startClaimer } from './runs/claimer.ts';
import { openExecution } from './runs/open-execution.ts';
import { createRunKeys } from './triggers/run-keys.ts';
import { startTriggerLoop } from './triggers/trigger-loop.ts';
import { ensureDemoConnections } from './worker/demo-connections.ts';
import { startHealthChecks } from './worker/health-checks.ts';
import { noteTimeline } from './worker/database-timeline.ts';
import { listenForHints } from './worker/hints.ts';
import { DEDUP_DAYS, RETENTION_DAYS, startRetention } from './worker/retention.ts';
import { publishManifests } from './worker/publish-manifests.ts';

/** Options of {@link startWorker}. */
export interface WorkerOptions {
  readonly databaseUrl: string;
  /** Where leases are renewed; `databaseUrl` when absent. Set it when that one is a pooler, which a lease must not wait for. */
  readonly leaseDatabaseUrl?: string;
  readonly redisUrl?: string;
  /** 32 bytes in base64. */
  readonly encryptionKey: string;
  readonly internalSecret: string;
  /** Address of the internal server; port 0 takes a free one. */
  readonly host?: string;
  readonly port?: number;
  /** Where other processes of ours reach the internal server; made from host and port when absent. */
  readonly address?: string;
  /** Where vendors reach our hooks. */
  readonly publicUrl: string;
  /** Private addresses that connectors may call: `host:port` or CIDR. */
  readonly allowPrivateHosts?: readonly string[];
  /** Runs at once; 20 when absent. */
  readonly concurrency?: number;
  /** Days that ended runs are kept whose workflows say nothing, 30 when absent; 0 keeps for ever. */
  readonly retentionDays?: number;
  /** How long a claim of a run holds without renewal, milliseconds; 20 s when absent. */
  readonly leaseMs?: number;
  /** When the database was restored from a backup: of runs before that, no call is made that nobody can look up. */
  readonly restoredAt?: Date;
  /** Time between polls in place of the connectors' own. */
  readonly pollMs?: number;
  /** Time between two looks at an account; a quarter of an hour when absent. */
  readonly healthMs?: number;
  /** Demo mode: where the sandbox is. */
  readonly sandboxUrl?: string;
  readonly log: Logger;
  /** The connectors offered; all native ones when absent. */
  readonly connectors?: readonly ConnectorDefinition[];
  /** Told of points at which a process may die; only tests of faults listen. */
  readonly reached?: (point: string) => void | Promise<void>;
  /** How long steps may take to end after `close`; 20 s when absent. */
  readonly drainMs?: number;
}

export interface RunningWorker {
  /** Of the internal server. */
  readonly port: number;
  /** Hands over all runs and ends. */
  close(): Promise<void>;
}

const SWEEP_MS = 5000;
const PARTITION_MS = 6 * 3_600_000;
const PRUNE_MS = 60_000;
const ADDRESS_MS = 10_000;

/** Starts a worker; resolves when it takes runs. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { log } = options;
  const concurrency = options.concurrency ?? 20;
  const worker = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const onError = (error: Error): void => log.warn('A connection broke', { error });
  const sandbox = options.sandboxUrl ? new URL(options.sandboxUrl) : undefined;
  const shared = {
    databaseUrl: options.databaseUrl,
    encryptionKey: options.encryptionKey,
    allowPrivateHosts: [...(options.allowPrivateHosts ?? []), ...(sandbox ? [sandbox.host] : [])],
    leaseMs,
    publicUrl: options.publicUrl,
    ...(options.leaseDatabaseUrl ? { leaseDatabaseUrl: options.leaseDatabaseUrl } : {}),
    ...(options.restoredAt ? { restoredAt: options.restoredAt.getTime() } : {}),
  };
  const execution = openExecution({
    ...shared,
    worker,
    maxConnections: Math.min(20, concurrency + 4),
    log,
    connectors: options.connectors,
    reached: options.reached,
    onCancel: (runIds) => claimer.cancel(runIds),
  });
  const { db, host } = execution;
  const { connectors, connections, calls, box, policy, leases } = host;
  const [queue] = await Promise.all([
    openQueue({ databaseUrl: options.databaseUrl, ...(options.redisUrl ? { redisUrl: options.redisUrl } : {}), onError }),
    ensurePartitions(db.pool),
    publishManifests(db, connectors.all),
    leases.ready,
  ]);
  const isolation = createIsolationLane({ db, log, run: { ...shared, worker } });
  const handOver = startHandOverServer({
    worker,
    leaseMs,
    // As many again may wait for a slot: see runs/waiting-line.ts.
    most: concurrency * 2,
    log,
    isAuthorised: (request) => isInternal(request, options.internalSecret),
    onRuns: (runs) => claimer.take(runs),
    onQueued: () => claimer.noticeQueued(),
    room: () => claimer.room,
  });
  const claimer = startClaimer({
    db,
    workflows: execution.workflows,
    worker,
    concurrency,
    leaseMs,
    execute: { ...execution.means, sendAnswer: handOver.answer },
    leases,
    log,
    onIsolated: isolation.look,
    onRoom: handOver.refresh,
  });
  const turnMeans = {
    db,
    queue,
    connectors,
    connections,
    calls,
    policy,
    publicUrl: host.publicUrl,
    ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
    runKeys: createRunKeys({ programs: execution.means.programs, log }),
  };
  const triggers = startTriggerLoop({ ...turnMeans, log, reached: options.reached, onAccepted: () => void claimer.wake() });
  const trials = createScriptTrials();
  const methods = workerMethods({ ...turnMeans, box, wakeTriggers: triggers.wake, trials });
  const rpc = await startRpcServer({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    secret: options.internalSecret,
    methods,
    onServer: handOver.attach,
    log,
  });
  const address = { worker, url: options.address ?? `http://${reachableHost(options.host ?? '127.0.0.1')}:${rpc.port}` };
  await putWorkerAddress(db.pool, address);
  const showing = setInterval(
    () => void putWorkerAddress(db.pool, address).catch((error: unknown) => log.warn('The address could not be renewed', { error })),
    ADDRESS_MS,
  );
  const hints = listenForHints({
    queue,
    log,
    onHint: async () => {
      await Promise.all([claimer.wake(), claimer.lookForCancels()]);
    },
  });
  const demo = options.sandboxUrl ? ensureDemoConnections({ ...turnMeans, box }, { sandboxUrl: options.sandboxUrl, log }) : undefined;
  const health = startHealthChecks({ ...turnMeans, box, log, ...(options.healthMs === undefined ? {} : { everyMs: options.healthMs }) });
  const retention = startRetention({
    db,
    log,
    retention: { days: options.retentionDays ?? RETENTION_DAYS, dedupDays: DEDUP_DAYS },
  });
  const sweeping = setInterval(() => void sweep().catch((error: unknown) => log.warn('The sweep failed', { error })), SWEEP_MS);
  const partitioning = setInterval(
    () => void ensurePartitions(db.pool).catch((error: unknown) => log.error('Partitions could not be made', { error })),
    PARTITION_MS,
  );
  const closing = setInterval(
    () => void closeWaits(db.pool).catch((error: unknown) => log.warn('Waits of ended runs could not be closed', { error })),
    PRUNE_MS,
  );
  const pruning = setInterval(
    () => void pruneStoredValues(db.pool).catch((error: unknown) => log.warn('Expired values could not be removed', { error })),
    PRUNE_MS,
  );

  const seeTimeline = (): void =>
    void noteTimeline(db.pool, log).catch((error: unknown) => log.debug('The position of the database could not be read', { error }));
  seeTimeline();
  const positioning = setInterval(seeTimeline, PRUNE_MS);

  /** Runs that nobody takes although they are due: other workers may have room. */
  const sweep = async (): Promise<void> => {
    if ((await settleCalls(db.pool)) > 0) void claimer.wake();
    if ((await wakeParkedRuns(db.pool)) > 0) void claimer.wake();
    const backlog = await countBacklog(db.pool);
    const due = backlog.queued + backlog.wakesDue + backlog.leasesExpired;
    if (due > 0) log.debug('Runs are due', { ...backlog, active: claimer.active });
    if (due > 0 && claimer.active >= concurrency) void queue.ring(due);
  };

  void claimer.wake();
  log.info('Worker started', { worker, concurrency, queue: queue.backend, connectors: connectors.all.length, port: rpc.port });
  return {
    port: rpc.port,
    close: async () => {
      retention.stop();
      clearInterval(sweeping);
      clearInterval(partitioning);
      clearInterval(closing);
      clearInterval(pruning);
      clearInterval(positioning);
      clearInterval(showing);
      demo?.stop();
      await health.close();
      // Not waited for: runs are put aside at once, also while the worker only begins to listen.
      const unheard = hints.close();
      await removeWorkerAddress(db.pool, worker).catch(() => {}); // it is taken for gone in half a minute anyway
      await handOver.leave();
      await Promise.all([unheard, triggers.close(), isolation.close(), claimer.drain(options.drainMs ?? 20_000)]);
      handOver.close();
      await rpc.close();
      trials.close();
      await queue.close();
      await execution.close();
      log.info('Worker ended');
    },
  };
}

/** A host that listens everywhere is reached by the address it has in its network. */
function reachableHost(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host.includes(':') ? `[${host}]` : host;
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? hostname();
}
