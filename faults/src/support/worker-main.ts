/**
 * A worker of the fault suite: the product's own, with a way to die at a chosen point. `FAULT_AT` names the point and how
 * many times it is passed before, such as `effect.after:3`, or with the step whose effect it is, `effect.after/blindOne:0`;
 * `FAULT_HOW` is `kill` or `freeze`. Woken up, it stays at that point for `FAULT_DAZED_MS` more, as one that waits for its
 * database.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger, logLevelFrom, requiredEnv, runProcess, timeOf } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import { tellVitals } from './vitals.ts';

const env = process.env;
const [point, times] = (env['FAULT_AT'] ?? '').split(':');
let left = Number(times ?? 0);

async function reached(at: string, path?: unknown): Promise<void> {
  if (at !== point && `${at}/${String(path)}` !== point) return;
  if (left > 0) {
    left -= 1;
    return;
  }
  left = Infinity;
  process.kill(process.pid, env['FAULT_HOW'] === 'freeze' ? 'SIGSTOP' : 'SIGKILL');
  await delay(Number(env['FAULT_DAZED_MS'] ?? 0));
}

tellVitals();
const log = createLogger({ process: 'worker', level: logLevelFrom(env['WEFT_LOG']) });
await runProcess({
  log,
  start: () =>
    startWorker({
      databaseUrl: requiredEnv('DATABASE_URL'),
      encryptionKey: requiredEnv('WEFT_ENCRYPTION_KEY'),
      internalSecret: requiredEnv('WEFT_INTERNAL_SECRET'),
      publicUrl: 'http://localhost:7263',
      port: 0,
      allowPrivateHosts: ['127.0.0.1'],
      concurrency: Number(env['WEFT_CONCURRENCY'] || 20),
      leaseMs: Number(env['WEFT_LEASE_MS'] || 20_000),
      log,
      ...(env['WEFT_RESTORED_AT'] ? { restoredAt: timeOf('WEFT_RESTORED_AT', env['WEFT_RESTORED_AT']) } : {}),
      ...(env['FAULT_AT'] ? { reached } : {}),
      ...(env['WEFT_SANDBOX_URL'] ? { sandboxUrl: env['WEFT_SANDBOX_URL'], pollMs: 200 } : {}),
      ...(env['REDIS_URL'] ? { redisUrl: env['REDIS_URL'] } : {}),
    }),
});
