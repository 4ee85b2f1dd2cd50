/** What the cases of one suite share: benches, the failures they met, and how these are looked at. */
import assert from 'node:assert/strict';
import { isWeftError, type WeftError } from '@weft/errors';
import type { ConnectionValues } from '../connector.ts';
import type { RecordedExchange } from '../recorder.ts';
import { createTestBench, type BenchCall, type TestBench } from './bench.ts';
import type { Contract, Input, RequestMatch } from './contract.ts';

export interface Suite {
  readonly contract: Contract;
  /** A fresh connection of the account, some of its values perhaps changed. */
  bench(options?: { limited?: boolean; changed?: ConnectionValues }): TestBench;
  readonly benches: readonly TestBench[];
  readonly failures: readonly WeftError[];
  /** The failure of a call; undefined when it succeeds. Throws what is none of ours, and class `bug`. */
  failure(bench: TestBench, operation: string, input: Input, call?: BenchCall): Promise<WeftError | undefined>;
  /** The same of any work. */
  failureOf(work: () => Promise<unknown>): Promise<WeftError | undefined>;
}

/** Begins a suite. */
export function createSuite(contract: Contract): Suite {
  const benches: TestBench[] = [];
  const failures: WeftError[] = [];
  const noted = async (work: () => Promise<unknown>): Promise<WeftError | undefined> => {
    const error = await failureOf(work);
    if (error !== undefined) failures.push(error);
    return error;
  };
  return {
    contract,
    benches,
    failures,
    bench({ limited = false, changed } = {}) {
      const { values, now } = contract.account();
      const bench = createTestBench({
        connector: contract.connector,
        limited,
        ...(values === undefined ? {} : { values: { ...values, ...changed } }),
        ...(now === undefined ? {} : { now }),
      });
      benches.push(bench);
      return bench;
    },
    failure: (bench, operation, input, call) => noted(() => bench.run(operation, input, call)),
    failureOf: noted,
  };
}

/** What work fails with. Throws what is none of ours, and class `bug`: neither may reach a person. */
export async function failureOf(work: () => Promise<unknown>): Promise<WeftError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!isWeftError(error) || error.class === 'bug') throw error;
    return error;
  }
}

/** Requests of a bench that are meant. */
export function matching(bench: TestBench, match: RequestMatch = {}): readonly RecordedExchange[] {
  return bench.exchanges().filter(({ method, url }) => {
    const { pathname, search } = new URL(url);
    return fitsRequest(match, method, `${pathname}${search}`);
  });
}

/** Whether a request is meant. `target` is its path and query. */
export function fitsRequest(match: RequestMatch, method: string, target: string): boolean {
  const { path } = match;
  return (
    (match.method === undefined || match.method === method) &&
    (path === undefined || (typeof path === 'string' ? target.includes(path) : path.test(target)))
  );
}

/** Fails unless a message is a sentence a person can read. */
export function assertSentence(message: string): void {
  assert.match(message, /[.!?…"”]$/, `not a sentence: ${message}`);
  assert.doesNotMatch(message, /\[object |\bundefined\b|\bNaN\b|\n\s+at /, `not for people: ${message}`);
  assert.ok(message.length <= 1000, `too long to be read: ${message}`);
}

/** Fails unless a text holds what is wanted. */
export function assertHolds(text: string, wanted: string | RegExp): void {
  assert.ok(typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text), `${String(wanted)} is missing in: ${text}`);
}
