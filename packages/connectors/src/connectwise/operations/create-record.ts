import { defineOperation, doNotRetry, flag, keyValues, optional, record, type ActionContext } from '@weft/connector-kit';
import { z } from 'zod';
import type { CwRecord } from '../client.ts';
import type { Condition } from '../conditions.ts';
import { writableChoices, writableObject, type ObjectInfo } from '../objects.ts';
import {
  companySample,
  createdSchema,
  idInput,
  objectInput,
  parentPropertyFor,
  recordProperty,
  writableObjectProperty,
} from '../properties.ts';
import { referenceId, withReferences } from '../references.ts';
import { create, findBy, theOne, ticketMark } from '../writing.ts';

export const createRecord = defineOperation({
  id: 'createRecord',
  kind: 'action',
  title: 'Create a record',
  summary: 'Creates a company, contact, ticket, agreement, note or any other record; can look first whether it exists.',
  needsConnection: true,
  // ConnectWise has no idempotency key: an earlier attempt is looked for by the record's own key.
  safety: 'searchable',
  properties: [
    writableObjectProperty,
    parentPropertyFor(writableChoices),
    recordProperty,
    {
      name: 'lookup',
      label: 'It exists already when these are equal',
      required: false,
      kind: 'keyValue',
      help: 'Looked for after an interrupted attempt; always when the switch below is on.',
    },
    { name: 'lookFirst', label: 'Always look first', required: false, kind: 'boolean', advanced: true },
  ],
  input: z.strictObject({
    object: objectInput,
    parentId: optional(idInput),
    record: record(),
    lookup: optional(keyValues()),
    lookFirst: optional(flag()),
  }),
  output: createdSchema,
  sample: { record: companySample, created: true },
  async run(context, input) {
    const object = writableObject(input.object, input.parentId);
    const wanted = object.id === 'ticket' ? { externalXRef: ticketMark(context), ...dropBlank(input.record) } : input.record;
    if (context.mayHaveHappened || input.lookFirst === true) {
      const found = await lookUp(context, object, wanted, input.lookup);
      if (found !== undefined) return { record: found, created: false };
    }
    return { record: await create(context, object, wanted), created: true };
  },
});

function dropBlank(fields: Record<string, unknown>): Record<string, unknown> {
  return fields['externalXRef'] ? fields : Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'externalXRef'));
}

async function lookUp(
  context: ActionContext,
  object: ObjectInfo,
  wanted: Record<string, unknown>,
  lookup: Record<string, unknown> | undefined,
): Promise<CwRecord | undefined> {
  const given = Object.entries(lookup ?? {}).map(([field, value]): Condition => ({ field, operator: '=', value }));
  const rows = given.length > 0 ? given : naturalKey(object, wanted);
  if (rows.length === 0) {
    throw doNotRetry(
      'An earlier attempt may have created this record, and nothing says how to find it. Fill in "It exists already when these are equal", or look in ConnectWise and skip this step.',
      { code: 'not_searchable' },
    );
  }
  return theOne(await findBy(context, object, rows), rows.map((row) => `${row.field} = ${String(row.value)}`).join(', '));
}

/** Fields by which records of an object are told apart within their company, where they have one. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  project: ['company/id', 'name'],
  opportunity: ['company/id', 'name'],
  agreement: ['company/id', 'name'],
  configuration: ['company/id', 'name'],
  site: ['name'],
  timeEntry: ['chargeToId', 'chargeToType', 'member/identifier', 'timeStart'],
  invoice: ['invoiceNumber'],
};

/** By which fields a record can be told from others of its kind; none where one of them is missing. */
function naturalKey(object: ObjectInfo, wanted: Record<string, unknown>): Condition[] {
  const equal = (field: string, value: unknown): Condition => ({ field, operator: '=', value });
  if (object.id === 'ticket') return [equal('externalXRef', wanted['externalXRef'])];
  if (object.id === 'company') return wanted['identifier'] ? [equal('identifier', wanted['identifier'])] : [];
  const record = withReferences(wanted, object.scalars);
  const fields = KEYS[object.id];
  if (fields !== undefined) {
    const rows = fields.map((field) => equal(field, valueAt(record, field)));
    return rows.every(({ value }) => value !== undefined && value !== null && value !== '') ? rows : [];
  }
  if (object.id !== 'contact') return [];
  const company = referenceId(record['company']);
  const inCompany = company === undefined ? [] : [equal('company/id', company)];
  if (wanted['email']) return [...inCompany, equal('communicationItems/value', wanted['email'])];
  return wanted['firstName'] && wanted['lastName'] && company !== undefined
    ? [...inCompany, equal('firstName', wanted['firstName']), equal('lastName', wanted['lastName'])]
    : [];
}

function valueAt(record: Readonly<Record<string, unknown>>, path: string): unknown {
  const [first = '', second] = path.split('/');
  const value = record[first];
  if (second === undefined) return value;
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[second] : undefined;
}
