/**
 * `npm test`: brings up what the tests need (PostgreSQL, Redis, Chromium), runs unit, integration and end-to-end
 * suites, and ends with a line that counts them. `--only=unit|integration|e2e` runs one; further words filter files.
 * Integration tests wake their workers through PostgreSQL, and a few through Redis; `--backend=postgres` leaves those out and
 * starts no Redis at all.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { startPostgres } from './embedded-postgres.ts';
import { freePort, root } from './settings.ts';
import { find, install } from './system-packages.ts';

type Suite = 'unit' | 'integration' | 'e2e';
const SUITES: readonly Suite[] = ['unit', 'integration', 'e2e'];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** One test that was run: its title with those of the groups around it. */
export interface TestResult {
  /** Path of its file. */
  readonly file: string;
  readonly title: string;
  readonly status: string;
  readonly messages: readonly string[];
  /** What the vendors' stand-in answered meanwhile; kept for the table of conformance only. */
  readonly got?: string | undefined;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs the suites; resolves with the exit code. `onResult` is told of each test. */
export async function runTests(args: readonly string[], onResult?: (result: TestResult) => void): Promise<number> {
  const only = args.find((arg) => arg.startsWith('--only='))?.slice('--only='.length);
  if (only !== undefined && !SUITES.includes(only as Suite)) {
    say(`--only=${only} is unknown; it takes one of ${SUITES.join(', ')}.`);
    return 2;
  }
  const backend = args.find((arg) => arg.startsWith('--backend='))?.slice('--backend='.length);
  if (backend !== undefined && backend !== 'postgres') {
    say(`--backend=${backend} is unknown; it takes postgres. Without it the tests of Redis run as well.`);
    return 2;
  }
  const suites = SUITES.filter((suite) => only === undefined || suite === only);
  const filters = args.filter((arg) => !arg.startsWith('--'));
  const isCi = Boolean(process.env['CI']);
  const dir = mkdtempSync(join(tmpdir(), 'weft-test-'));
  const closers: (() => Promise<void>)[] = [];
  const missing: string[] = [];
  const env: Record<string, string> = { WEFT_TEST_DIR: dir };
  const started = performance.now();
  try {
    build({ say, onlyClient: !suites.includes('e2e') });
    if (suites.includes('integration')) {
      await providePostgres(dir, env, closers);
      if (backend === undefined) await provideRedis(dir, env, closers, missing);
    }
    if (suites.includes('e2e')) provideChromium(env, missing);
    const total: Counts = { passed: 0, failed: 0, skipped: 0 };
    for (const suite of suites) {
      if (suite === 'e2e' && !env['WEFT_CHROMIUM']) continue;
      say(`\n— ${suite} —`);
      add(total, await vitest({ suite, filters, env, dir, onResult }));
    }
    for (const what of missing) {
      say(`SKIPPED: ${what}`);
      total.skipped += 1;
      if (isCi) total.failed += 1;
    }
    say(`\nFinished in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
    say(`Tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
    return total.failed > 0 || total.passed === 0 ? 1 : 0;
  } finally {
    for (const close of closers.toReversed()) await close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function add(total: Counts, part: Counts): void {
  total.passed += part.passed;
  total.failed += part.failed;
  total.skipped += part.skipped;
}

async function providePostgres(dir: string, env: Record<string, string>, closers: (() => Promise<void>)[]): Promise<void> {
  const server = await startPostgres({
    dataDir: join(dir, 'postgres'),
    port: await freePort(),
    password: 'test',
    // Tests restart the machine's processes, never the machine: flushing to disk would only slow them down.
    settings: ['fsync=off', 'max_connections=300'],
  });
  env['TEST_DATABASE_URL'] = server.url;
  closers.push(() => server.stop());
}

async function provideRedis(dir: string, env: Record<string, string>, closers: (() => Promise<void>)[], missing: string[]): Promise<void> {
  const command = find('redis-server') ?? install('redis-server', 'redis-server');
  if (!command) {
    missing.push('the Redis tests. Install Redis (Debian: apt-get install redis-server; macOS: brew install redis) and run again.');
    return;
  }
  const port = await freePort();
  const child = spawn(command, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}`)));
  });
  env['TEST_REDIS_URL'] = `redis://127.0.0.1:${port}`;
  closers.push(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  });
}

function provideChromium(env: Record<string, string>, missing: string[]): void {
  const command =
    process.env['WEFT_CHROMIUM'] ??
    find('chromium') ??
    find('google-chrome') ??
    find('chromium-browser') ??
    install('chromium', 'chromium');
  if (command) env['WEFT_CHROMIUM'] = command;
  else missing.push('the browser tests. Install Chromium (Debian: apt-get install chromium) or set WEFT_CHROMIUM to its path.');
}

async function vitest(options: {
  suite: Suite;
  filters: readonly string[];
  env: Record<string, string>;
  dir: string;
  onResult: ((result: TestResult) => void) | undefined;
}): Promise<Counts> {
  const report = join(options.dir, `${options.suite}.json`);
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--project=${options.suite}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...(options.filters.length > 0 ? ['--passWithNoTests', ...options.filters] : []),
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...options.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' } },
  );
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (!existsSync(report)) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const result = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    numFailedTestSuites: number;
    testResults: {
      name: string;
      assertionResults: { fullName: string; status: string; failureMessages?: string[]; meta?: { got?: string } }[];
    }[];
  };
  for (const file of result.testResults)
    for (const { fullName, status, failureMessages, meta } of file.assertionResults)
      options.onResult?.({ file: file.name, title: fullName, status, messages: failureMessages ?? [], got: meta?.got });
  // A file that cannot be loaded has no failed test, and an error outside a test only shows in the exit code.
  const unseen = code !== 0 && result.numFailedTests === 0 ? 1 : 0;
  return { passed: result.numPassedTests, failed: result.numFailedTests + unseen, skipped: result.numPendingTests + result.numTodoTests };
}
