/** What a worker and its script processes say to each other. */
import type { ConsoleLine } from '@weft/engine';

/** One execution. */
export interface ScriptTask {
  readonly code: string;
  readonly scope: Readonly<Record<string, unknown>>;
  /** Makes `Math.random` give the same to every attempt of the same step. */
  readonly seed: number;
  readonly timeoutMs: number;
}

/** What became of it. `isSpent`: the process should not be used again. */
export type ScriptAnswer = {
  readonly console: readonly ConsoleLine[];
  readonly isSpent: boolean;
  /** Milliseconds, without what starting the process took. */
  readonly durationMs: number;
} & ({ readonly output: string | undefined } | { readonly failure: ScriptFailure });

/** Why a script has no output. `line`: 1-based, of the script. */
export interface ScriptFailure {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
}
