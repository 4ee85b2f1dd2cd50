import { refId, type Row, type Store } from './store.ts';

const FLAGS = ['detailDescriptionFlag', 'internalAnalysisFlag', 'resolutionFlag', 'issueFlag'] as const;

/** What /service/tickets/{id}/allNotes lists: the notes of tickets, and the time entries whose notes were added to them. */
export function allNotes(store: Store): Row[] {
  const ofTickets = store.all('ticketNote').map((note): Row => {
    const { ticketId, text, createdBy, member, contact } = note.values;
    return {
      ...note,
      values: { ...base(note), noteType: 'TicketNote', ticket: { id: ticketId }, text, originalAuthor: createdBy, member, contact },
    };
  });
  const ofTime = store
    .filter('timeEntry', ({ values }) => refId(values['ticket']) !== undefined && typeof values['notes'] === 'string')
    .map((entry): Row => {
      const { ticket, notes, enteredBy, member, timeStart, timeEnd } = entry.values;
      const flags = {
        detailDescriptionFlag: entry.values['addToDetailDescriptionFlag'] === true,
        internalAnalysisFlag: entry.values['addToInternalAnalysisFlag'] === true,
        resolutionFlag: entry.values['addToResolutionFlag'] === true,
      };
      return {
        ...entry,
        values: {
          ...base(entry),
          noteType: 'TimeEntryNote',
          ticket,
          text: notes,
          ...flags,
          timeStart,
          timeEnd,
          originalAuthor: enteredBy,
          member,
        },
      };
    });
  return [...ofTickets, ...ofTime].toSorted((a, b) => a.id - b.id);
}

function base(row: Row): Record<string, unknown> {
  return {
    isMarkdownFlag: false,
    bundledFlag: false,
    mergedFlag: false,
    createdByParentFlag: false,
    ...Object.fromEntries(FLAGS.map((flag) => [flag, row.values[flag] === true])),
  };
}
