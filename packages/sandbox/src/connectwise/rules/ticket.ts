import type { Write } from '../assign.ts';
import type { CommunicationItem, Row } from '../store.ts';
import { refId } from '../store.ts';
import { communicationKind } from '../view.ts';
import { settleStatus } from './board-status.ts';
import type { Rule } from './rule.ts';

/** Ticket: board, status and priority defaults; status checked against the ticket's board; closing follows the status. */
export const ticketRule: Rule = {
  beforeSave(write, { before, actor }) {
    const { store, row } = write;
    if (!before) fillDefaults(write);
    settleStatus(write, before);
    checkType(write, before);
    fillContact(write, before);
    const status = store.get('boardStatus', refId(row.values['status']) ?? -1);
    const isClosed = status?.values['closedStatus'] === true;
    if (isClosed && row.values['closedFlag'] !== true) {
      row.values['closedDate'] = store.now();
      row.values['closedBy'] = actor;
      row.values['dateResolved'] = store.now();
    }
    if (!isClosed) for (const field of ['closedDate', 'closedBy', 'dateResolved']) delete row.values[field];
    row.values['closedFlag'] = isClosed;
  },
  afterSave(write, { before, actor }) {
    if (before) return;
    const flags = {
      initialDescription: 'detailDescriptionFlag',
      initialInternalAnalysis: 'internalAnalysisFlag',
      initialResolution: 'resolutionFlag',
    };
    for (const [member, flag] of Object.entries(flags)) {
      const text = write.writeOnly[member];
      if (typeof text !== 'string' || !text) continue;
      const note = write.store.draft('ticketNote', actor);
      note.values = { ticketId: write.row.id, text, dateCreated: write.store.now(), createdBy: actor, ...noteFlags(flag) };
      write.store.commit('ticketNote', note, { actor, isSilent: true });
    }
  },
};

/** Ticket note: who and when; a note for no section is a discussion note; the ticket counts as changed. */
export const ticketNoteRule: Rule = noteRule('ticket');

/** The same for a note of a project ticket. */
export const projectTicketNoteRule: Rule = noteRule('projectTicket');

function noteRule(parent: string): Rule {
  return {
    beforeSave({ store, row }, { before, actor }) {
      if (before) return;
      const flags = ['detailDescriptionFlag', 'internalAnalysisFlag', 'resolutionFlag'];
      for (const flag of [...flags, 'issueFlag', 'customerUpdatedFlag']) row.values[flag] ??= false;
      if (!flags.some((flag) => row.values[flag] === true)) row.values['detailDescriptionFlag'] = true;
      row.values['internalFlag'] ??= row.values['internalAnalysisFlag'] === true;
      row.values['externalFlag'] ??= row.values['internalAnalysisFlag'] !== true;
      row.values['dateCreated'] = store.now();
      row.values['createdBy'] = actor;
      const member = store.find('member', (other) => other.values['identifier'] === actor);
      if (member && row.values['contact'] === undefined) row.values['member'] ??= { id: member.id };
    },
    afterSave({ store, row }, { actor }) {
      const ticket = store.get(parent, Number(row.values['ticketId']));
      if (ticket) store.commit(parent, ticket, { actor });
    },
  };
}

function fillDefaults(write: Write): void {
  const { store, row } = write;
  const board = store.find('board', (candidate) => candidate.values['inactiveFlag'] !== true && candidate.values['projectFlag'] !== true);
  if (board) row.values['board'] ??= { id: board.id };
  const priority = store.find('priority', (candidate) => candidate.values['defaultFlag'] === true);
  if (priority) row.values['priority'] ??= { id: priority.id };
  const source = store.find('source', (candidate) => candidate.values['defaultFlag'] === true);
  if (source) row.values['source'] ??= { id: source.id };
  row.values['recordType'] ??= 'ServiceTicket';
  row.values['severity'] ??= 'Medium';
  row.values['impact'] ??= 'Medium';
  row.values['siteName'] ??= 'Main';
  const flags = [
    'approved',
    'customerUpdatedFlag',
    'automaticEmailContactFlag',
    'automaticEmailResourceFlag',
    'automaticEmailCcFlag',
    'hasChildTicket',
  ];
  for (const flag of flags) row.values[flag] ??= flag === 'approved';
  row.values['isInSla'] = true;
  row.values['escalationLevel'] = 0;
  const site = store.get('company', refId(row.values['company']) ?? -1)?.values['site'];
  if (site) row.values['site'] ??= site;
}

/** A type given for a ticket has to be one of its board's. */
function checkType({ store, row, errors }: Write, before: Row | undefined): void {
  const typeId = refId(row.values['type']);
  if (typeId === undefined || refId(before?.values['type']) === typeId) return;
  const boardId = refId(row.values['board']);
  if (refId(store.get('boardType', typeId)?.values['board']) === boardId) return;
  errors.push({
    code: 'NotFound',
    message: `Service Type ${typeId} not found for Service Board ${boardId}`,
    resource: 'ticket',
    field: 'type/id',
  });
}

/** A ticket copies its contact's name, phone and e-mail when the contact is set. */
function fillContact({ store, row }: Write, before: Row | undefined): void {
  const contactId = refId(row.values['contact']);
  if (contactId === undefined || (before && refId(before.values['contact']) === contactId)) return;
  const contact = store.get('contact', contactId);
  if (!contact) return;
  const items = (contact.values['communicationItems'] as CommunicationItem[] | undefined) ?? [];
  const email = items.find((item) => item.defaultFlag && communicationKind(store, item.type.id) === 'Email');
  row.values['contactName'] = [contact.values['firstName'], contact.values['lastName']].filter(Boolean).join(' ');
  if (contact.values['defaultPhoneNbr']) row.values['contactPhoneNumber'] = String(contact.values['defaultPhoneNbr']).slice(0, 20);
  if (email) row.values['contactEmailAddress'] = email.value;
}

function noteFlags(flag: string): Record<string, boolean> {
  return {
    detailDescriptionFlag: flag === 'detailDescriptionFlag',
    internalAnalysisFlag: flag === 'internalAnalysisFlag',
    resolutionFlag: flag === 'resolutionFlag',
    issueFlag: false,
    customerUpdatedFlag: false,
    internalFlag: flag === 'internalAnalysisFlag',
    externalFlag: flag !== 'internalAnalysisFlag',
  };
}
