import { isoSeconds, type Row, type Store } from '../connectwise/store.ts';

/** Puts one seed row in place; `at` is its date of entry and of last change unless a second is given. */
export function put(
  store: Store,
  entity: string,
  given: { id?: number; values: Record<string, unknown>; custom?: Record<string, unknown>; at?: number; changedAt?: number; by?: string },
): Row {
  const at = given.at ?? store.clock() - 400 * 86_400_000;
  const by = given.by ?? 'jdoe';
  const info = { dateEntered: isoSeconds(at), enteredBy: by, lastUpdated: isoSeconds(given.changedAt ?? at), updatedBy: by };
  const row = store.seed(entity, { id: given.id ?? 0, values: given.values, custom: given.custom ?? {}, info });
  if (entity === 'company' || entity === 'contact')
    for (const type of (given.values['types'] as { id: number }[] | undefined) ?? [])
      store.seed(`${entity}TypeAssociation`, { id: 0, values: { type, [entity]: { id: row.id } }, custom: {}, info });
  return row;
}

/** A board with its statuses; the first status is the default. */
export function putBoard(
  store: Store,
  board: {
    id: number;
    name: string;
    firstStatusId: number;
    statuses: { name: string; isClosed?: boolean; escalation?: string }[];
    types?: string[];
  },
): void {
  put(store, 'board', {
    id: board.id,
    values: {
      name: board.name,
      location: { id: 2, name: 'Headquarters' },
      department: { id: 10, name: 'Services' },
      inactiveFlag: false,
      projectFlag: false,
    },
  });
  for (const [index, status] of board.statuses.entries()) {
    put(store, 'boardStatus', {
      id: board.firstStatusId + index,
      values: {
        name: status.name,
        board: { id: board.id },
        sortOrder: index * 10,
        displayOnBoard: !status.isClosed,
        inactive: false,
        closedStatus: status.isClosed === true,
        timeEntryNotAllowed: false,
        defaultFlag: index === 0,
        escalationStatus: status.escalation ?? (status.isClosed ? 'Resolved' : index === 0 ? 'NotResponded' : 'Responded'),
        customerPortalDescription: status.name,
        customerPortalFlag: false,
      },
    });
  }
  for (const name of board.types ?? [])
    put(store, 'boardType', { values: { name, category: 'Reactive', defaultFlag: false, inactiveFlag: false, board: { id: board.id } } });
}

/** Reference data every tenant has: members, kinds of communication, statuses, types, priorities, sources, countries. */
export function putReferenceData(store: Store, given: { apiMember: string; emailTypeId: number }): void {
  const members = [
    [given.apiMember, 'Weft', 'Integration'],
    ['jdoe', 'Jamie', 'Doe'],
    ['mlopez', 'Marta', 'Lopez'],
    ['skim', 'Soo-ah', 'Kim'],
    ['tbecker', 'Tim', 'Becker'],
  ] as const;
  store.startIds('member', 150);
  for (const [identifier, firstName, lastName] of members) {
    const isApi = identifier === given.apiMember;
    put(store, 'member', {
      values: {
        identifier,
        firstName,
        lastName,
        officeEmail: `${identifier.toLowerCase()}@brightdesk.example`,
        primaryEmail: `${identifier.toLowerCase()}@brightdesk.example`,
        inactiveFlag: false,
        licenseClass: isApi ? 'A' : 'F',
        title: isApi ? 'API member' : 'Service engineer',
      },
    });
  }
  const communication = [
    [given.emailTypeId, 'Email', 'emailFlag', true],
    [2, 'Direct', 'phoneFlag', true],
    [3, 'Fax', 'faxFlag', true],
    [4, 'Cell', 'phoneFlag', false],
    [26, 'Home Fax', 'faxFlag', false],
  ] as const;
  for (const [id, description, flag, isDefault] of communication) {
    put(store, 'communicationType', {
      id,
      values: { description, phoneFlag: false, faxFlag: false, emailFlag: false, [flag]: true, defaultFlag: isDefault },
    });
  }
  for (const [id, name] of [
    [1, 'Active'],
    [2, 'Inactive'],
    [3, 'Not-Approved'],
    [4, 'Prospect'],
  ] as const)
    put(store, 'companyStatus', { id, values: { name, defaultFlag: id === 1, inactiveFlag: name === 'Inactive', notifyFlag: false } });
  for (const [id, name] of [
    [1, 'Client'],
    [2, 'Prospect'],
    [3, 'Vendor'],
    [4, 'Owner'],
  ] as const)
    put(store, 'companyType', { id, values: { name, defaultFlag: id === 1, vendorFlag: name === 'Vendor' } });
  for (const [id, description] of [
    [1, 'Approver'],
    [2, 'Billing'],
    [3, 'Technical'],
    [4, 'VIP'],
  ] as const)
    put(store, 'contactType', { id, values: { description, defaultFlag: false } });
  const priorities = [
    [6, 'Priority 1 - Emergency Response', '#FF0000', 1],
    [7, 'Priority 2 - Quick Response', '#FFA500', 2],
    [8, 'Priority 3 - Normal Response', '#FFFF00', 3],
    [4, 'Priority 4 - Scheduled Maintenance', '#00FF00', 4],
  ] as const;
  for (const [id, name, color, sortOrder] of priorities)
    put(store, 'priority', {
      id,
      values: { name, color, sortOrder, defaultFlag: id === 8, level: `Level${sortOrder}`, urgencySortOrder: String(sortOrder) },
    });
  for (const [id, name] of [
    [1, 'Phone'],
    [2, 'Email Connector'],
    [3, 'Web'],
    [4, 'API'],
  ] as const)
    put(store, 'source', { id, values: { name, defaultFlag: id === 1 } });
  for (const [id, name, identifier] of [
    [1, 'United States', 'US'],
    [2, 'Canada', 'CA'],
    [3, 'United Kingdom', 'GB'],
    [4, 'Germany', 'DE'],
    [5, 'Australia', 'AU'],
  ] as const)
    put(store, 'country', { id, values: { name, identifier, defaultFlag: id === 1 } });
}

/** "SF Id" and "Sync Src" on company, contact, ticket and agreement; ids 21 and up, two per object. */
export function putCustomFields(store: Store): void {
  store.startIds('userDefinedField', 21);
  const screens = {
    company: ['ct200', 'Company'],
    contact: ['ct300', 'Contact'],
    ticket: ['sr100', 'Service Ticket'],
    agreement: ['ag100', 'Agreement'],
  } as const;
  for (const [object, [screenId, screenDescription]] of Object.entries(screens)) {
    for (const [index, caption] of ['SF Id', 'Sync Src'].entries()) {
      const row = put(store, 'userDefinedField', {
        values: {
          podId: { company: 12, contact: 15, ticket: 18, agreement: 22 }[object] ?? 1,
          caption,
          sequenceNumber: index + 1,
          screenId,
          screenDescription,
          fieldTypeIdentifier: 'Text',
          entryTypeIdentifier: 'EntryField',
          numberDecimals: 0,
          requiredFlag: false,
          displayOnScreenFlag: true,
          readOnlyFlag: false,
          listViewFlag: false,
          _object: object,
        },
      });
      row.values['_connectWiseId'] = `7c1e0b6a-5d1f-4f0e-9a7b-0000000000${String(row.id).padStart(2, '0')}`;
    }
  }
}

/** The id of a custom field of an object by caption. */
export function customFieldId(store: Store, object: string, caption: string): string {
  return String(store.find('userDefinedField', (row) => row.values['_object'] === object && row.values['caption'] === caption)?.id ?? 0);
}
