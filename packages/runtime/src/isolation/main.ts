/**
 * A process that executes runs one after another, for runs whose workers died twice. When this process dies as well, it is
 * known which run did it: no other one was near.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { claimIsolatedRun } from '@weft/db';
import { createLogger } from '../logger.ts';
import { executeRun } from '../runs/execute-run.ts';
import { monotonicMs } from '../runs/lease-keeper.ts';
import { loadRuns } from '../runs/load-runs.ts';
import { openExecution } from '../runs/open-execution.ts';
import { stopError } from '../runs/run-session.ts';
import type { RunSession } from '../runs/run-session.ts';
import type { IsolatedRunOptions, IsolatedRunTaken } from './protocol.ts';

/** How long a request that is on the wire may take once the worker that started us is gone. */
const LEAVE_MS = 3000;

async function executeAlone(options: IsolatedRunOptions): Promise<void> {
  const log = createLogger({ process: 'isolated-run' });
  let session: RunSession | undefined;
  let isLeft = false;
  const execution = openExecution({ ...options, maxConnections: 4, log, onCancel: () => session?.cancel() });
  const leave = async (): Promise<void> => {
    isLeft = true;
    session?.stop({ kind: 'drain' });
    await delay(LEAVE_MS);
    session?.controller.abort(stopError({ kind: 'drain' }));
  };
  // Without the worker nobody would tell how we ended: the run is handed over, and not charged.
  process.once('disconnect', () => void leave());
  try {
    await execution.host.leases.ready;
    while (!isLeft) {
      const claimedAtMs = monotonicMs();
      const run = await claimIsolatedRun(execution.db.pool, { worker: options.worker, leaseMs: options.leaseMs });
      if (!run) return;
      execution.host.leases.hold(run.id, claimedAtMs);
      process.send?.({ runId: run.id, fence: run.fence } satisfies IsolatedRunTaken);
      const [loaded] = await loadRuns(execution, [run], claimedAtMs);
      const keep = (made: RunSession): void => {
        session = made;
        if (isLeft) made.stop({ kind: 'drain' });
      };
      if (loaded) await executeRun({ ...execution.means, onSession: keep }, loaded);
      execution.host.leases.letGo(run.id, claimedAtMs);
    }
  } finally {
    await execution.close();
  }
}

process.once('message', (options: IsolatedRunOptions) => {
  executeAlone(options).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exit(1);
    },
  );
});
