import type { ConnectWise } from '../connectwise/api.ts';
import { customValue } from '../connectwise/custom-fields.ts';
import { entityOf } from '../connectwise/entities.ts';
import { refId, type CommunicationItem, type Row } from '../connectwise/store.ts';
import { communicationKind, nameOf } from '../connectwise/view.ts';
import type { Json } from '../http.ts';
import { actAtDesk, bookTime, relatedOfTicket } from './psa-actions.ts';
import { createAs, creationOf } from './psa-creation.ts';
import { addNoteAs, notesOn } from './psa-notes.ts';
import { ALL_PSA_KINDS, kindList, kindRecord, relatedOfCompany } from './psa-objects.ts';
import { isHit, listOf, textOf, type FieldView, type ListView, type RecordView, type Tone } from './view-model.ts';

const KINDS: Record<string, string> = { companies: 'company', contacts: 'contact', tickets: 'ticket' };
/** The engineer at the desk. */
const PERSON = 'jdoe';

/** Demo PSA: lists, records, notes and edits over the ConnectWise store, as an engineer would see them. */
export class PsaDesk {
  readonly #connectwise: ConnectWise;

  constructor(connectwise: ConnectWise) {
    this.#connectwise = connectwise;
  }

  list(kind: string, search: string): ListView | undefined {
    const list = this.#list(kind, search);
    const creates = creationOf(this.#connectwise, kind);
    return list && creates ? { ...list, creates } : list;
  }

  #list(kind: string, search: string): ListView | undefined {
    const other = ALL_PSA_KINDS[kind];
    if (other) return kindList(this.#connectwise, other, search);
    if (kind === 'tickets') return this.#tickets(search);
    if (kind === 'companies') return this.#companies(search);
    return kind === 'contacts' ? this.#contacts(search) : undefined;
  }

  record(kind: string, id: string): RecordView | undefined {
    const other = ALL_PSA_KINDS[kind];
    const row = this.#connectwise.store.get(other?.entity ?? KINDS[kind] ?? '', Number(id));
    if (!row) return undefined;
    if (other) return kindRecord(this.#connectwise, { place: kind, kind: other, row });
    if (kind === 'tickets') return this.#ticket(row);
    return kind === 'companies' ? this.#company(row) : this.#contact(row);
  }

  /** Saves edits through the same checks as the API; references come as ids. */
  save(kind: string, id: string, body: Json): void {
    const entity = entityOf(ALL_PSA_KINDS[kind]?.entity ?? KINDS[kind] ?? '');
    if (kind === 'invoices' && 'recordPayment' in body) {
      this.#connectwise.records.create('invoicePayment', { amount: body['recordPayment'] }, { actor: PERSON, parentId: Number(id) });
      return;
    }
    if (kind === 'tickets' && 'bookTime' in body) {
      bookTime(this.#connectwise, PERSON, { ticketId: Number(id), hours: Number(body['bookTime']) });
      return;
    }
    const operations = Object.entries(body).map(([path, value]) => ({
      op: 'replace',
      path,
      value: entity.fields[path]?.type === 'ref' ? { id: Number(value) } : value,
    }));
    if (entity.customFieldPod) operations.push({ op: 'replace', path: 'customFields', value: [] });
    this.#connectwise.records.patch(entity.name, Number(id), { operations, context: { actor: PERSON } });
  }

  /** Makes a record; answers its id. */
  create(kind: string, body: Json): string | undefined {
    return createAs(this.#connectwise, PERSON, { kind, body });
  }

  act(kind: string, id: string, action: string): void {
    actAtDesk(this.#connectwise, PERSON, { kind, id: Number(id), action });
  }

  addNote(kind: string, id: string, note: { text: string; isInternal: boolean }): void {
    addNoteAs(this.#connectwise, PERSON, { kind, id: Number(id), ...note });
  }

  #name(entity: string, value: unknown): string {
    const row = this.#connectwise.store.get(entity, refId(value) ?? -1);
    return row ? nameOf(entityOf(entity), row) : '';
  }

  #newest(entity: string): Row[] {
    return this.#connectwise.store.all(entity).toReversed();
  }

  #tickets(search: string): ListView {
    const all = this.#newest('ticket');
    const shown = all.filter((row) =>
      isHit(search, [
        row.id,
        row.values['summary'],
        this.#name('company', row.values['company']),
        this.#name('boardStatus', row.values['status']),
        this.#name('board', row.values['board']),
      ]),
    );
    const open = all.filter((row) => row.values['closedFlag'] !== true);
    const boards = this.#connectwise.store
      .filter('board', (board) => board.values['projectFlag'] !== true)
      .map((board) => {
        const count = open.filter((row) => refId(row.values['board']) === board.id).length;
        return { label: textOf(board.values['name']), value: String(count), hint: 'open tickets' };
      });
    return listOf({
      title: 'Tickets',
      testId: 'ticket-row',
      figures: boards,
      rows: shown,
      idOf: (row) => String(row.id),
      columns: [
        { key: 'id', label: 'Ticket', cell: (row) => ({ text: String(row.id) }) },
        {
          key: 'summary',
          label: 'Summary',
          cell: (row) => ({ text: textOf(row.values['summary']), sub: this.#name('company', row.values['company']) }),
        },
        { key: 'board', label: 'Board', cell: (row) => ({ text: this.#name('board', row.values['board']) }) },
        {
          key: 'status',
          label: 'Status',
          cell: (row) => ({ text: this.#name('boardStatus', row.values['status']), tone: this.#tone(row) }),
        },
        {
          key: 'priority',
          label: 'Priority',
          cell: (row) => ({ text: this.#name('priority', row.values['priority']).replace(/ - .*/, '') }),
        },
        { key: 'entered', label: 'Entered', cell: (row) => ({ text: '', time: row.info.dateEntered }) },
      ],
    });
  }

  #companies(search: string): ListView {
    const shown = this.#newest('company').filter((row) =>
      isHit(search, [row.id, row.values['name'], row.values['identifier'], row.values['city']]),
    );
    const entity = entityOf('company');
    return listOf({
      title: 'Companies',
      testId: 'company-row',
      rows: shown,
      idOf: (row) => String(row.id),
      columns: [
        { key: 'name', label: 'Company', cell: (row) => ({ text: textOf(row.values['name']), sub: textOf(row.values['website']) }) },
        { key: 'identifier', label: 'Company ID', cell: (row) => ({ text: textOf(row.values['identifier']) }) },
        {
          key: 'status',
          label: 'Status',
          cell: (row) => ({
            text: this.#name('companyStatus', row.values['status']),
            tone: refId(row.values['status']) === 1 ? 'good' : 'quiet',
          }),
        },
        { key: 'city', label: 'City', cell: (row) => ({ text: textOf(row.values['city']) || '–' }) },
        { key: 'phone', label: 'Phone', cell: (row) => ({ text: phoneText(row.values['phoneNumber']) }) },
        {
          key: 'crm',
          label: 'CRM',
          cell: (row) => ({ text: customValue(this.#connectwise.store, { entity, row, caption: 'SF Id' }) ? 'linked' : '–' }),
        },
        { key: 'entered', label: 'Entered', cell: (row) => ({ text: '', time: row.info.dateEntered }) },
      ],
    });
  }

  #contacts(search: string): ListView {
    const shown = this.#newest('contact').filter((row) =>
      isHit(search, [nameOf(entityOf('contact'), row), this.#item(row, 'Email'), this.#name('company', row.values['company'])]),
    );
    return listOf({
      title: 'Contacts',
      testId: 'contact-row',
      rows: shown,
      idOf: (row) => String(row.id),
      columns: [
        { key: 'name', label: 'Contact', cell: (row) => ({ text: nameOf(entityOf('contact'), row), sub: textOf(row.values['title']) }) },
        { key: 'company', label: 'Company', cell: (row) => ({ text: this.#name('company', row.values['company']) || '–' }) },
        { key: 'email', label: 'E-mail', cell: (row) => ({ text: this.#item(row, 'Email') || '–' }) },
        { key: 'phone', label: 'Phone', cell: (row) => ({ text: phoneText(row.values['defaultPhoneNbr']) }) },
        { key: 'entered', label: 'Entered', cell: (row) => ({ text: '', time: row.info.dateEntered }) },
      ],
    });
  }

  #item(row: Row, kind: string): string {
    const items = (row.values['communicationItems'] as CommunicationItem[] | undefined) ?? [];
    return items.find((item) => item.defaultFlag && communicationKind(this.#connectwise.store, item.type.id) === kind)?.value ?? '';
  }

  #tone(row: Row): Tone {
    if (row.values['closedFlag'] === true) return 'quiet';
    const status = this.#connectwise.store.get('boardStatus', refId(row.values['status']) ?? -1);
    if (textOf(status?.values['name']).startsWith('Escalat')) return 'bad';
    return status?.values['defaultFlag'] === true ? 'late' : status?.values['escalationStatus'] === 'Resolved' ? 'good' : 'early';
  }

  #select(entity: string, test: (row: Row) => boolean): { value: string; label: string }[] {
    return this.#connectwise.store
      .filter(entity, test)
      .toSorted((a, b) => Number(a.values['sortOrder'] ?? a.id) - Number(b.values['sortOrder'] ?? b.id))
      .map((row) => ({ value: String(row.id), label: nameOf(entityOf(entity), row) }));
  }

  #sync(entityName: string, row: Row): FieldView[] {
    const entity = entityOf(entityName);
    return ['SF Id', 'Sync Src'].map((caption) => ({
      name: caption,
      label: caption,
      value: textOf(customValue(this.#connectwise.store, { entity, row, caption })) || '–',
      input: 'none',
      isMono: true,
    }));
  }

  #ticket(row: Row): RecordView {
    const boardId = refId(row.values['board']);
    return {
      id: String(row.id),
      eyebrow: `Ticket ${row.id}`,
      title: textOf(row.values['summary']),
      chip: { text: this.#name('boardStatus', row.values['status']), tone: this.#tone(row) },
      subtitle: [this.#name('company', row.values['company']), this.#name('board', row.values['board'])].join(' · '),
      actions: [
        row.values['closedFlag'] === true
          ? { id: 'reopen', label: 'Reopen', isPrimary: false, testId: 'reopen-ticket' }
          : { id: 'close', label: 'Close ticket', isPrimary: false, testId: 'close-ticket' },
      ],
      steps: [],
      sections: [
        {
          title: 'Details',
          fields: [
            {
              name: 'status',
              label: 'Status',
              value: String(refId(row.values['status']) ?? ''),
              input: 'select',
              options: this.#select('boardStatus', (status) => refId(status.values['board']) === boardId),
            },
            {
              name: 'priority',
              label: 'Priority',
              value: String(refId(row.values['priority']) ?? ''),
              input: 'select',
              options: this.#select('priority', () => true),
            },
            { name: 'summary', label: 'Summary', value: textOf(row.values['summary']), input: 'text' },
            {
              name: 'company',
              label: 'Company',
              value: this.#name('company', row.values['company']),
              input: 'none',
              link: `companies/${refId(row.values['company']) ?? ''}`,
            },
            {
              name: 'contact',
              label: 'Contact',
              value: textOf(row.values['contactName']) || '–',
              input: 'none',
              ...(refId(row.values['contact']) === undefined ? {} : { link: `contacts/${refId(row.values['contact'])}` }),
            },
            {
              name: 'owner',
              label: 'Owner',
              value: String(refId(row.values['owner']) ?? ''),
              input: 'select',
              options: this.#select('member', (member) => member.values['inactiveFlag'] !== true),
            },
            { name: 'bookTime', label: 'Book time', value: '', input: 'number', placeholder: 'Hours, then Enter' },
          ],
        },
        {
          title: 'Integration',
          fields: [
            {
              name: 'externalXRef',
              label: 'External reference',
              value: textOf(row.values['externalXRef']) || '–',
              input: 'none',
              isMono: true,
            },
            ...this.#sync('ticket', row),
          ],
        },
      ],
      related: relatedOfTicket(this.#connectwise, row),
      notes: notesOn(this.#connectwise, 'tickets', row.id) ?? [],
      hasInternalNotes: true,
      changed: { by: row.info.updatedBy, time: row.info.lastUpdated },
    };
  }

  #company(row: Row): RecordView {
    const { store } = this.#connectwise;
    const isMine = (other: Row) => refId(other.values['company']) === row.id;
    const text = (name: string, label: string): FieldView => ({ name, label, value: textOf(row.values[name]), input: 'text' });
    return {
      id: String(row.id),
      eyebrow: `Company ${textOf(row.values['identifier'])}`,
      title: textOf(row.values['name']),
      chip: { text: this.#name('companyStatus', row.values['status']), tone: refId(row.values['status']) === 1 ? 'good' : 'quiet' },
      subtitle: [row.values['city'], row.values['state'], row.values['website']].filter(Boolean).join(' · '),
      actions: [],
      steps: [],
      sections: [
        {
          title: 'Details',
          fields: [
            text('name', 'Name'),
            text('phoneNumber', 'Phone'),
            text('website', 'Website'),
            {
              name: 'status',
              label: 'Status',
              value: String(refId(row.values['status']) ?? ''),
              input: 'select',
              options: this.#select('companyStatus', () => true),
            },
          ],
        },
        { title: 'Address', fields: [text('addressLine1', 'Street'), text('city', 'City'), text('state', 'State'), text('zip', 'Zip')] },
        { title: 'Integration', fields: this.#sync('company', row) },
      ],
      related: [
        {
          title: 'Tickets',
          rows: store
            .filter('ticket', isMine)
            .toReversed()
            .slice(0, 12)
            .map((other) => ({
              link: `tickets/${other.id}`,
              text: textOf(other.values['summary']),
              sub: `#${other.id} · ${this.#name('boardStatus', other.values['status'])}`,
            })),
        },
        {
          title: 'Contacts',
          rows: store.filter('contact', isMine).map((other) => ({
            link: `contacts/${other.id}`,
            text: nameOf(entityOf('contact'), other),
            sub: this.#item(other, 'Email') || 'no e-mail',
          })),
        },
        ...relatedOfCompany(this.#connectwise, row.id),
      ],
      notes: notesOn(this.#connectwise, 'companies', row.id) ?? [],
      changed: { by: row.info.updatedBy, time: row.info.lastUpdated },
    };
  }

  #contact(row: Row): RecordView {
    const text = (name: string, label: string): FieldView => ({ name, label, value: textOf(row.values[name]), input: 'text' });
    const items = (row.values['communicationItems'] as CommunicationItem[] | undefined) ?? [];
    return {
      id: String(row.id),
      eyebrow: 'Contact',
      title: nameOf(entityOf('contact'), row),
      subtitle: [row.values['title'], this.#name('company', row.values['company'])].filter(Boolean).join(' · '),
      actions: [],
      steps: [],
      sections: [
        {
          title: 'Details',
          fields: [
            text('firstName', 'First name'),
            text('lastName', 'Last name'),
            text('title', 'Title'),
            {
              name: 'company',
              label: 'Company',
              value: this.#name('company', row.values['company']) || '–',
              input: 'none',
              link: `companies/${refId(row.values['company']) ?? ''}`,
            },
          ],
        },
        {
          title: 'Reach',
          fields: items.map((item, index) => ({
            name: `communicationItems/${index}/value`,
            label: this.#name('communicationType', item.type),
            value: item.value,
            input: 'text',
          })),
        },
        { title: 'Integration', fields: this.#sync('contact', row) },
      ],
      related: [],
      notes: notesOn(this.#connectwise, 'contacts', row.id) ?? [],
      changed: { by: row.info.updatedBy, time: row.info.lastUpdated },
    };
  }
}

function phoneText(value: unknown): string {
  const digits = textOf(value);
  return /^\d{10}$/.test(digits) ? `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}` : digits || '–';
}
