/**
 * Runs scripts in processes that may die, each in an engine of its own with bounded memory.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ConsoleLine } from '@weft/engine';
import { WeftError } from '@weft/errors';
import type { ScriptAnswer, ScriptFailure, ScriptTask } from '../script-host/protocol.ts';
import { createProcessPool } from './process-pool.ts';

/** One script and what it is given. */
export interface ScriptRun {
  readonly workspaceId: string;
  readonly code: string;
  readonly scope: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The same for every attempt of the same step: what `Math.random` gives depends on it. */
  readonly seed: string;
}

/** What a script gave. */
export interface ScriptResult {
  readonly output: unknown;
  readonly console: readonly ConsoleLine[];
  readonly durationMs: number;
}

export interface ScriptPool {
  /**
   * Throws `invalid` for a script that fails, takes too long or needs too much memory, with its console in
   * `detail.console` and, where it is known, the line in `detail.line`.
   */
  run(script: ScriptRun): Promise<ScriptResult>;
  close(): void;
}

/** A process is killed this long after a script should have been stopped from within. */
const GRACE_MS = 200;
const MOST_INPUT_CHARACTERS = 20 * 1024 * 1024;

/** Makes a pool. */
export function createScriptPool(options: { readonly size?: number } = {}): ScriptPool {
  const pool = createProcessPool<ScriptTask, ScriptAnswer>({
    main: fileURLToPath(new URL('../script-host/main.ts', import.meta.url)),
    size: options.size ?? 2,
    memoryMb: 96,
    isReusable: (answer) => !answer.isSpent,
    tooSlow: ({ timeoutMs }) =>
      scriptError({ code: 'script_timeout', message: `The script took longer than ${timeoutMs / 1000} s and was stopped.` }, []),
    died: (_, errors) =>
      /heap out of memory|Allocation failed/i.test(errors)
        ? scriptError({ code: 'script_memory', message: 'The script needed more memory than it may use.' }, [])
        : scriptError({ code: 'script_died', message: 'The process in which the script ran ended unexpectedly.' }, []),
  });
  return {
    run: async ({ workspaceId, code, scope, timeoutMs, seed, signal }) => {
      requireSmall(scope);
      const task = { code, scope, timeoutMs, seed: createHash('sha256').update(seed).digest().readUInt32LE(0) };
      const answer = await pool.run(task, { owner: workspaceId, timeoutMs: timeoutMs + GRACE_MS, ...(signal ? { signal } : {}) });
      if ('failure' in answer) throw scriptError(answer.failure, answer.console);
      const output = answer.output === undefined ? null : (JSON.parse(answer.output) as unknown);
      return { output, console: answer.console, durationMs: answer.durationMs };
    },
    close: pool.close,
  };
}

function requireSmall(scope: Readonly<Record<string, unknown>>): void {
  const characters = JSON.stringify(scope).length;
  if (characters <= MOST_INPUT_CHARACTERS) return;
  throw scriptError(
    {
      code: 'script_input_large',
      message: `The script was to be given ${Math.round(characters / 1024 / 1024)} MB of data; it may be given ${MOST_INPUT_CHARACTERS / 1024 / 1024} MB. Name only the steps that it needs, or go through the list in a loop.`,
    },
    [],
  );
}

function scriptError({ code, message, line }: ScriptFailure, console: readonly ConsoleLine[]): WeftError {
  return new WeftError({ class: 'invalid', code, message, detail: { console, ...(line === undefined ? {} : { line }) } });
}
