/** Records as plain data: what is read without jsforce's trimmings, and what is written without what Salesforce refuses. */
import type { CallContext } from '@weft/connector-kit';
import type { Salesforce } from './client.ts';
import { describeFields } from './describe.ts';
import { soqlName } from './soql.ts';

export type PlainRecord = Readonly<Record<string, unknown>>;

/** Types that a plain read cannot or need not hold: files, and compounds whose parts are fields of their own. */
const LEFT_OUT = new Set(['base64', 'address', 'location', 'anyType', 'complexvalue']);

/** SELECTs go into the URL; longer ones are answered 414 or 431. */
const MAX_SOQL = 8000;

/** Removes `attributes` at every level; parents stay nested, children become lists. */
export function plainRecord(value: unknown): PlainRecord {
  return plain(value) as PlainRecord;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const children = (value as { records?: unknown; done?: unknown }).records;
  if (Array.isArray(children) && 'done' in value) return children.map(plain);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'attributes')
      .map(([name, member]) => [name, plain(member)]),
  );
}

/** The fields to read: those given and those needed, or every readable one. */
export async function fieldsToRead(
  context: CallContext,
  object: string,
  given: readonly string[] | undefined,
  needed: readonly string[] = [],
): Promise<string[]> {
  const base =
    given !== undefined && given.length > 0
      ? given.map(soqlName)
      : (await describeFields(context, object)).filter((field) => !LEFT_OUT.has(field.type)).map((field) => field.name);
  return [...new Map([...base, 'Id', ...needed].map((name) => [name.toLowerCase(), name])).values()];
}

/** What is read. `subject`: the record as messages name it. `deletedToo`: with what lies in the recycle bin, of which a long field list gives the `needed` fields only. */
interface Selection {
  readonly object: string;
  readonly fields: readonly string[];
  readonly tail: string;
  readonly limit: number;
  readonly subject?: string | undefined;
  readonly deletedToo?: { readonly needed: readonly string[] } | undefined;
}

/**
 * Reads records with a SELECT. A field list too long for a URL is read in a second step, by id and in a body, keeping
 * the order.
 */
export async function selectRecords(salesforce: Salesforce, selection: Selection): Promise<PlainRecord[]> {
  const { object, fields, tail, limit, deletedToo, subject = `${object} records` } = selection;
  const isShort = isReadAtOnce(selection);
  const soql = isShort ? wholeOf(selection) : `SELECT ${['Id', ...(deletedToo?.needed ?? [])].join(', ')} FROM ${object} ${tail}`;
  const result = await salesforce.run(
    (connection) =>
      connection.query<Record<string, unknown>>(soql, { autoFetch: true, maxFetch: limit, scanAll: deletedToo !== undefined }),
    subject,
  );
  const records = result.records.map(plainRecord);
  if (isShort) return records;
  const ids = records.map((record) => String(record['Id']));
  const found = await readByIds(salesforce, object, ids, fields);
  if (deletedToo === undefined) return found;
  const byId = new Map(found.map((record) => [record['Id'], record]));
  return records.flatMap((record) => {
    const whole = byId.get(record['Id']);
    if (whole !== undefined) return [whole];
    return record['IsDeleted'] === true ? [record] : [];
  });
}

/** Ids one request of the collections resource takes when it reads (developer.salesforce.com, sObject Collections). */
const READ_BATCH = 200;

/** Whether a selection is short enough to be read in one step. */
export function isReadAtOnce(selection: Pick<Selection, 'object' | 'fields' | 'tail'>): boolean {
  return encodeURIComponent(wholeOf(selection)).length <= MAX_SOQL;
}

function wholeOf({ object, fields, tail }: Pick<Selection, 'object' | 'fields' | 'tail'>): string {
  return `SELECT ${fields.join(', ')} FROM ${object} ${tail}`;
}

async function readByIds(
  salesforce: Salesforce,
  object: string,
  ids: readonly string[],
  fields: readonly string[],
): Promise<PlainRecord[]> {
  const found: PlainRecord[] = [];
  for (let from = 0; from < ids.length; from += READ_BATCH) {
    const batch = ids.slice(from, from + READ_BATCH);
    const records = await salesforce.run(
      (connection) => connection.requestPost<(Record<string, unknown> | null)[]>(`/composite/sobjects/${object}`, { ids: batch, fields }),
      `${object} records`,
    );
    // One that was deleted between the two reads comes as null.
    found.push(...records.filter((record) => record !== null).map(plainRecord));
  }
  return found;
}

/** A record as it may be sent: without id, type and undefined members. */
export function writableRecord(record: PlainRecord, without: readonly string[] = []): Record<string, unknown> {
  const dropped = new Set(['id', 'attributes', ...without.map((name) => name.toLowerCase())]);
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => value !== undefined && !dropped.has(name.toLowerCase())));
}

/** Fields by which people know a record, the most telling first. */
const NAME_FIELDS = ['name', 'lastname', 'subject', 'casenumber', 'title', 'company'];

/** A record as messages name it: `Account 001…`, or `Account "Acme"` for one that has no id yet. */
export function subjectOf(object: string, record: PlainRecord, id?: string): string {
  const known = id ?? record['Id'];
  if (typeof known === 'string' && known !== '') return `${object} ${known}`;
  const named = new Map(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
  const name = NAME_FIELDS.map((field) => named.get(field)).find((value) => typeof value === 'string' && value.trim() !== '');
  return name === undefined ? `the ${object}` : `${object} "${String(name).slice(0, 80)}"`;
}
