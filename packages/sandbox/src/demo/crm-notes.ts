import type { Salesforce } from '../salesforce/api.ts';
import type { Fields, SalesforceStore } from '../salesforce/store.ts';
import { createRecord } from '../salesforce/write.ts';
import { textOf, type RecordView } from './view-model.ts';

/** Kinds that people write notes on; a case has comments instead. */
const NOTED = new Set(['accounts', 'contacts', 'leads', 'opportunities']);

/** The notes on a record, newest first; undefined where there can be none. */
export function notesInCrm(store: SalesforceStore, kind: string, id: string): RecordView['notes'] {
  if (kind === 'cases')
    return rowsOf(store, 'CaseComment', id).map((row) => view(store, row, { text: row['CommentBody'], isOpen: row['IsPublished'] }));
  if (!NOTED.has(kind)) return undefined;
  return rowsOf(store, 'Note', id).map((row) => {
    const { Title: title, Body: body } = row;
    return view(store, row, { text: body ?? title, isOpen: row['IsPrivate'] !== true });
  });
}

/** Writes a note, or a comment on a case, as the person at the desk. */
export function addNoteInCrm(
  { store }: Salesforce,
  actor: string,
  given: { kind: string; id: string; text: string; isInternal: boolean },
): void {
  const isCase = given.kind === 'cases';
  const object = store.schema.find(isCase ? 'CaseComment' : 'Note');
  if (!object || !(isCase || NOTED.has(given.kind))) return;
  const body = isCase
    ? { ParentId: given.id, CommentBody: given.text, IsPublished: !given.isInternal }
    : { ParentId: given.id, Title: given.text.split('\n')[0]?.slice(0, 80), Body: given.text, IsPrivate: given.isInternal };
  createRecord(store, object, { body, options: { actor } });
}

function rowsOf(store: SalesforceStore, object: string, parentId: string): Fields[] {
  return store.where(object, { field: 'ParentId', value: parentId }).toReversed();
}

function view(store: SalesforceStore, row: Fields, given: { text: unknown; isOpen: unknown }): NonNullable<RecordView['notes']>[number] {
  const author = typeof row['CreatedById'] === 'string' ? store.get('User', row['CreatedById']) : undefined;
  return {
    by: textOf(author?.['Name']),
    time: textOf(row['CreatedDate']).replace('+0000', 'Z'),
    text: textOf(given.text),
    tag: given.isOpen === true ? 'Public' : 'Private',
  };
}
