/**
 * The business key: what an operator searches a run by, such as the customer's name. Computed once, from the payload.
 */
import type { ClaimedTrigger } from '@weft/db';
import { compileValue } from '@weft/expression';
import type { CompiledValue } from '@weft/expression';
import type { Logger } from '../logger.ts';
import type { ProgramCache } from '../runs/load-runs.ts';

const LONGEST = 200;

/**
 * The business key of a payload: undefined when there is no template, when it gives nothing, or when it cannot be
 * computed here (it fails, or is more than a path or a simple formula). A label must never keep an event out.
 */
export async function businessKeyOf(template: string | undefined, payload: unknown): Promise<string | undefined> {
  if (!template) return undefined;
  try {
    const value: unknown = await compiled(template).resolve({ trigger: payload }, tooHeavy);
    const text = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    return text.trim() === '' ? undefined : text.trim().slice(0, LONGEST);
  } catch {
    return undefined; // the run goes by its id then
  }
}

const templates = new Map<string, CompiledValue>();

function compiled(template: string): CompiledValue {
  const known = templates.get(template) ?? compileValue(template);
  if (templates.size > 1000) templates.clear();
  templates.set(template, known);
  return known;
}

function tooHeavy(): never {
  throw new Error('Too heavy for a label');
}

/** Computes the keys of a trigger's events by its version's settings. */
export function createBusinessKeys(means: {
  readonly programs: ProgramCache;
  readonly log: Logger;
}): (trigger: ClaimedTrigger, payload: unknown) => Promise<string | undefined> {
  return async (trigger, payload) => {
    const loaded = await means.programs.get(trigger.versionId).catch((error: unknown) => {
      means.log.warn('The version of a trigger cannot be read', { versionId: trigger.versionId, error });
      return undefined;
    });
    return businessKeyOf(loaded?.document.settings?.businessKey, payload);
  };
}
