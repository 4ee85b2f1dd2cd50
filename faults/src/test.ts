/** What a test of the suite is, and what it gives: figures with their bars. */
import type { Bench } from './support/bench.ts';

/** One line of the table. */
export interface Figure {
  readonly what: string;
  readonly got: string;
  readonly bar: string;
  readonly ok: boolean;
  /** A figure of speed: a busy machine misses it; it fails the suite only with `--strict`. */
  readonly isSpeed?: boolean;
}

export interface FaultTest {
  readonly id: string;
  readonly title: string;
  /** The longest it may take in the short form, seconds. */
  readonly within: number;
  /** It breaks Redis: there is nothing to break when workers are woken through PostgreSQL. */
  readonly needsRedis?: true;
  /** Too slow for the short form: it runs in the long one, or when it is asked for by name. */
  readonly isOnlyLong?: true;
  run(bench: Bench): Promise<readonly Figure[]>;
}
