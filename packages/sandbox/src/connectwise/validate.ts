import { isCalendarDay } from '../dates.ts';
import { isObject } from '../http.ts';
import type { Write } from './assign.ts';
import { definitionsOf } from './custom-fields.ts';
import { isoSeconds, type Row } from './store.ts';

/** Checks the whole draft, as the vendor does on every write: also fields that the request did not touch. */
export function validate(write: Write, options: { identifierMax: number }): void {
  const { entity, row, errors } = write;
  for (const field of Object.values(entity.fields)) {
    const value = row.values[field.name];
    const hasProblem = errors.some((error) => error.field === field.name || error.field?.startsWith(`${field.name}/`));
    if (field.isRequired && (value === undefined || value === null || value === '') && !hasProblem) {
      errors.push({
        code: 'MissingRequiredField',
        message: `The ${field.name} field is required.`,
        resource: entity.resource,
        field: field.name,
      });
    }
    const max = entity.name === 'company' && field.name === 'identifier' ? options.identifierMax : field.max;
    if (max !== undefined && typeof value === 'string' && value.length > max) {
      errors.push({
        code: 'MaxLengthField',
        message: `The field ${field.name} must be a string with a maximum length of ${max}.`,
        resource: entity.resource,
        field: field.name,
      });
    }
  }
  for (const name of ['yearEstablished', 'revenueYear']) {
    const year = row.values[name];
    if (typeof year === 'number' && (year < 1900 || year > 9999)) {
      errors.push({
        code: 'OutOfRange',
        message: `The field ${name} must be between 1900 and 9999.`,
        resource: entity.resource,
        field: name,
      });
    }
  }
}

/** Lays `customFields: [{id,value}]` over the draft: by id, fields left out keep their value unless told otherwise. */
export function assignCustomFields(write: Write, given: unknown, options: { isReplacing: boolean }): void {
  if (!Array.isArray(given)) return;
  const definitions = definitionsOf(write.store, write.entity);
  if (options.isReplacing) write.row.custom = {};
  for (const item of given) {
    if (!isObject(item)) continue;
    const definition = definitions.find((row) => row.id === Number(item['id']));
    if (!definition) {
      write.errors.push({
        code: 'NotFound',
        message: `Custom Field ${String(item['id'])} not found`,
        resource: write.entity.resource,
        field: 'customFields/id',
      });
      continue;
    }
    if (!('value' in item)) continue;
    const value = item['value'];
    const stored = customValue(definition, value);
    if (stored === undefined) {
      write.errors.push({
        code: 'InvalidField',
        message: `${String(definition.values['caption'])} has an invalid value.`,
        resource: write.entity.resource,
        field: 'customFields',
      });
    } else if (stored === null) {
      delete write.row.custom[String(definition.id)];
    } else {
      write.row.custom[String(definition.id)] = stored;
    }
  }
}

const NUMBERS = new Set(['Number', 'Currency', 'Percent']);

/** A value as a custom field of that kind keeps it, null when it is emptied, undefined when it does not fit. */
function customValue({ values }: Row, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return undefined;
  const kind = String(values['fieldTypeIdentifier']);
  const options = Array.isArray(values['options']) ? values['options'].filter(isObject) : [];
  if (options.length > 0 && !options.some((option) => option['optionValue'] === value && option['inactiveFlag'] !== true)) return undefined;
  if (NUMBERS.has(kind)) return String(value).trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
  if (kind === 'Checkbox') return /^(true|false)$/i.test(String(value)) ? String(value).toLowerCase() === 'true' : undefined;
  if (kind === 'Date')
    return isCalendarDay(String(value)) && !Number.isNaN(Date.parse(String(value))) ? isoSeconds(Date.parse(String(value))) : undefined;
  return String(value);
}
