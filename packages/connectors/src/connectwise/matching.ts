/** Matching by rules in order: the first rule with one hit decides; several hits are for a person to decide between. */
import { telltaleWord } from '@weft/connector-kit';
import type { CwRecord } from './client.ts';
import type { Condition } from './conditions.ts';
import { NAME_LENGTH, cutAtWord } from './naming.ts';
import { nameOf } from './writing.ts';

/** One way to recognise a record. `find` gives every record it fits; `undefined` when the values it needs are missing. */
export interface MatchRule {
  readonly id: string;
  find(): Promise<readonly CwRecord[]> | undefined;
}

/** What matching gives: nobody is ever guessed. */
export interface MatchOutcome {
  readonly outcome: 'none' | 'one' | 'several';
  /** The only hit. */
  readonly record: CwRecord | null;
  /** All hits of the rule that decided, the only one included. */
  readonly candidates: readonly { readonly id: number; readonly name: string }[];
  /** The rule that decided. */
  readonly matchedBy: string | null;
}

/** By what companies are asked for that may have a name: its longest word, or all of it when it has no letters. */
export function nameCondition(name: string): Condition {
  const cut = cutAtWord(name, NAME_LENGTH);
  const word = telltaleWord(cut);
  return word === '' ? { field: 'name', operator: '=', value: cut } : { field: 'name', operator: 'contains', value: word };
}

/** Goes through the rules. */
export async function matchByRules(rules: readonly MatchRule[]): Promise<MatchOutcome> {
  for (const rule of rules) {
    const hits = (await rule.find()) ?? [];
    const [first] = hits;
    if (first === undefined) continue;
    return {
      outcome: hits.length === 1 ? 'one' : 'several',
      record: hits.length === 1 ? first : null,
      candidates: hits.map((record) => ({ id: record.id, name: nameOf(record) })),
      matchedBy: rule.id,
    };
  }
  return { outcome: 'none', record: null, candidates: [], matchedBy: null };
}

/** JSON Schema of {@link MatchOutcome}. */
export const matchOutcomeSchema = {
  type: 'object',
  properties: {
    outcome: { type: 'string', enum: ['none', 'one', 'several'] },
    record: { type: ['object', 'null'] },
    candidates: { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } } },
    matchedBy: { type: ['string', 'null'] },
  },
} as const;
