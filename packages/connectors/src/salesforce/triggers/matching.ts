/** "Starts to match": which changed records meet a condition now and did not before. Salesforce itself judges the condition. */
import { MAX_MATCHING, matchMemory, type TriggerEvent } from '@weft/connector-kit';
import type { Salesforce } from '../client.ts';
import { selectRecords, type PlainRecord } from '../records.ts';
import { soqlString, soqlText } from '../soql.ts';

/** What is watched: `fields` are those to read of a record that has begun to match, `when` what stands after WHERE. */
export interface MatchWatch {
  readonly object: string;
  readonly when: string;
  readonly fields: () => Promise<readonly string[]>;
  /** Whether a change is left out as our own. */
  readonly isOwn: (record: PlainRecord) => boolean;
}

/** The part of an id that tells records of one object apart: the last 12 of its 15 characters. */
export function shortId(id: string): string {
  return id.slice(3, 15);
}

/** The records that meet the condition already, least recently touched first. */
export async function matchingNow(salesforce: Salesforce, { object, when }: MatchWatch): Promise<string> {
  const tail = `WHERE ${soqlText(when)} ORDER BY SystemModstamp DESC LIMIT ${MAX_MATCHING}`;
  const records = await selectRecords(salesforce, { object, fields: ['Id'], tail, limit: MAX_MATCHING });
  const memory = matchMemory('');
  for (const record of records.toReversed()) memory.add(shortId(String(record['Id'])));
  return memory.packed();
}

/** The events of changed records, and the ids that match from now on. `known`: those that did. */
export async function transitions(
  salesforce: Salesforce,
  watch: MatchWatch,
  changes: { readonly changed: readonly PlainRecord[]; readonly known: string },
): Promise<{ events: TriggerEvent[]; matching: string }> {
  const { object, when } = watch;
  if (changes.changed.length === 0) return { events: [], matching: changes.known };
  const matching = matchMemory(changes.known);
  const ids = changes.changed.map((record) => String(record['Id']));
  const fields = await watch.fields();
  const tail = `WHERE Id IN (${ids.map(soqlString).join(', ')}) AND ${soqlText(when)}`;
  const found = await selectRecords(salesforce, { object, fields, tail, limit: ids.length });
  const records = new Map(found.map((record) => [String(record['Id']), record]));
  const events: TriggerEvent[] = [];
  for (const id of ids) {
    const record = records.get(id);
    const wasMatching = matching.delete(shortId(id));
    if (record === undefined) continue;
    matching.add(shortId(id));
    if (!wasMatching && !watch.isOwn(record))
      events.push({
        dedupKey: `salesforce:${object}:${id}:matches:${String(record['SystemModstamp'])}`,
        payload: { event: 'startedToMatch', object, record },
      });
  }
  return { events, matching: matching.packed() };
}
