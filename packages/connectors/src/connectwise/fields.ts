/** The fields of ConnectWise's objects for mapping: the vendor's own, and those that an administrator of the account has added. */
import type { CallContext, RecordField } from '@weft/connector-kit';
import type { CustomField } from './custom-fields.ts';
import { FIELDS } from './field-table.ts';
import { searchedField } from './field-values.ts';
import { customFieldDefinitions, customFieldOptions } from './lookups.ts';
import { objectInfo, type ObjectId } from './objects.ts';

const CUSTOM_TYPES: Readonly<Record<string, RecordField['type']>> = {
  TextArea: 'longText',
  Currency: 'number',
  Number: 'number',
  Percent: 'number',
  Date: 'date',
  Checkbox: 'boolean',
};

/** The member name by which a custom field is mapped: `SF Id` → `customFields.SF_Id`. */
export function customFieldName(caption: string): string {
  const word = caption
    .trim()
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return `customFields.${/^[A-Za-z_]/.test(word) ? word : `_${word}`}`;
}

function customField(definition: CustomField, options: readonly string[]): RecordField {
  const choices = options.map((value) => ({ value, label: value }));
  return {
    name: customFieldName(definition.caption),
    label: definition.caption,
    type: choices.length > 0 ? 'select' : (CUSTOM_TYPES[definition.type ?? ''] ?? 'text'),
    required: false,
    custom: true,
    ...(choices.length > 0 ? { choices, restricted: true } : {}),
  };
}

/** The fields of an object: the known ones, with what the account lists for them, and its custom fields. */
export async function connectwiseFields(context: CallContext, objectId: string): Promise<readonly RecordField[]> {
  const object = objectInfo(objectId);
  const known = FIELDS[object.id as ObjectId].map((one) => ({
    ...one,
    ...(one.readOnly === true ? {} : searchedField(object.id, one.name)),
  }));
  // What belongs to another record has no list of its own from which its custom fields could be read.
  if (object.parent !== undefined) return known;
  const definitions = await customFieldDefinitions(context, object);
  const hasLists = definitions.some(({ entryMethod }) => entryMethod === 'List' || entryMethod === 'Option');
  const options = hasLists ? await customFieldOptions(context) : new Map<number, readonly string[]>();
  return [...known, ...definitions.map((definition) => customField(definition, options.get(definition.id) ?? []))];
}
