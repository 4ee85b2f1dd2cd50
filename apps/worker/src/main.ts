import { createLogger, logLevelFrom, requiredEnv, runProcess, timeOf } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';

const env = process.env;
const log = createLogger({ process: 'worker', level: logLevelFrom(env['WEFT_LOG']) });

await runProcess({
  log,
  start: () =>
    startWorker({
      databaseUrl: requiredEnv('DATABASE_URL'),
      encryptionKey: requiredEnv('WEFT_ENCRYPTION_KEY'),
      internalSecret: requiredEnv('WEFT_INTERNAL_SECRET'),
      publicUrl: env['WEFT_PUBLIC_URL'] ?? 'http://localhost:7263',
      host: env['WEFT_WORKER_HOST'] ?? '127.0.0.1',
      port: Number(env['WEFT_WORKER_PORT'] ?? 7265),
      ...(env['WEFT_WORKER_ADDRESS'] ? { address: env['WEFT_WORKER_ADDRESS'] } : {}),
      allowPrivateHosts: (env['WEFT_ALLOW_PRIVATE_HOSTS'] ?? '')
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
      concurrency: Number(env['WEFT_CONCURRENCY'] || 20),
      ...(env['WEFT_LEASE_DATABASE_URL'] ? { leaseDatabaseUrl: env['WEFT_LEASE_DATABASE_URL'] } : {}),
      ...(env['WEFT_RETENTION_DAYS'] ? { retentionDays: Number(env['WEFT_RETENTION_DAYS']) } : {}),
      ...(env['WEFT_RESTORED_AT'] ? { restoredAt: timeOf('WEFT_RESTORED_AT', env['WEFT_RESTORED_AT']) } : {}),
      ...(env['WEFT_LEASE_MS'] ? { leaseMs: Number(env['WEFT_LEASE_MS']) } : {}),
      log,
      ...(env['REDIS_URL'] ? { redisUrl: env['REDIS_URL'] } : {}),
      ...(env['WEFT_POLL_MS'] ? { pollMs: Number(env['WEFT_POLL_MS']) } : {}),
      ...(env['WEFT_DEMO'] === '1' && env['WEFT_SANDBOX_URL'] ? { sandboxUrl: env['WEFT_SANDBOX_URL'] } : {}),
    }),
});
