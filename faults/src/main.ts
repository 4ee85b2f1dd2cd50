/**
 * `npm run faults`: breaks everything that can break while runs go on, and reads afterwards what became of them. Ends with
 * one table: test, figure, bar. `--long` does ten times as much, `--only=R-01,R-07` some tests, `--seed=7` the same course
 * again, `--backend=postgres` wakes workers through PostgreSQL instead of Redis, `--strict` fails on bars of speed too, which
 * a busy machine misses.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBench } from './support/bench.ts';
import type { Suite } from './support/bench.ts';
import { startManagedPostgres, startManagedRedis } from './support/services.ts';
import type { StartPostgres } from './support/services.ts';
import { startVendor } from './support/vendor.ts';
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

interface Row {
  readonly test: FaultTest;
  readonly figure: Figure;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs the suite; resolves with the exit code. */
export async function runFaults(options: FaultsOptions): Promise<number> {
  const value = (name: string): string | undefined => options.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const only = value('only')?.split(',');
  const chosen = tests.filter(({ id }) => only === undefined || only.includes(id));
  if (chosen.length === 0) {
    say(`There is no such test. The tests are: ${tests.map(({ id }) => id).join(', ')}.`);
    return 2;
  }
  const isStrict = options.args.includes('--strict');
  const seed = Number(value('seed') ?? Math.floor(Math.random() * 1_000_000));
  const backend = value('backend') === 'postgres' ? 'postgres' : 'redis';
  const dir = mkdtempSync(join(tmpdir(), 'weft-faults-'));
  const postgres = await startManagedPostgres({ start: options.startPostgres, dir, port: await options.freePort() });
  const redis = await startManagedRedis({ command: options.redisCommand, dir, port: await options.freePort() });
  const vendor = await startVendor();
  const suite: Suite = { postgres, redis, vendor, backend, seed, isLong: options.args.includes('--long') };
  say(`Faults: ${chosen.length} tests, seed ${seed} (--seed=${seed} for the same again), workers woken through ${backend}.`);
  const rows: Row[] = [];
  let passed = 0;
  const startedAt = performance.now();
  try {
    for (const test of chosen) {
      const before = performance.now();
      const figures = await runOne(suite, test);
      const isGood = figures.every(({ ok, isSpeed }) => ok || (isSpeed === true && !isStrict));
      if (isGood) passed += 1;
      say(`${isGood ? 'ok  ' : 'FAIL'} ${test.id} ${test.title} (${((performance.now() - before) / 1000).toFixed(1)} s)`);
      for (const figure of figures) {
        rows.push({ test, figure });
        if (!figure.ok) say(`       ${figure.what}: ${figure.got}, bar ${figure.bar}`);
      }
    }
  } finally {
    await vendor.stop();
    await redis.kill();
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  printTable(rows);
  say(`\nSeed ${seed}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`);
  say(`Faults: ${passed} passed, ${chosen.length - passed} failed`);
  return passed === chosen.length ? 0 : 1;
}

async function runOne(suite: Suite, test: FaultTest): Promise<readonly Figure[]> {
  const limitMs = test.within * (suite.isLong ? 20 : 1) * 1000;
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It was not through within ${limitMs / 1000} s`)), limitMs);
  });
  const bench = await openBench(suite);
  try {
    return await Promise.race([test.run(bench), tooLong]);
  } catch (error) {
    const got = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return [{ what: 'the test itself', got, bar: 'runs to its end', ok: false }];
  } finally {
    clearTimeout(timer);
    await bench[Symbol.asyncDispose]();
  }
}

function printTable(rows: readonly Row[]): void {
  const lines = rows.map(
    ({ test, figure }) =>
      [
        test.id,
        figure.what,
        figure.got.split('\n')[0] ?? '',
        figure.bar,
        figure.ok ? 'ok' : figure.isSpeed ? 'missed (speed)' : 'MISSED',
      ] as const,
  );
  const head = ['test', 'what', 'figure', 'bar', ''] as const;
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => (line[column] ?? '').length)));
  say('');
  for (const line of [head, ...lines])
    say(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
