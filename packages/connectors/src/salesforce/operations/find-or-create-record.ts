import { WeftError, defineOperation, flag, optional, optionalText, record } from '@weft/connector-kit';
import { z } from 'zod';
import { lookForChanges } from '../changes.ts';
import { openSalesforce } from '../client.ts';
import { RULES_HELP, findByRules, nameOfRule, rulesInput } from '../matching.ts';
import { objectInput, objectProperty, recordProperty, writeHeaders, writeInput, writeProperties } from '../properties.ts';
import { subjectOf, type PlainRecord } from '../records.ts';
import { soqlName } from '../soql.ts';
import { preparedRecord } from '../values.ts';

export const findOrCreateRecord = defineOperation({
  id: 'findOrCreateRecord',
  kind: 'action',
  title: 'Find or create a record',
  summary: 'Looks for a record by rules in order; updates the one it finds or creates it. Several are never guessed between.',
  needsConnection: true,
  safety: 'searchable',
  properties: [
    objectProperty,
    {
      name: 'rules',
      label: 'Found by',
      required: true,
      kind: 'json',
      placeholder:
        '[{ "fields": { "CW_Company_Id__c": "{{ trigger.record.id }}" } }, { "fields": { "Name": "{{ trigger.record.name }}" } }]',
      help: RULES_HELP,
    },
    recordProperty,
    { name: 'onlyNew', label: 'Fields for a new record only', required: false, kind: 'record', advanced: true },
    { name: 'update', label: 'Update one that is found', required: false, kind: 'boolean', initial: true },
    {
      name: 'keyField',
      label: 'Field that links it',
      required: false,
      kind: 'text',
      placeholder: 'CW_Company_Id__c',
      help: 'When the record found has another value here, it belongs to another record and is not touched.',
    },
    ...writeProperties,
  ],
  input: z.strictObject({
    object: objectInput,
    rules: rulesInput,
    record: record(),
    onlyNew: optional(record()),
    update: optional(flag()),
    keyField: optionalText({ max: 80 }),
    ...writeInput,
  }),
  output: {
    type: 'object',
    properties: {
      id: { type: 'string' },
      created: { type: 'boolean' },
      changed: { type: 'boolean' },
      matchedBy: { type: ['string', 'null'] },
    },
  },
  sample: { id: '001xx000003DGb2AAG', created: false, changed: true, matchedBy: 'CW_Company_Id__c' },
  async run(context, input) {
    const object = soqlName(input.object);
    const salesforce = await openSalesforce(context);
    const { keyField } = input;
    const found = await findByRules(context, { object, rules: input.rules, fields: ['Id', ...(keyField === undefined ? [] : [keyField])] });
    if (found.records.length > 1) throw ambiguous(object, found.records);
    const [existing] = found.records;
    if (existing === undefined) {
      const wanted = await preparedRecord(context, { object }, { ...input.onlyNew, ...input.record });
      const made = await salesforce.run(
        (connection) => connection.sobject(object).create(wanted, { headers: writeHeaders(input) }),
        subjectOf(object, wanted),
        wanted,
      );
      return { id: made.id, created: true, changed: true, matchedBy: null };
    }
    const id = String(existing['Id']);
    if (keyField !== undefined) refuseOtherLink(object, { existing, keyField, wanted: input.record[keyField] });
    const matchedBy = found.rule === undefined ? null : nameOfRule(found.rule);
    if (input.update === false) return { id, created: false, changed: false, matchedBy };
    const wanted = await preparedRecord(context, { object, id }, input.record);
    const subject = subjectOf(object, input.record, id);
    const look = await lookForChanges(context, salesforce, { existing: { object, path: `${object}/${id}`, subject }, wanted });
    const isChanged = look.changed.length > 0 || look.id === undefined;
    if (isChanged)
      await salesforce.run(
        (connection) => connection.sobject(object).update({ Id: id, ...wanted }, { headers: writeHeaders(input) }),
        subject,
        wanted,
      );
    return { id, created: false, changed: isChanged, matchedBy };
  },
});

function ambiguous(object: string, records: readonly PlainRecord[]): WeftError {
  const ids = records.map((candidate) => String(candidate['Id']));
  return new WeftError({
    class: 'conflict',
    code: 'ambiguous_match',
    message: `${ids.length} Salesforce ${object} records match: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ' …' : ''}. Nothing was written. Merge them or link the right one, then replay this run.`,
    detail: { candidates: ids.map((id) => ({ id })) },
  });
}

/** A record that is linked to another record of the other system is not ours to change. */
function refuseOtherLink(object: string, link: { existing: PlainRecord; keyField: string; wanted: unknown }): void {
  const present = link.existing[link.keyField];
  if (typeof present !== 'string' || present === '' || link.wanted === undefined || present === String(link.wanted)) return;
  const id = String(link.existing['Id']);
  throw new WeftError({
    class: 'conflict',
    code: 'linked_elsewhere',
    message: `The Salesforce ${object} ${id} matches, but its ${link.keyField} is ${present}, not ${String(link.wanted)}: it belongs to another record. Merge the two, or correct the field, then replay this run.`,
    detail: { candidates: [{ id, [link.keyField]: present }] },
  });
}
