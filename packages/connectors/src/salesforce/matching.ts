/** Looking for a record by rules in order, as the other system knows it: the first rule with a hit decides. */
import { doNotRetry, normalName, phoneDigits, telltaleWord, webDomain, type CallContext } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from './client.ts';
import { fieldTypes } from './describe.ts';
import { fieldsToRead, selectRecords, type PlainRecord } from './records.ts';
import { soqlCondition, soqlName, type Condition } from './soql.ts';

/** How a rule compares: as they are, or by what names, web addresses and phone numbers have in common. */
const COMPARISONS = ['equal', 'name', 'domain', 'phone'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** One rule: every field must fit. A rule with an empty value is passed over. */
export const ruleSchema = z.strictObject({
  equal: z.record(z.string(), z.unknown()).optional(),
  name: z.record(z.string(), z.unknown()).optional(),
  domain: z.record(z.string(), z.unknown()).optional(),
  phone: z.record(z.string(), z.unknown()).optional(),
});
export type MatchRule = z.infer<typeof ruleSchema>;

interface Test {
  readonly comparison: Comparison;
  readonly field: string;
  readonly value: unknown;
}

/** The hits of the first rule that has any, and that rule's number from 1. */
export interface RuleHits {
  readonly records: readonly PlainRecord[];
  readonly rule: number | undefined;
}

/** More hits than this make a rule too weak to decide anything. */
const MOST_CANDIDATES = 2000;

/** Goes through the rules. Throws `invalid` for a rule without fields. */
export async function findByRules(
  context: CallContext,
  wanted: { readonly object: string; readonly rules: readonly MatchRule[]; readonly fields?: readonly string[] | undefined },
): Promise<RuleHits> {
  const object = soqlName(wanted.object);
  for (const [index, rule] of wanted.rules.entries()) {
    const tests = testsOf(rule, index);
    if (tests.length === 0 || tests.some(({ value }) => value === undefined || value === null || value === '')) continue;
    const records = await candidates(context, { object, tests, fields: wanted.fields });
    if (records.length > 0) return { records, rule: index + 1 };
  }
  return { records: [], rule: undefined };
}

function testsOf(rule: MatchRule, index: number): Test[] {
  const tests = COMPARISONS.flatMap((comparison) =>
    Object.entries(rule[comparison] ?? {}).map(([field, value]) => ({ comparison, field: soqlName(field), value })),
  );
  // A field whose value resolved to nothing is not even named any more; a rule without any comparison is a mistake.
  if (Object.keys(rule).length === 0) throw doNotRetry(`Rule ${index + 1} compares nothing.`, { code: 'rule_empty' });
  return tests;
}

async function candidates(
  context: CallContext,
  wanted: { object: string; tests: readonly Test[]; fields: readonly string[] | undefined },
): Promise<PlainRecord[]> {
  const asked = wanted.tests.map(conditionOf);
  if (asked.includes(undefined)) return [];
  const typeOf = await fieldTypes(context, wanted.object);
  const where = asked.map((condition) => soqlCondition(condition as Condition, typeOf)).join(' AND ');
  const fields = await fieldsToRead(
    context,
    wanted.object,
    wanted.fields,
    wanted.tests.map(({ field }) => field),
  );
  const found = await selectRecords(await openSalesforce(context), {
    object: wanted.object,
    fields,
    tail: `WHERE ${where} ORDER BY CreatedDate, Id LIMIT ${MOST_CANDIDATES}`,
    limit: MOST_CANDIDATES,
  });
  return found.filter((record) => wanted.tests.every((test) => holds(test, record)));
}

/** What Salesforce can be asked of a test; undefined when its value has nothing to ask by. */
function conditionOf({ comparison, field, value }: Test): Condition | undefined {
  if (comparison === 'equal') return { field, operator: '=', value };
  const part = { name: () => telltaleWord(String(value)), domain: () => webDomain(value) ?? '', phone: () => phoneDigits(value).slice(-4) }[
    comparison
  ]();
  return part === '' ? undefined : { field, operator: 'contains', value: part };
}

function holds({ comparison, field, value }: Test, record: PlainRecord): boolean {
  const present = field.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], record);
  switch (comparison) {
    case 'equal':
      return true;
    case 'name':
      return normalName(String(present ?? '')) === normalName(String(value));
    case 'domain':
      return webDomain(present) === webDomain(value);
    case 'phone':
      return phoneDigits(present) === phoneDigits(value);
  }
}
