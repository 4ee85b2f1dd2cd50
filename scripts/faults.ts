/** `npm run faults`: gives the suite in `faults/` the servers it breaks. */
import { spawnSync } from 'node:child_process';
import { build } from './build.ts';
import { startPostgres } from './embedded-postgres.ts';
import { find, install } from './system-packages.ts';
import { freePort } from './settings.ts';

/** Runs the suite and resolves with the exit code. */
export async function faults(args: readonly string[]): Promise<number> {
  build({ say: (line) => void process.stdout.write(`${line}\n`), onlyClient: true });
  const redisCommand = find('redis-server') ?? install('redis-server', 'redis-server');
  if (!redisCommand || spawnSync(redisCommand, ['--version']).status !== 0) {
    process.stdout.write(
      'The suite needs redis-server. Install Redis (Debian: apt-get install redis-server; macOS: brew install redis) and run again.\n',
    );
    return 1;
  }
  const { runFaults } = await import('../faults/src/main.ts');
  return runFaults({ args, startPostgres, freePort: () => freePort(), redisCommand });
}
