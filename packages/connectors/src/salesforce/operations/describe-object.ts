import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';
import { describeFields, describeObjects, toRecordField } from '../describe.ts';
import { objectInput, objectProperty } from '../properties.ts';
import { soqlName } from '../soql.ts';

export const describeObject = defineOperation({
  id: 'describeObject',
  kind: 'action',
  title: 'Describe an object',
  summary: 'Gives the fields of an object: names, labels, types, lengths, what is required, picklist values and references.',
  needsConnection: true,
  safety: 'read',
  properties: [objectProperty],
  input: z.strictObject({ object: objectInput }),
  output: {
    type: 'object',
    properties: { name: { type: 'string' }, label: { type: 'string' }, fields: { type: 'array', items: { type: 'object' } } },
  },
  sample: {
    name: 'Account',
    label: 'Account',
    fields: [{ name: 'Name', label: 'Account Name', type: 'text', required: true, maxLength: 255 }],
  },
  async run(context, input) {
    const name = soqlName(input.object);
    const fields = await describeFields(context, name);
    const object = (await describeObjects(context)).find((choice) => choice.value.toLowerCase() === name.toLowerCase());
    return {
      name: object?.value ?? name,
      label: object?.label ?? name,
      fields: fields.map((field) => ({
        ...toRecordField(field),
        vendorType: field.type,
        externalId: field.externalId,
        unique: field.unique,
      })),
    };
  },
});
