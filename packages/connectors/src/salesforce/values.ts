/**
 * Values as a field of the org takes them. What people map comes from forms, other systems and expressions: numbers as
 * text, times with any zone, empty text for "nothing". What cannot become a value of the field is refused in one sentence
 * that names record and field, before anything is sent.
 */
import { doNotRetry, textFault, type CallContext } from '@weft/connector-kit';
import { describeFields, type SalesforceField } from './describe.ts';
import { subjectOf, writableRecord, type PlainRecord } from './records.ts';

/** Types by how their values are written. */
const NUMBERS = new Set(['int', 'long', 'double', 'currency', 'percent']);
const REFERENCES = new Set(['reference', 'id']);

/** Which record of which object, for messages. */
export interface Target {
  readonly object: string;
  readonly id?: string | undefined;
}

/** A record as it is sent: values of the fields' types, without id and undefined members. Fields unknown to the org stay as they are: it says so. */
export async function preparedRecord(
  context: CallContext,
  target: Target,
  given: PlainRecord,
  without: readonly string[] = [],
): Promise<Record<string, unknown>> {
  const record = writableRecord(given, without);
  const fields = await fieldsByName(context, target.object);
  const subject = subjectOf(target.object, given, target.id);
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, fieldValue(fields.get(name.toLowerCase()), value, { subject, name })]),
  );
}

/** Describes by lower-case name. */
export async function fieldsByName(context: CallContext, object: string): Promise<ReadonlyMap<string, SalesforceField>> {
  return new Map((await describeFields(context, object)).map((field) => [field.name.toLowerCase(), field]));
}

/** One value of a field. Throws `invalid` naming record and field. */
export function fieldValue(field: SalesforceField | undefined, value: unknown, place: { subject: string; name: string }): unknown {
  if (field === undefined || value === null) return value;
  const refuse = (wanted: string): Error =>
    doNotRetry(`${place.subject}, field ${place.name}: ${shown(value)} is not ${wanted}.`, {
      code: 'value_malformed',
      issues: [{ path: `record.${place.name}`, message: `${shown(value)} is not ${wanted}.` }],
    });
  const isBlank = typeof value === 'string' && value.trim() === '';
  if (field.type === 'boolean') return isBlank ? false : booleanOf(value, refuse);
  if (NUMBERS.has(field.type)) return isBlank ? null : numberOf(value, refuse);
  if (field.type === 'date') return isBlank ? null : dateOf(value, refuse);
  if (field.type === 'datetime') return isBlank ? null : dateTimeOf(value, refuse);
  if (REFERENCES.has(field.type)) return isBlank ? null : textOf(value, refuse).trim();
  if (field.type === 'multipicklist' && Array.isArray(value)) return value.map(String).join(';');
  return textOf(value, refuse);
}

type Refuse = (wanted: string) => Error;

function booleanOf(value: unknown, refuse: Refuse): boolean {
  const text = String(value).trim().toLowerCase();
  if (text !== 'true' && text !== 'false') throw refuse('true or false');
  return text === 'true';
}

function numberOf(value: unknown, refuse: Refuse): number {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value.trim()) : Number.NaN;
  if (!Number.isFinite(number) || (typeof value === 'string' && !/^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(value.trim())))
    throw refuse('a number such as 1234.5');
  return number;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$/i;

/** The day as it is written: a time and zone behind it do not move it. */
function dateOf(value: unknown, refuse: Refuse): string {
  const text = typeof value === 'string' ? value.trim() : '';
  const day = DATE.exec(text)?.[0];
  if (day === undefined || !isDay(day) || Number.isNaN(Date.parse(plainZone(text)))) throw refuse('a date such as 2026-01-31');
  return day;
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** Zones as JavaScript reads them: `+0100` becomes `+01:00`. */
const plainZone = (text: string): string =>
  text
    .replace(' ', 'T')
    .replace(/([+-]\d{2})(\d{2})$/, (whole, hours: string, minutes: string) => (text.includes(':') ? `${hours}:${minutes}` : whole));

function dateTimeOf(value: unknown, refuse: Refuse): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${dateOf(text, refuse)}T00:00:00.000Z`;
  if (DATE.test(text) && !DATE_TIME.test(text)) throw refuse('a time with its zone, such as 2026-01-31T09:30:00Z or …+02:00');
  const ms = DATE_TIME.test(text) ? Date.parse(plainZone(text)) : Number.NaN;
  if (Number.isNaN(ms) || !isDay(text.slice(0, 10))) throw refuse('a time such as 2026-01-31T09:30:00Z');
  return new Date(ms).toISOString();
}

function textOf(value: unknown, refuse: Refuse): string {
  if (typeof value === 'object' || textFault(String(value)) !== undefined) throw refuse('text that can be stored');
  return String(value);
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Whether a field holds a prepared value already. */
export function isSameValue(field: SalesforceField | undefined, held: unknown, wanted: unknown): boolean {
  if (field === undefined || (typeof wanted === 'object' && wanted !== null)) return false;
  const [one, other] = [held ?? '', wanted ?? ''].map((value) => String(value).replace(/\r\n/g, '\n').trim()) as [string, string];
  if (one === other) return true;
  if (one === '' || other === '') return false;
  if (NUMBERS.has(field.type)) return Number(one) === Number(other);
  if (field.type === 'datetime') return Date.parse(one.replace(/\+0000$/, 'Z')) === Date.parse(other);
  if (REFERENCES.has(field.type)) return one.slice(0, 15) === other.slice(0, 15);
  if (field.type === 'multipicklist') return one.split(';').toSorted().join(';') === other.split(';').toSorted().join(';');
  return false;
}
