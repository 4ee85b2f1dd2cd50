import type { ConnectWise } from '../connectwise/api.ts';
import { entityOf } from '../connectwise/entities.ts';
import { refId, type Row, type Store } from '../connectwise/store.ts';
import { nameOf } from '../connectwise/view.ts';
import type { Json } from '../http.ts';
import type { FieldView, ListView } from './view-model.ts';

/** How the desk makes a record of a kind: its form, and what the vendor wants beyond it. */
interface Creation {
  entity: string;
  label: string;
  fields(store: Store): FieldView[];
  /** Members the form does not ask for. */
  more?(store: Store, body: Json): Json;
  /** The member that names the record it is listed below. */
  parent?: string;
}

const input = (name: string, label: string, type: FieldView['input'] = 'text', value = ''): FieldView => ({
  name,
  label,
  value,
  input: type,
});
const pick = (store: Store, name: string, given: { label: string; list: string; value?: string }): FieldView => ({
  ...input(name, given.label, 'select', given.value ?? ''),
  options: store
    .all(given.list)
    .map((row) => ({ value: String(row.id), label: nameOf(entityOf(given.list), row) }))
    .toSorted((a, b) => (given.list === 'company' ? a.label.localeCompare(b.label) : 0)),
});
const company = (store: Store) => pick(store, 'company', { label: 'Company', list: 'company' });
const isDefault = (row: Row) => row.values['defaultFlag'] === true;

/** Somebody to talk to at the company: its default contact, or its first. */
function contactAt(store: Store, body: Json): Json {
  const companyId = refId(body['company']);
  const people = store.filter('contact', (row) => refId(row.values['company']) === companyId);
  const person = people.find(isDefault) ?? people[0];
  return person ? { contact: { id: person.id } } : {};
}

const CREATIONS: Readonly<Record<string, Creation>> = {
  companies: {
    entity: 'company',
    label: 'New company',
    fields: () => [input('name', 'Name'), input('identifier', 'Company ID'), input('phoneNumber', 'Phone')],
  },
  contacts: {
    entity: 'contact',
    label: 'New contact',
    fields: (store) => [
      input('firstName', 'First name'),
      input('lastName', 'Last name'),
      company(store),
      input('email', 'E-mail'),
      input('phone', 'Phone'),
    ],
    more(store, body) {
      const items = [
        ['email', 'emailFlag'],
        ['phone', 'phoneFlag'],
      ].flatMap(([member = '', flag = '']) => {
        const type = store.find('communicationType', (row) => row.values[flag] === true && isDefault(row));
        return body[member] && type ? [{ type: { id: type.id }, value: body[member], defaultFlag: true }] : [];
      });
      return { email: undefined, phone: undefined, ...(items.length > 0 ? { communicationItems: items } : {}) };
    },
  },
  tickets: {
    entity: 'ticket',
    label: 'New ticket',
    fields: (store) => [
      input('summary', 'Summary'),
      company(store),
      pick(store, 'priority', { label: 'Priority', list: 'priority', value: String(store.find('priority', isDefault)?.id ?? '') }),
      input('initialDescription', 'Description'),
    ],
  },
  sites: {
    entity: 'companySite',
    label: 'New site',
    parent: 'company',
    fields: (store) => [input('name', 'Name'), company(store), input('addressLine1', 'Street'), input('city', 'City'), input('zip', 'Zip')],
  },
  projects: {
    entity: 'project',
    label: 'New project',
    fields: (store) => [
      input('name', 'Name'),
      company(store),
      input('estimatedStart', 'Starts', 'date'),
      input('estimatedEnd', 'Ends', 'date'),
    ],
    more: (store) => ({
      billingMethod: 'ActualRates',
      board: { id: (store.find('board', (row) => row.values['projectFlag'] === true) ?? store.all('board')[0])?.id },
    }),
  },
  agreements: {
    entity: 'agreement',
    label: 'New agreement',
    fields: (store) => [
      input('name', 'Name'),
      company(store),
      pick(store, 'type', { label: 'Type', list: 'agreementType', value: String(store.find('agreementType', isDefault)?.id ?? '') }),
      input('billAmount', 'Amount', 'number'),
      input('endDate', 'Ends', 'date'),
    ],
    more: contactAt,
  },
  invoices: {
    entity: 'invoice',
    label: 'New invoice',
    fields: (store) => [company(store), input('total', 'Total', 'number'), input('dueDate', 'Due', 'date')],
    more: () => ({ type: 'Standard' }),
  },
  opportunities: {
    entity: 'opportunity',
    label: 'New opportunity',
    fields: (store) => [
      input('name', 'Name'),
      company(store),
      pick(store, 'primarySalesRep', { label: 'Sales', list: 'member' }),
      input('expectedCloseDate', 'Expected', 'date'),
    ],
    more: contactAt,
  },
  configurations: {
    entity: 'configuration',
    label: 'New configuration',
    fields: (store) => [
      input('name', 'Name'),
      company(store),
      pick(store, 'type', { label: 'Type', list: 'configurationType' }),
      input('serialNumber', 'Serial number'),
    ],
  },
};

/** The form for a new record of a kind; undefined when the page makes none. */
export function creationOf({ store }: ConnectWise, kind: string): ListView['creates'] {
  const creation = CREATIONS[kind];
  return creation && { label: creation.label, fields: creation.fields(store) };
}

/** Makes a record as the person at the desk; answers its id. Throws the vendor's refusal. */
export function createAs(connectwise: ConnectWise, actor: string, given: { kind: string; body: Json }): string | undefined {
  const creation = CREATIONS[given.kind];
  if (!creation) return undefined;
  const { fields } = entityOf(creation.entity);
  const body: Json = {};
  for (const [name, value] of Object.entries(given.body)) {
    if (value === '' || value === null) continue;
    body[name] = fields[name]?.type === 'ref' || name === creation.parent ? { id: Number(value) } : value;
  }
  const whole = { ...body, ...creation.more?.(connectwise.store, body) };
  for (const [name, value] of Object.entries(whole)) if (value === undefined) delete whole[name];
  const parentId = creation.parent === undefined ? undefined : refId(whole[creation.parent]);
  if (creation.parent !== undefined) delete whole[creation.parent];
  const row = connectwise.records.create(creation.entity, whole, { actor, ...(parentId === undefined ? {} : { parentId }) });
  return String(row.id);
}
