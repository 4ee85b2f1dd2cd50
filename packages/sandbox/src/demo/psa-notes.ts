import type { ConnectWise } from '../connectwise/api.ts';
import { refId, type Row } from '../connectwise/store.ts';
import { textOf, type RecordView } from './view-model.ts';

/** Kinds that people write notes on → the notes' object, and its member that names the record. */
const NOTES: Readonly<Record<string, { entity: string; member: string }>> = {
  tickets: { entity: 'ticketNote', member: 'ticketId' },
  companies: { entity: 'companyNote', member: 'company' },
  contacts: { entity: 'contactNote', member: 'contactId' },
  projects: { entity: 'projectNote', member: 'projectId' },
  opportunities: { entity: 'opportunityNote', member: 'opportunityId' },
};

/** The notes on a record, newest first; undefined where there can be none. */
export function notesOn({ store }: ConnectWise, kind: string, id: number): RecordView['notes'] {
  const notes = NOTES[kind];
  if (!notes) return undefined;
  return store
    .filter(notes.entity, ({ values }) => (refId(values[notes.member]) ?? values[notes.member]) === id)
    .toReversed()
    .map((note) => ({
      by: textOf(note.values['createdBy']) || note.info.enteredBy,
      time: textOf(note.values['dateCreated']) || note.info.dateEntered,
      text: textOf(note.values['text']),
      tag: kind === 'tickets' ? tagOf(note) : '',
    }));
}

/** Writes a note as the person at the desk; on tickets it may be internal. */
export function addNoteAs(
  connectwise: ConnectWise,
  actor: string,
  given: { kind: string; id: number; text: string; isInternal: boolean },
): void {
  const notes = NOTES[given.kind];
  if (!notes) return;
  const flags = given.kind === 'tickets' ? { [given.isInternal ? 'internalAnalysisFlag' : 'detailDescriptionFlag']: true } : {};
  connectwise.records.create(notes.entity, { text: given.text, ...flags }, { actor, parentId: given.id });
}

function tagOf(note: Row): string {
  if (note.values['internalAnalysisFlag'] === true) return 'Internal';
  return note.values['resolutionFlag'] === true ? 'Resolution' : 'Discussion';
}
