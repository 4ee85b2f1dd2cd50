import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';
import { RULES_HELP, findByRules, lookedAt, nameIn, nameOfRule, rulesInput } from '../matching.ts';
import { accountSample, fieldsInput, fieldsProperty, objectInput, objectProperty } from '../properties.ts';

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
      help: RULES_HELP,
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
    const { records, rule } = await findByRules(context, input);
    const [first] = records;
    if (first !== undefined && rule !== undefined) {
      return {
        outcome: records.length === 1 ? 'one' : 'several',
        record: records.length === 1 ? first : null,
        candidates: records.map((record) => ({ ...lookedAt(record, rule), id: record['Id'], name: nameIn(record) })),
        matchedBy: nameOfRule(rule),
      };
    }
    return { outcome: 'none', record: null, candidates: [], matchedBy: null };
  },
});
