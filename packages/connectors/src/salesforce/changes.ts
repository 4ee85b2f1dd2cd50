/** Which fields of a record an update would really change: even one that changes nothing moves SystemModstamp and wakes every watcher. */
import { isWeftError, type CallContext } from '@weft/connector-kit';
import type { Salesforce } from './client.ts';
import { plainRecord, type PlainRecord } from './records.ts';
import { fieldsByName, isSameValue } from './values.ts';

/** The record an update is about: its path below `/sobjects/`, and how messages name it. */
interface Existing {
  readonly object: string;
  readonly path: string;
  readonly subject: string;
}

/** What a look before a write has found. */
interface Look {
  /** Undefined when there is no such record. */
  readonly id: string | undefined;
  /** Names of the fields whose value would change. */
  readonly changed: readonly string[];
}

/** Compares prepared values with those the record holds. Values that cannot be compared count as changed. */
export async function lookForChanges(
  context: CallContext,
  salesforce: Salesforce,
  { existing, wanted }: { existing: Existing; wanted: PlainRecord },
): Promise<Look> {
  const fields = await fieldsByName(context, existing.object);
  const names = Object.keys(wanted).filter((name) => fields.has(name.toLowerCase()));
  const query = encodeURIComponent(['Id', ...names].join(','));
  const held = await salesforce
    .run((connection) => connection.request<PlainRecord>(`/sobjects/${existing.path}?fields=${query}`), existing.subject)
    .catch((error: unknown) => {
      if (isWeftError(error) && error.class === 'notFound') return undefined;
      throw error;
    });
  if (held === undefined) return { id: undefined, changed: Object.keys(wanted) };
  const values = new Map(Object.entries(plainRecord(held)).map(([name, value]) => [name.toLowerCase(), value]));
  const changed = Object.keys(wanted).filter((name) => {
    const key = name.toLowerCase();
    return !isSameValue(fields.get(key), values.get(key), wanted[name]);
  });
  return { id: String(values.get('id')), changed };
}
