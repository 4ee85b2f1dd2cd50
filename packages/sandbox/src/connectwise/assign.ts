import { isCalendarDay } from '../dates.ts';
import type { Json } from '../http.ts';
import { isObject } from '../http.ts';
import { entityOf } from './entities.ts';
import type { Entity } from './entity.ts';
import { badBody, ConnectWiseError, type ValidationError } from './errors.ts';
import type { Field } from './fields.ts';
import { isoSeconds, refId, type CommunicationItem, type Row, type Store } from './store.ts';
import { nameOf, typeEntity } from './view.ts';

/** What a write works on: the draft, the problems found so far, and write-only members such as initialDescription. */
export interface Write {
  store: Store;
  entity: Entity;
  row: Row;
  errors: ValidationError[];
  writeOnly: Json;
  /** Body as sent, for the positions in the vendor's messages. */
  raw: string;
}

/** Texts up to this length are entered in one line: a line break in them is stored as a space. */
const SINGLE_LINE = 255;

const MODEL = 'ConnectWise.Apis.v3_0.v2015_3';

/** Copies a JSON body onto the draft, converting and resolving as the vendor's JSON reader does. */
export function assign(write: Write, body: Json): void {
  for (const [given, value] of Object.entries(body)) {
    const name = given.toLowerCase();
    if (name === 'id' || name === '_info' || name === 'customfields') continue;
    if (name === 'typeids' && write.entity.fields['types']) {
      const types = (Array.isArray(value) ? value : []).map((id: unknown) => ({ id }));
      if (types.length > 0) assignField(write, write.entity.fields['types'], types);
      continue;
    }
    const field = Object.values(write.entity.fields).find((candidate) => candidate.name.toLowerCase() === name);
    if (!field) {
      throw badBody(
        `Could not find member '${given}' on object of type '${write.entity.typeName}'. Path '${given}', ${position(write.raw, given)}.Check your accept header to make sure you are using the correct version.`,
      );
    }
    if (!field.isReadOnly) assignField(write, field, value);
  }
}

/** Sets one field of the draft from JSON. */
export function assignField(write: Write, field: Field, value: unknown): void {
  const converted = convert(write, field, value);
  if (field.isWriteOnly) write.writeOnly[field.name] = converted;
  else if (converted === undefined) delete write.row.values[field.name];
  else write.row.values[field.name] = converted;
}

function convert(write: Write, field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  switch (field.type) {
    case 'string':
      if (typeof value === 'object')
        throw badBody(`Unexpected character encountered while parsing value. Path '${field.name}', ${position(write.raw, field.name)}.`);
      return field.max !== undefined && field.max <= SINGLE_LINE ? String(value).replace(/\r\n|\r|\n/g, ' ') : String(value);
    case 'enum':
      return enumValue(write, field, value);
    case 'int':
    case 'number':
      return numberValue(write, field, value);
    case 'bool':
      return boolValue(value);
    case 'date':
      return dateValue(write, field, value);
    case 'ref':
      return reference(write, field, value);
    case 'items':
      return communicationItems(write, value);
    case 'types':
      return (Array.isArray(value) ? value : [])
        .map((item) => resolve(write, typeEntity(write.entity), { field: field.name, value: item }))
        .filter((item) => item !== undefined);
    case 'json':
      return Array.isArray(value) ? value : undefined;
    case 'strings':
      return Array.isArray(value) ? value.map(String) : undefined;
  }
}

function enumValue(write: Write, field: Field, value: unknown): string {
  const match = field.values?.find((allowed) => allowed.toLowerCase() === String(value).toLowerCase());
  if (match) return match;
  throw badBody(
    `Error converting value ${JSON.stringify(value)} to type '${MODEL}.${capital(field.name)}'. Path '${field.name}', ${position(write.raw, field.name)}.`,
  );
}

function numberValue(write: Write, field: Field, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return field.type === 'int' ? Math.trunc(number) : number;
  throw badBody(
    `Could not convert string to ${field.type === 'int' ? 'integer' : 'double'}: ${String(value)}. Path '${field.name}', ${position(write.raw, field.name)}.`,
  );
}

function boolValue(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string' && /^\s*(true|false)\s*$/i.test(value)) return value.trim().toLowerCase() === 'true';
  throw new ConnectWiseError(500, { code: 'ConnectWiseApi', message: 'String was not recognized as a valid Boolean.' });
}

function dateValue(write: Write, field: Field, value: unknown): string {
  const text = String(value).trim();
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  // Days in other forms are taken as the reader takes them.
  if (!Number.isNaN(time) && (!/^\d{4}-\d{2}-\d{2}/.test(text) || isCalendarDay(text))) return isoSeconds(time);
  throw badBody(`Could not convert string to DateTime: ${String(value)}. Path '${field.name}', ${position(write.raw, field.name)}.`);
}

function reference(write: Write, field: Field, value: unknown): unknown {
  if (!isObject(value)) {
    const target = field.entity ? capital(field.entity === 'boardStatus' ? 'serviceStatus' : field.entity) : capital(field.name);
    throw badBody(
      `Error converting value ${JSON.stringify(value)} to type '${MODEL}.${target}Reference'. Path '${field.name}', ${position(write.raw, field.name)}.`,
    );
  }
  if (!field.entity) {
    const { _info: ignored, ...rest } = value;
    void ignored;
    return Object.keys(rest).length > 0 ? rest : undefined;
  }
  return resolve(write, entityOf(field.entity), { field: field.name, value });
}

/** `{id}`, `{identifier}` or `{name}` to the stored `{id}`; statuses and types are looked for on the draft's board. */
function resolve(write: Write, target: Entity, given: { field: string; value: unknown }): { id: number } | undefined {
  const { store } = write;
  const value = isObject(given.value) ? given.value : {};
  const id = value['id'] === undefined || value['id'] === null ? undefined : Number(value['id']);
  const identifier = typeof value['identifier'] === 'string' ? value['identifier'] : undefined;
  const name = typeof value['name'] === 'string' ? value['name'] : undefined;
  if (id === undefined && identifier === undefined && name === undefined) return undefined;
  if (id !== undefined) {
    // Board members are checked against the board later, with the vendor's own text.
    if (store.get(target.name, id) || target.name === 'boardStatus') return { id };
    write.errors.push({
      code: 'NotFound',
      message: `${target.label} ${id} not found`,
      resource: write.entity.resource,
      field: `${given.field}/id`,
    });
    return undefined;
  }
  const wanted = (identifier ?? name ?? '').toLowerCase();
  const matches = store.filter(target.name, (row) =>
    identifier === undefined
      ? nameOf(target, row).toLowerCase() === wanted
      : String(row.values['identifier'] ?? '').toLowerCase() === wanted,
  );
  const parentField = target.parent && target.parent.entity !== 'contact' ? target.parent : undefined;
  // The draft names the parent in a member of the parent's own name: a team's board, a phase's project.
  const parent = parentField ? refId(write.row.values[parentField.entity]) : undefined;
  const found = matches.find(
    (row) =>
      parentField === undefined ||
      parent === undefined ||
      (refId(row.values[parentField.field]) ?? row.values[parentField.field]) === parent,
  );
  if (found) return { id: found.id };
  if (target.name === 'companySite') return { id: 0 };
  write.errors.push({
    code: 'NotFound',
    message: `${target.label} ${identifier ?? name} not found`,
    resource: write.entity.resource,
    field: `${given.field}/${identifier === undefined ? 'name' : 'identifier'}`,
  });
  return undefined;
}

/** Reads a whole communicationItems array. */
export function communicationItems(write: Write, value: unknown): CommunicationItem[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => communicationItem(write, isObject(item) ? item : {})).filter((item) => item !== undefined);
}

/** Reads one item; `type.id` is accepted as number or string. */
export function communicationItem(write: Write, item: Json): CommunicationItem | undefined {
  const type = resolve(write, entityOf('communicationType'), { field: 'communicationItems/type', value: item['type'] });
  if (!type) {
    if (!isObject(item['type']))
      write.errors.push({
        code: 'MissingRequiredField',
        message: 'The type field is required.',
        resource: 'contactCommunication',
        field: 'type',
      });
    return undefined;
  }
  const text = item['value'] === undefined || item['value'] === null ? '' : String(item['value']);
  if (!text)
    write.errors.push({
      code: 'MissingRequiredField',
      message: 'The value field is required.',
      resource: 'contactCommunication',
      field: 'value',
    });
  if (text.length > 250)
    write.errors.push({
      code: 'MaxLengthField',
      message: 'The field value must be a string with a maximum length of 250.',
      resource: 'contactCommunication',
      field: 'value',
    });
  return {
    id: typeof item['id'] === 'number' ? item['id'] : 0,
    type,
    value: text,
    ...(typeof item['extension'] === 'string' ? { extension: item['extension'] } : {}),
    defaultFlag: item['defaultFlag'] === true,
  };
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function position(raw: string, member: string): string {
  const at = raw.indexOf(`"${member}"`);
  const before = raw.slice(0, at < 0 ? 0 : at + member.length + 3);
  return `line ${before.split('\n').length}, position ${before.length - before.lastIndexOf('\n') - 1}`;
}
