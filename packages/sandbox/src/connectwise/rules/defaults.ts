import type { Rule } from './rule.ts';

/** The rule of objects that only need their flags filled and a status taken from a list's default. */
export function defaultsRule(given: { flags?: Record<string, boolean>; statusOf?: string }): Rule {
  return {
    beforeSave({ store, row }, { before }) {
      for (const [flag, value] of Object.entries(given.flags ?? {})) row.values[flag] ??= value;
      if (before || given.statusOf === undefined) return;
      const status = store.find(given.statusOf, (candidate) => candidate.values['defaultFlag'] === true);
      if (status) row.values['status'] ??= { id: status.id };
    },
  };
}
