/** `npm run faults -- --mutants`: shows that the suite notices when a safeguard is missing. */
import { join } from 'node:path';
import { BROKE_OFF, runTest } from '../run-test.ts';
import type { Suite } from '../support/bench.ts';
import { printTable } from '../table.ts';
import { tests } from '../tests/index.ts';
import { copyCode, mutate } from './mutant.ts';
import type { Mutant } from './mutant.ts';

/** Runs each mutant's test on it; resolves with the exit code: 0 when each was found. */
export async function runMutants(
  suite: Suite,
  chosen: readonly Mutant[],
  { dir, say }: { readonly dir: string; readonly say: (line: string) => void },
): Promise<number> {
  say(`Faults: ${chosen.length} mutants, seed ${suite.seed}.`);
  const code = join(dir, 'code');
  copyCode(code);
  const lines: string[][] = [];
  let found = 0;
  for (const mutant of chosen) {
    const restore = mutate(code, mutant);
    const { seconds, evidence, wasFound } = await hunt({ ...suite, code }, mutant);
    restore();
    if (wasFound) found += 1;
    say(`${wasFound ? 'found   ' : 'SURVIVED'} ${mutant.id}: without ${mutant.without} (${seconds.toFixed(1)} s)`);
    lines.push([mutant.id, mutant.without, mutant.test, evidence, wasFound ? 'found' : 'SURVIVED']);
  }
  printTable(['mutant', 'without', 'test', 'what the test saw', ''], lines, say);
  say(`\nMutants: ${found} found, ${chosen.length - found} survived`);
  return found === chosen.length ? 0 : 1;
}

async function hunt(suite: Suite, mutant: Mutant): Promise<{ seconds: number; evidence: string; wasFound: boolean }> {
  const test = tests.find(({ id }) => id === mutant.test);
  if (!test) throw new Error(`The mutant "${mutant.id}" names the test ${mutant.test}, which does not exist.`);
  const { figures, seconds } = await runTest(suite, test);
  const failed = figures.filter(({ ok, isSpeed }) => !ok && isSpeed !== true);
  // A test that broke off proves nothing: the mutant may not even have started.
  const told = failed.filter(({ what }) => what !== BROKE_OFF).map(({ what, got }) => `${what}: ${got}`);
  const evidence = told.find((line) => mutant.sees.test(line));
  return {
    seconds,
    evidence: evidence ?? (failed.map(({ what, got }) => `${what}: ${got.split('\n')[0]}`).join('; ') || 'nothing'),
    wasFound: evidence !== undefined,
  };
}
