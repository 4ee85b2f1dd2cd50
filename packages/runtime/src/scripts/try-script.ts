import { invalid } from '@weft/errors';
import { SCRIPT_TIMEOUT_MS, scriptScope } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import type { ScriptTrial } from '../rpc/contract.ts';

/** Sample data of a trial at most, characters of its JSON. */
const MOST_SAMPLE_CHARACTERS = 5 * 1024 * 1024;

/** A script and the sample data it is tried with. */
export interface TryScriptInput {
  readonly code: string;
  readonly scope: Readonly<Record<string, unknown>>;
  /** 5 s when absent; a worker allows 10 s at most. */
  readonly timeoutMs?: number;
}

/** Runs a script with sample data. No run is made, nothing is stored, no account is used. */
export async function tryScript(ctx: Ctx, input: TryScriptInput): Promise<ScriptTrial> {
  requireRole(ctx, 'edit');
  const scope = scriptScope(input.code, input.scope);
  if (JSON.stringify(scope).length > MOST_SAMPLE_CHARACTERS)
    throw invalid(
      'sample_large',
      `The sample that the script asks for is larger than ${MOST_SAMPLE_CHARACTERS / 1024 / 1024} MB. Choose another sample, or name only the steps that the script needs.`,
    );
  return ctx.worker.tryScript({
    workspaceId: ctx.actor.workspaceId,
    code: input.code,
    scope,
    timeoutMs: input.timeoutMs ?? SCRIPT_TIMEOUT_MS,
  });
}
