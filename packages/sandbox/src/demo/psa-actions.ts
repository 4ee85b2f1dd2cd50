import type { ConnectWise } from '../connectwise/api.ts';
import { configurationsOf } from '../connectwise/ticket-configurations.ts';
import { refId, isoSeconds, type Row } from '../connectwise/store.ts';
import type { Json } from '../http.ts';
import { textOf, type RecordView } from './view-model.ts';

const HOUR_MS = 3_600_000;

/** What a button of a record's page does. */
export function actAtDesk(connectwise: ConnectWise, actor: string, given: { kind: string; id: number; action: string }): void {
  const { id, action } = given;
  if (given.kind === 'agreements') actOnAgreement(connectwise, actor, { id, action });
  if (given.kind === 'tickets') moveTicket(connectwise, actor, { id, isClosing: action === 'close' });
  if (given.kind === 'members') set(connectwise, actor, { entity: 'member', id, values: { inactiveFlag: action === 'deactivate' } });
}

function set({ records }: ConnectWise, actor: string, given: { entity: string; id: number; values: Json }): void {
  records.patch(given.entity, given.id, {
    operations: [...Object.entries(given.values), ['customFields', []] as const].map(([path, value]) => ({ op: 'replace', path, value })),
    context: { actor },
  });
}

/** Closes a ticket with its board's closing status, or opens it again with the one for new tickets. */
function moveTicket(connectwise: ConnectWise, actor: string, given: { id: number; isClosing: boolean }): void {
  const { store } = connectwise;
  const boardId = refId(store.get('ticket', given.id)?.values['board']);
  const status = store.find(
    'boardStatus',
    ({ values }) => refId(values['board']) === boardId && values[given.isClosing ? 'closedStatus' : 'defaultFlag'] === true,
  );
  if (status) set(connectwise, actor, { entity: 'ticket', id: given.id, values: { status: { id: status.id } } });
}

/** Books hours on a ticket, ended now. */
export function bookTime({ store, records }: ConnectWise, actor: string, given: { ticketId: number; hours: number }): void {
  const end = store.clock();
  const body = {
    chargeToId: given.ticketId,
    chargeToType: 'ServiceTicket',
    timeStart: isoSeconds(end - given.hours * HOUR_MS),
    timeEnd: isoSeconds(end),
    actualHours: given.hours,
    notes: 'Booked at the desk',
  };
  records.create('timeEntry', body, { actor });
}

/** Cancels, reinstates or extends an agreement. */
function actOnAgreement(connectwise: ConnectWise, actor: string, given: { id: number; action: string }): void {
  const { store } = connectwise;
  const change = (values: Json) => set(connectwise, actor, { entity: 'agreement', id: given.id, values });
  if (given.action === 'cancel') change({ cancelledFlag: true, dateCancelled: store.now(), reasonCancelled: 'Cancelled at the desk' });
  if (given.action === 'reinstate') change({ cancelledFlag: false, dateCancelled: null, reasonCancelled: null });
  if (given.action !== 'extend') return;
  const end = new Date(String(store.get('agreement', given.id)?.values['endDate'] ?? store.now()));
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  change({ endDate: isoSeconds(end.getTime()) });
}

/** Time booked on a ticket, the devices it is about, and its tasks. */
export function relatedOfTicket({ store }: ConnectWise, ticket: Row): RecordView['related'] {
  const time = store.filter('timeEntry', (entry) => refId(entry.values['ticket']) === ticket.id);
  const tasks = store.filter('ticketTask', (task) => task.values['ticketId'] === ticket.id);
  return [
    {
      title: 'Time',
      rows: time.map((entry) => ({
        link: `time/${entry.id}`,
        text: textOf(entry.values['notes']) || 'Time',
        sub: `${textOf(entry.values['actualHours'] ?? 0)} h · ${textOf(entry.values['enteredBy'])}`,
      })),
    },
    {
      title: 'Configurations',
      rows: configurationsOf(ticket).map((id) => ({
        link: `configurations/${id}`,
        text: textOf(store.get('configuration', id)?.values['name']),
        sub: textOf(store.get('configuration', id)?.values['serialNumber']),
      })),
    },
    {
      title: 'Tasks',
      rows: tasks.map((task) => ({
        link: `tickets/${ticket.id}`,
        text: textOf(task.values['notes']),
        sub: task.values['closedFlag'] === true ? 'done' : 'open',
      })),
    },
  ];
}
