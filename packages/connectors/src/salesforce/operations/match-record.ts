import { defineOperation, doNotRetry, type ActionContext } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce, type Salesforce } from '../client.ts';
import { COMPARISONS, comparable, roughCondition, type Comparison } from '../comparing.ts';
import { typesOf } from '../conditions.ts';
import { describeFields } from '../describe.ts';
import { accountSample, fieldsInput, fieldsProperty, objectInput, objectProperty } from '../properties.ts';
import { fieldsToRead, selectRecords, type PlainRecord } from '../records.ts';
import { soqlName } from '../soql.ts';

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
    z.array(ruleField).min(1, 'must name at least one field'),
  ) as unknown as z.ZodType<z.infer<typeof ruleField>[]>,
});
type Rule = z.infer<typeof ruleSchema>;

const rulesInput = z.preprocess(
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

export const matchRecord = defineOperation({
  id: 'matchRecord',
  kind: 'action',
  title: 'Match a record',
  summary: 'Looks for a record by rules in order. Tells none, one or several; never guesses, writes nothing.',
  needsConnection: true,
  safety: 'read',
  properties: [
    objectProperty,
    {
      name: 'rules',
      label: 'Rules',
      required: true,
      kind: 'json',
      placeholder: '[{ "fields": { "CW_Company_Id__c": "{{ trigger.record.id }}" } }, { "fields": { "Website": "…" } }]',
      help: 'The first rule with a hit decides. A rule that lacks a value is left out. E-mail, phone, website and name fields are compared by meaning; "compare" in a list of { field, value, compare } says otherwise: exact, email, domain, phone, name.',
    },
    { ...fieldsProperty, help: 'Of the record that is given. Nothing chosen means all.' },
  ],
  input: z.strictObject({ object: objectInput, rules: rulesInput, fields: fieldsInput }),
  output: {
    type: 'object',
    properties: {
      outcome: { type: 'string', enum: ['none', 'one', 'several'] },
      record: { type: ['object', 'null'] },
      candidates: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' }, name: { type: ['string', 'null'] } } } },
      matchedBy: { type: ['string', 'null'] },
    },
  },
  sample: { outcome: 'one', record: accountSample, candidates: [{ id: '001xx000003DGb2AAG', name: 'Acme Ltd' }], matchedBy: 'Website' },
  async run(context, input) {
    const object = soqlName(input.object);
    const salesforce = await openSalesforce(context);
    const fields = await fieldsToRead(context, object, input.fields);
    for (const rule of input.rules) {
      const hits = await findByRule(context, salesforce, { object, rule, fields });
      const [first] = hits;
      if (first === undefined) continue;
      return {
        outcome: hits.length === 1 ? 'one' : 'several',
        record: hits.length === 1 ? first : null,
        candidates: hits.map((record) => ({ ...pick(record, rule), id: record['Id'], name: nameIn(record) })),
        matchedBy: nameOfRule(rule),
      };
    }
    return { outcome: 'none', record: null, candidates: [], matchedBy: null };
  },
});

const nameOfRule = (rule: Rule): string => rule.name ?? rule.fields.map(({ field }) => field).join(' + ');
const nameIn = (record: PlainRecord): unknown => record['Name'] ?? record['Subject'] ?? record['CaseNumber'] ?? record['LastName'] ?? null;
const pick = (record: PlainRecord, rule: Rule): PlainRecord =>
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
  context: ActionContext,
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
  if (tests.some((test) => test.key === undefined)) return [];
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
