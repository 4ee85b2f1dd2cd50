/** Runs one test on a bench of its own. */
import { openBench } from './support/bench.ts';
import type { Suite } from './support/bench.ts';
import type { FaultTest, Figure } from './test.ts';

/** What became of a test. */
export interface TestRun {
  readonly figures: readonly Figure[];
  readonly seconds: number;
  /** What its processes wrote last. */
  readonly lastWords: readonly string[];
}

/** Name of the figure of a test that broke off. */
export const BROKE_OFF = 'the test itself';

/** A machine that does other things as well is given so much more. */
const BUSY = 2;

/** Never throws: a test that breaks off has a figure that says so. */
export async function runTest(suite: Suite, test: FaultTest): Promise<TestRun> {
  const startedAt = performance.now();
  const limitMs = test.within * (suite.isLong ? 20 : BUSY) * 1000;
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It was not through within ${limitMs / 1000} s`)), limitMs);
  });
  const bench = await openBench(suite);
  let figures: readonly Figure[];
  try {
    figures = await Promise.race([test.run(bench), tooLong]);
  } catch (error) {
    const got = error instanceof Error ? (error.stack ?? error.message) : String(error);
    figures = [{ what: BROKE_OFF, got, bar: 'runs to its end', ok: false }];
  } finally {
    clearTimeout(timer);
    await bench[Symbol.asyncDispose]();
  }
  return { figures, seconds: (performance.now() - startedAt) / 1000, lastWords: bench.lastWords() };
}
