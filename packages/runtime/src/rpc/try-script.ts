/**
 * Runs scripts for people who are writing them: in a process of their own, so that no run waits for one, and few at once.
 */
import { WeftError, isWeftError } from '@weft/errors';
import { createScriptPool } from '../adapters/script-pool.ts';
import type { ScriptPool } from '../adapters/script-pool.ts';
import type { ScriptTrial, TryScriptRequest } from './contract.ts';

/** Longest trial, milliseconds: somebody waits for it, and others for their turn. */
export const LONGEST_TRIAL_MS = 10_000;
/** Trials under way or waiting: of all, and of one workspace. */
const MOST_TRIALS = 4;
const MOST_OF_ONE = 2;
/** Output above this many bytes of JSON is cut, as it is in a run. */
const SHOWN_BYTES = 64 * 1024;
const PREVIEW_CHARACTERS = 8 * 1024;

export interface ScriptTrials {
  /** Throws `throttled` when too many are under way. */
  run(request: TryScriptRequest): Promise<ScriptTrial>;
  close(): void;
}

/** Opens them; a process starts with the first. */
export function createScriptTrials(pool: ScriptPool = createScriptPool({ size: 1 })): ScriptTrials {
  const under = new Map<string, number>();
  const count = (workspaceId: string, change: number): void => {
    const now = (under.get(workspaceId) ?? 0) + change;
    if (now === 0) under.delete(workspaceId);
    else under.set(workspaceId, now);
  };
  return {
    run: async ({ workspaceId, code, scope, timeoutMs }) => {
      const all = [...under.values()].reduce((sum, one) => sum + one, 0);
      if (all >= MOST_TRIALS || (under.get(workspaceId) ?? 0) >= MOST_OF_ONE)
        throw new WeftError({
          class: 'throttled',
          code: 'scripts_busy',
          message: 'Other scripts are being tested at the moment. Test this one again in a few seconds.',
          retryAfterMs: LONGEST_TRIAL_MS,
        });
      count(workspaceId, 1);
      try {
        const run = { workspaceId, code, scope, timeoutMs: Math.min(timeoutMs, LONGEST_TRIAL_MS), seed: `trial|${Math.random()}` };
        const { output, console, durationMs } = await pool.run(run);
        return { ok: true, output: shown(output), console, durationMs };
      } catch (thrown) {
        return failure(thrown);
      } finally {
        count(workspaceId, -1);
      }
    },
    close: pool.close,
  };
}

/** A script that fails is what its author wants to see; anything else is a failure of ours. */
function failure(thrown: unknown): ScriptTrial {
  if (!isWeftError(thrown) || thrown.class !== 'invalid') throw thrown;
  // Made by the pool.
  const { console = [], line } = (thrown.detail ?? {}) as { console?: ScriptTrial['console']; line?: number };
  return { ok: false, message: thrown.message, console, ...(line === undefined ? {} : { line }) };
}

function shown(output: unknown): unknown {
  const text = JSON.stringify(output);
  const size = Buffer.byteLength(text);
  return size <= SHOWN_BYTES ? output : { truncated: true, size, preview: text.slice(0, PREVIEW_CHARACTERS).toWellFormed() };
}
