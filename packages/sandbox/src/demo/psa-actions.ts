import type { ConnectWise } from '../connectwise/api.ts';
import { refId, isoSeconds } from '../connectwise/store.ts';
import type { Json } from '../http.ts';
import type { ListView } from './view-model.ts';

const ENTITIES: Record<string, string> = { companies: 'company', contacts: 'contact', tickets: 'ticket' };

/** The form for a new record of a kind; undefined when the page makes none. */
export function creationOf({ store }: ConnectWise, kind: string): ListView['creates'] {
  const companies = store.all('company').map((row) => ({ value: String(row.id), label: String(row.values['name']) }));
  const company = { name: 'company', label: 'Company', value: '', input: 'select' as const, options: companies };
  const text = (name: string, label: string) => ({ name, label, value: '', input: 'text' as const });
  if (kind === 'companies')
    return { label: 'New company', fields: [text('name', 'Name'), text('identifier', 'Company ID'), text('phoneNumber', 'Phone')] };
  if (kind === 'contacts')
    return { label: 'New contact', fields: [text('firstName', 'First name'), text('lastName', 'Last name'), company] };
  return kind === 'tickets'
    ? { label: 'New ticket', fields: [text('summary', 'Summary'), company, text('initialDescription', 'Description')] }
    : undefined;
}

/** Makes a record as the person at the desk; answers its id. Throws the vendor's refusal. */
export function createAs(connectwise: ConnectWise, actor: string, given: { kind: string; body: Json }): string | undefined {
  const entity = ENTITIES[given.kind];
  if (entity === undefined) return undefined;
  const { company, ...rest } = given.body;
  const body = company === undefined || company === '' || company === null ? rest : { ...rest, company: { id: Number(company) } };
  return String(connectwise.records.create(entity, body, { actor }).id);
}

/** Cancels, reinstates or extends an agreement. */
export function actOnAgreement({ store, records }: ConnectWise, actor: string, given: { id: number; action: string }): void {
  const set = (values: Json) =>
    records.patch('agreement', given.id, {
      operations: [...Object.entries(values), ['customFields', []] as const].map(([path, value]) => ({ op: 'replace', path, value })),
      context: { actor },
    });
  if (given.action === 'cancel') set({ cancelledFlag: true, dateCancelled: store.now(), reasonCancelled: 'Cancelled at the desk' });
  if (given.action === 'reinstate') set({ cancelledFlag: false, dateCancelled: null, reasonCancelled: null });
  if (given.action !== 'extend') return;
  const end = new Date(String(store.get('agreement', given.id)?.values['endDate'] ?? store.now()));
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  set({ endDate: isoSeconds(end.getTime()) });
}

/** Time booked on a ticket, as lines of its page. */
export function timeOf({ store }: ConnectWise, ticketId: number): { link: string; text: string; sub: string }[] {
  return store
    .filter('timeEntry', (entry) => refId(entry.values['ticket']) === ticketId)
    .map((entry) => ({
      link: `tickets/${ticketId}`,
      text: String(entry.values['notes'] ?? 'Time'),
      sub: `${String(entry.values['actualHours'] ?? 0)} h · ${String(entry.values['enteredBy'] ?? '')}`,
    }));
}
