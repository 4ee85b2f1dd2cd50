/**
 * `npm run faults`: breaks everything that can break while runs go on, and reads afterwards what became of them. Ends with
 * one table: test, figure, bar. What its options do is in the README beside.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutants } from './mutants/list.ts';
import { runMutants } from './mutants/run-mutants.ts';
import { readOptions } from './options.ts';
import { runTest } from './run-test.ts';
import type { Suite } from './support/bench.ts';
import { REPOSITORY } from './support/processes.ts';
import { startManagedPostgres, startManagedRedis } from './support/services.ts';
import type { StartPostgres } from './support/services.ts';
import { startVendor } from './support/vendor.ts';
import { printTable } from './table.ts';
import type { FaultTest, Figure } from './test.ts';
import { tests } from './tests/index.ts';

/** What the suite is given by whoever starts it. */
export interface FaultsOptions {
  readonly args: readonly string[];
  readonly startPostgres: StartPostgres;
  readonly freePort: () => Promise<number>;
  /** Path of redis-server. */
  readonly redisCommand: string;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs the suite; resolves with the exit code. */
export async function runFaults(given: FaultsOptions): Promise<number> {
  const known = given.args.includes('--mutants') ? mutants.map(({ id }) => id) : tests.map(({ id }) => id);
  const options = readOptions(given.args, known);
  if (typeof options === 'string') {
    say(options);
    return 2;
  }
  const dir = mkdtempSync(join(tmpdir(), 'weft-faults-'));
  const postgres = await startManagedPostgres({ start: given.startPostgres, dir, port: await given.freePort(), freePort: given.freePort });
  const redis = await startManagedRedis({ command: given.redisCommand, dir, port: await given.freePort() });
  const vendor = await startVendor();
  const { backend, seed, isLong } = options;
  const suite: Suite = { postgres, redis, vendor, backend, seed, isLong, code: REPOSITORY };
  try {
    if (options.isOfMutants)
      return await runMutants(
        suite,
        mutants.filter(({ id }) => options.chosen.includes(id)),
        { dir, say },
      );
    const isNamed = options.chosen.length < known.length;
    const chosen = tests.filter(
      ({ id, needsRedis, isOnlyLong }) =>
        options.chosen.includes(id) && !(needsRedis && backend === 'postgres') && !(isOnlyLong && !isLong && !isNamed),
    );
    return await runTests(suite, chosen, options.isStrict);
  } finally {
    await vendor.stop();
    await redis.kill();
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runTests(suite: Suite, chosen: readonly FaultTest[], isStrict: boolean): Promise<number> {
  const { seed, backend, isLong } = suite;
  say(`Faults, ${isLong ? 'long' : 'short'} form: ${chosen.length} tests, seed ${seed}, workers woken through ${backend}.`);
  const startedAt = performance.now();
  const lines: string[][] = [];
  let passed = 0;
  for (const test of chosen) {
    const { figures, seconds, lastWords } = await runTest(suite, test);
    const isGood = figures.every(({ ok, isSpeed }) => ok || (isSpeed === true && !isStrict));
    if (isGood) passed += 1;
    say(`${isGood ? 'ok  ' : 'FAIL'} ${test.id} ${test.title} (${seconds.toFixed(1)} s)`);
    for (const figure of figures) {
      lines.push([test.id, figure.what, figure.got.split('\n')[0] ?? '', figure.bar, wordFor(figure)]);
      if (!figure.ok) say(`       ${figure.what}: ${figure.got}, bar ${figure.bar}`);
    }
    if (!isGood) for (const line of lastWords) say(`       ${line}`);
  }
  printTable(['test', 'what', 'figure', 'bar', ''], lines, say);
  say(`\nSeed ${seed} (--seed=${seed} for the same course again), ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`);
  say(`Faults: ${passed} passed, ${chosen.length - passed} failed`);
  return passed === chosen.length ? 0 : 1;
}

/** Bars of speed are met or missed; the others decide. */
function wordFor({ ok, isSpeed, bar }: Figure): string {
  if (bar === '–') return '';
  if (isSpeed) return ok ? 'met' : 'missed';
  return ok ? 'ok' : 'FAILED';
}
