/** Changes of a workflow's settings. Pure. */
import type { WorkflowDocument } from '@weft/workflow';

/** The settings as one edits them. */
export interface SettingsValues {
  /** Runs at once at most. */
  readonly limit?: number | undefined;
  /** Template: runs with the same value go one after the other. */
  readonly key?: string | undefined;
  /** Longest time for a run, milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Days that ended runs are kept; the installation's own when absent. */
  readonly retentionDays?: number | undefined;
  /** Template: what people find a run by. */
  readonly businessKey?: string | undefined;
}

/** Limits of the document. */
export const MOST_AT_ONCE = 1000;
export const SHORTEST_RUN_MS = 1000;
export const MOST_DAYS = 3650;

/** What a document's settings hold. */
export function settingsOf({ settings }: WorkflowDocument): SettingsValues {
  return {
    ...settings.concurrency,
    timeoutMs: settings.timeoutMs,
    retentionDays: settings.retentionDays,
    businessKey: settings.businessKey,
  };
}

/** Sets some of them; what is empty is taken out of the document. */
export function withSettings(document: WorkflowDocument, part: SettingsValues): WorkflowDocument {
  const { limit, key, timeoutMs, retentionDays, businessKey } = { ...settingsOf(document), ...part };
  const concurrency = present({ limit: within(limit, 1, MOST_AT_ONCE), key });
  return {
    ...document,
    settings: {
      ...(Object.keys(concurrency).length === 0 ? {} : { concurrency }),
      ...present({
        timeoutMs: within(timeoutMs, SHORTEST_RUN_MS, Number.MAX_SAFE_INTEGER),
        retentionDays: within(retentionDays, 1, MOST_DAYS),
        businessKey,
      }),
    },
  };
}

function within(value: number | undefined, least: number, most: number): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : Math.min(most, Math.max(least, Math.round(value)));
}

type Present<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> };

function present<Values extends object>(values: Values): Present<Values> {
  // What is left has a value; the type system does not follow the filter.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as Present<Values>;
}
