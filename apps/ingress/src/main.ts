import { createLogger, logLevelFrom, requiredEnv, runProcess } from '@weft/runtime';
import { startIngress } from './start-ingress.ts';

const env = process.env;
const log = createLogger({ process: 'ingress', level: logLevelFrom(env['WEFT_LOG']) });

await runProcess({
  log,
  closeWithinMs: 9000,
  start: () =>
    startIngress({
      databaseUrl: requiredEnv('DATABASE_URL'),
      internalSecret: requiredEnv('WEFT_INTERNAL_SECRET'),
      workerUrl: env['WEFT_WORKER_URL'] ?? 'http://127.0.0.1:7265',
      host: env['WEFT_INGRESS_HOST'] ?? '127.0.0.1',
      port: Number(env['WEFT_INGRESS_PORT'] ?? 7264),
      log,
      ...(env['REDIS_URL'] ? { redisUrl: env['REDIS_URL'] } : {}),
    }),
});
