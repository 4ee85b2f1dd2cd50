import { WeftError, defineOperation, doNotRetry, keyValues, optionalText, record } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { fieldTypes } from '../describe.ts';
import { objectInput, objectProperty, recordProperty, writeHeaders, writeInput, writeProperties } from '../properties.ts';
import { subjectOf, writableRecord } from '../records.ts';
import { soqlCondition, soqlName } from '../soql.ts';

/** Records with the same key that are looked through for a marker. */
const MOST_CANDIDATES = 10_000;

export const createRecordOnce = defineOperation({
  id: 'createRecordOnce',
  kind: 'action',
  title: 'Create a record once',
  summary: 'Creates a record unless one with the same key fields exists. For objects without an external id, such as tasks and comments.',
  needsConnection: true,
  safety: 'searchable',
  properties: [
    objectProperty,
    {
      name: 'match',
      label: 'Key fields',
      required: true,
      kind: 'keyValue',
      help: 'At most one record with these values is made. They are written to it as well. Long text fields cannot be keys.',
    },
    recordProperty,
    {
      name: 'markerField',
      label: 'Long text that holds a marker',
      required: false,
      kind: 'text',
      advanced: true,
      placeholder: 'CommentBody',
      help: 'Salesforce cannot filter by long texts: among the records with the same key fields, the one whose text holds the marker is taken for the same.',
    },
    { name: 'marker', label: 'Marker', required: false, kind: 'text', advanced: true, placeholder: '[ConnectWise note {{ item.id }}]' },
    ...writeProperties,
  ],
  input: z.strictObject({
    object: objectInput,
    match: keyValues(),
    record: record(),
    markerField: optionalText({ max: 80 }),
    marker: optionalText({ max: 200 }),
    ...writeInput,
  }),
  output: { type: 'object', properties: { id: { type: 'string' }, created: { type: 'boolean' } } },
  sample: { id: '00Txx0000001abcAAA', created: true },
  async run(context, input) {
    const object = soqlName(input.object);
    const keys = Object.entries(input.match);
    const empty = keys.find(([, value]) => value === null || value === undefined || value === '');
    if (keys.length === 0 || empty)
      throw doNotRetry(
        empty
          ? `The key field ${empty[0]} has no value, so nothing tells whether the ${object} exists already.`
          : 'Give at least one key field; by it a record made before is recognised.',
        { code: 'key_empty' },
      );
    const salesforce = await openSalesforce(context);
    const typeOf = await fieldTypes(context, object);
    const where = keys.map(([field, value]) => soqlCondition({ field, operator: '=', value }, typeOf)).join(' AND ');
    const marked = input.markerField === undefined ? undefined : soqlName(input.markerField);
    if ((marked === undefined) !== (input.marker === undefined))
      throw doNotRetry('Give both the field of the marker and the marker, or neither.', { code: 'marker_incomplete' });
    const subject = subjectOf(object, { ...input.record, ...input.match });
    const found = await salesforce.run(
      (connection) =>
        connection.query<Record<string, unknown> & { Id: string }>(
          `SELECT Id${marked === undefined ? '' : `, ${marked}`} FROM ${object} WHERE ${where} ORDER BY CreatedDate, Id${marked === undefined ? ' LIMIT 2' : ''}`,
          { autoFetch: true, maxFetch: MOST_CANDIDATES },
        ),
      subject,
    );
    const same = found.records.filter((candidate) => marked === undefined || String(candidate[marked] ?? '').includes(input.marker ?? ''));
    if (same.length > 1)
      throw new WeftError({
        class: 'conflict',
        code: 'ambiguous_match',
        message: `Several ${object} records have ${keys.map(([field, value]) => `${field} ${String(value)}`).join(' and ')}: ${same.map(({ Id }) => Id).join(', ')}. Keep one of them and replay this run.`,
        detail: { candidates: same.map(({ Id }) => ({ id: Id })) },
      });
    const [existing] = same;
    if (existing) return { id: existing.Id, created: false };
    const body = { ...writableRecord(input.record), ...input.match };
    const result = await salesforce.run(
      (connection) => connection.sobject(object).create(body, { headers: writeHeaders(input) }),
      subject,
      body,
    );
    return { id: result.id, created: true };
  },
});
