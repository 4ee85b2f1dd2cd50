/** Looking for a record by rules in order, as another system knows it: the first rule with a hit decides. */
import { doNotRetry, type CallContext } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce, type Salesforce } from './client.ts';
import { COMPARISONS, comparable, roughCondition, type Comparison } from './comparing.ts';
import { typesOf } from './conditions.ts';
import { describeFields } from './describe.ts';
import { fieldsToRead, selectRecords, type PlainRecord } from './records.ts';
import { soqlName } from './soql.ts';

/** Records a rule's rough condition may let through; beyond it nobody can say that a hit is the only one. */
const MOST_CANDIDATES = 2000;

const comparison = z.enum(COMPARISONS, { error: `must be one of ${COMPARISONS.join(', ')}` });
const ruleField = z.strictObject({ field: z.string().min(1), value: z.unknown().optional(), compare: comparison.optional() });
const ruleSchema = z.strictObject({
  name: z.string().optional(),
  fields: z.preprocess(
    (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([field, one]) => ({ field, value: one as unknown }))
        : value,
    // A field whose value resolved to nothing is not even named any more: such a rule is left out like one that lacks a value.
    z.array(ruleField),
  ) as unknown as z.ZodType<z.infer<typeof ruleField>[]>,
});
export type Rule = z.infer<typeof ruleSchema>;

/** A list of rules, also as JSON text. */
export const rulesInput = z.preprocess(
  (value) => {
    if (typeof value !== 'string' || !value.trim().startsWith('[')) return value === '' || value === null ? undefined : value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      // Left as text: the schema below says what is expected.
      return value;
    }
  },
  z.array(ruleSchema, { error: 'must be a list of rules' }).min(1, 'must have at least one rule'),
) as unknown as z.ZodType<Rule[]>;

/** What help texts say of rules. */
export const RULES_HELP =
  'The first rule with a hit decides. A rule that lacks a value is left out. E-mail, phone, website and name fields are compared by meaning; "compare" in a list of { field, value, compare } says otherwise: exact, email, domain, phone, name.';

/** The hits of the first rule that has any. */
export interface RuleHits {
  readonly records: readonly PlainRecord[];
  readonly rule: Rule | undefined;
}

/** Goes through the rules; nothing is guessed between several hits. */
export async function findByRules(
  context: CallContext,
  wanted: { readonly object: string; readonly rules: readonly Rule[]; readonly fields?: readonly string[] | undefined },
): Promise<RuleHits> {
  const object = soqlName(wanted.object);
  const salesforce = await openSalesforce(context);
  const fields = await fieldsToRead(context, object, wanted.fields);
  for (const rule of wanted.rules) {
    const records = await findByRule(context, salesforce, { object, rule, fields });
    if (records.length > 0) return { records, rule };
  }
  return { records: [], rule: undefined };
}

/** What a rule is called in outputs and messages. */
export const nameOfRule = (rule: Rule): string => rule.name ?? rule.fields.map(({ field }) => field).join(' + ');
/** What people call a record, as far as its fields were read. */
export const nameIn = (record: PlainRecord): unknown =>
  record['Name'] ?? record['Subject'] ?? record['CaseNumber'] ?? record['LastName'] ?? null;
/** The values a rule looked at. */
export const lookedAt = (record: PlainRecord, rule: Rule): PlainRecord =>
  Object.fromEntries(rule.fields.map(({ field }) => [field, valueAt(record, field)]));

/** A member, also of a parent, whatever the case it was asked in. */
function valueAt(record: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null) return undefined;
    return Object.entries(at).find(([name]) => name.toLowerCase() === step.trim().toLowerCase())?.[1];
  }, record);
}

/** The records a rule fits; none when one of its values is missing. */
async function findByRule(
  context: CallContext,
  salesforce: Salesforce,
  { object, rule, fields }: { object: string; rule: Rule; fields: readonly string[] },
): Promise<PlainRecord[]> {
  const names = rule.fields.map(({ field }) => soqlName(field));
  const typeOf = await typesOf(context, object, names);
  const tests = rule.fields.map(({ value, compare }, at) => {
    const field = names[at] ?? '';
    const type = typeOf(field);
    const how = compare ?? comparisonFor(field, type);
    return { field, value, type, comparison: how, key: comparable(value, how) };
  });
  if (tests.length === 0 || tests.some((test) => test.key === undefined)) return [];
  const where = tests.map((test) => roughCondition(test.field, test.value, test)).join(' AND ');
  // Candidates are told apart by their name, where the object has one.
  const hasName = (await describeFields(context, object)).some((field) => field.name === 'Name');
  const needed = [...fields, ...names, ...(hasName ? ['Name'] : [])];
  const found = await selectRecords(salesforce, {
    object,
    fields: [...new Map(needed.map((name) => [name.toLowerCase(), name])).values()],
    tail: `WHERE ${where} ORDER BY CreatedDate, Id LIMIT ${MOST_CANDIDATES}`,
    limit: MOST_CANDIDATES,
  });
  if (found.length === MOST_CANDIDATES)
    throw doNotRetry(
      `The rule "${nameOfRule(rule)}" lets ${MOST_CANDIDATES} ${object} records or more through, so no hit can be said to be the only one. Add a field to it.`,
      { code: 'rule_too_wide' },
    );
  // SOQL has compared what needs no normalising, by the type of the field.
  return found.filter((record) =>
    tests.every(({ field, comparison: how, key }) => how === 'exact' || comparable(valueAt(record, field), how) === key),
  );
}

function comparisonFor(field: string, type: string | undefined): Comparison {
  if (type === 'email') return 'email';
  if (type === 'phone') return 'phone';
  if (type === 'url') return 'domain';
  return field.toLowerCase() === 'name' ? 'name' : 'exact';
}
