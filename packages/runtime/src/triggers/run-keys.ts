/**
 * The keys of a run, computed once from its payload: the business key, which an operator searches it by, such as the
 * customer's name, and the concurrency key, whose runs go one at a time.
 */
import type { ClaimedTrigger } from '@weft/db';
import { compileValue } from '@weft/expression';
import type { CompiledValue } from '@weft/expression';
import type { WorkflowDocument } from '@weft/workflow';
import type { Logger } from '../logger.ts';
import type { ProgramCache } from '../runs/load-runs.ts';

const LONGEST = 200;

/** The templates of a run's keys, as the document's settings hold them. */
export interface KeyTemplates {
  readonly businessKey?: string | null | undefined;
  readonly concurrencyKey?: string | null | undefined;
  /** Not a template: how many runs of the workflow may go on at once. */
  readonly concurrencyLimit?: number | null | undefined;
}

/** The keys of a run; those that have none are absent. */
export interface RunKeys {
  readonly businessKey?: string;
  readonly concurrencyKey?: string;
  readonly concurrencyLimit?: number;
}

/** The templates in a document. */
export function keyTemplatesOf(document: Pick<WorkflowDocument, 'settings'>): KeyTemplates {
  // Versions written by hand may lack settings.
  const settings = document.settings as WorkflowDocument['settings'] | undefined;
  return { businessKey: settings?.businessKey, concurrencyKey: settings?.concurrency?.key, concurrencyLimit: settings?.concurrency?.limit };
}

/**
 * The keys of a payload: absent when there is no template, when it gives nothing, or when it cannot be computed here
 * (it fails, or is more than a path or a simple formula). A key must never keep an event out.
 */
export async function runKeysOf(templates: KeyTemplates, payload: unknown): Promise<RunKeys> {
  const [businessKey, concurrencyKey] = await Promise.all([
    keyOf(templates.businessKey ?? undefined, payload),
    keyOf(templates.concurrencyKey ?? undefined, payload),
  ]);
  const { concurrencyLimit } = templates;
  return {
    ...(businessKey === undefined ? {} : { businessKey }),
    ...(concurrencyKey === undefined ? {} : { concurrencyKey }),
    ...(typeof concurrencyLimit === 'number' ? { concurrencyLimit } : {}),
  };
}

async function keyOf(template: string | undefined, payload: unknown): Promise<string | undefined> {
  if (!template) return undefined;
  try {
    const value: unknown = await compiled(template).resolve({ trigger: payload }, tooHeavy);
    const text = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    return text.trim() === '' ? undefined : text.trim().slice(0, LONGEST);
  } catch {
    return undefined;
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
  throw new Error('Too heavy for a key');
}

/** Computes the keys of a trigger's events by its version's settings. */
export function createRunKeys(means: {
  readonly programs: ProgramCache;
  readonly log: Logger;
}): (trigger: ClaimedTrigger, payload: unknown) => Promise<RunKeys> {
  return async (trigger, payload) => {
    const loaded = await means.programs.get(trigger.versionId).catch((error: unknown) => {
      means.log.warn('The version of a trigger cannot be read', { versionId: trigger.versionId, error });
      return undefined;
    });
    return loaded ? runKeysOf(keyTemplatesOf(loaded.document), payload) : {};
  };
}
