import { refId, type Row, type Store } from '../connectwise/store.ts';
import { textOf, type RecordView } from './view-model.ts';
import type { Kind } from './psa-objects.ts';

const ofBoard = (store: Store, entity: string, board: Row) => store.filter(entity, (row) => refId(row.values['board']) === board.id);
const openOn = (store: Store, board: Row) => ofBoard(store, 'ticket', board).filter((row) => row.values['closedFlag'] !== true).length;
const names = (title: string, rows: Row[], given: { place: string; sub(row: Row): string }): RecordView['related'][number] => ({
  title,
  rows: rows.map((row) => ({ link: given.place, text: textOf(row.values['name']), sub: given.sub(row) })),
});
const activity = (isInactive: boolean) =>
  isInactive ? { text: 'Inactive', tone: 'quiet' as const } : { text: 'Active', tone: 'good' as const };

/** What an administrator sets up: boards with their statuses and types, priorities, members. */
export const SETUP_KINDS: Readonly<Record<string, Kind>> = {
  boards: {
    entity: 'board',
    title: 'Boards',
    testId: 'board-row',
    eyebrow: 'Board',
    chip: (_store, row) =>
      row.values['projectFlag'] === true ? { text: 'Projects', tone: 'quiet' } : activity(row.values['inactiveFlag'] === true),
    columns: [
      { key: 'open', label: 'Open tickets', isNumber: true, cell: (store, row) => ({ text: String(openOn(store, row)) }) },
      {
        key: 'statuses',
        label: 'Statuses',
        isNumber: true,
        cell: (store, row) => ({ text: String(ofBoard(store, 'boardStatus', row).length) }),
      },
      { key: 'types', label: 'Types', isNumber: true, cell: (store, row) => ({ text: String(ofBoard(store, 'boardType', row).length) }) },
    ],
    fields: [{ name: 'name', label: 'Name', input: 'text' }],
    related: (store, row) => [
      names(
        'Statuses',
        ofBoard(store, 'boardStatus', row).toSorted((a, b) => Number(a.values['sortOrder']) - Number(b.values['sortOrder'])),
        {
          place: `boards/${row.id}`,
          sub: (status) =>
            status.values['closedStatus'] === true ? 'closes the ticket' : status.values['defaultFlag'] === true ? 'for new tickets' : '',
        },
      ),
      names('Types', ofBoard(store, 'boardType', row), { place: `boards/${row.id}`, sub: (type) => textOf(type.values['category']) }),
    ],
  },
  priorities: {
    entity: 'priority',
    title: 'Priorities',
    testId: 'priority-row',
    eyebrow: 'Priority',
    chip: (_store, row) => (row.values['defaultFlag'] === true ? { text: 'Default', tone: 'good' } : { text: 'By hand', tone: 'quiet' }),
    columns: [
      {
        key: 'open',
        label: 'Open tickets',
        isNumber: true,
        cell: (store, row) => ({
          text: String(
            store.filter('ticket', ({ values }) => refId(values['priority']) === row.id && values['closedFlag'] !== true).length,
          ),
        }),
      },
      { key: 'sort', label: 'Order', isNumber: true, cell: (_store, row) => ({ text: textOf(row.values['sortOrder']) }) },
    ],
    fields: [
      { name: 'name', label: 'Name', input: 'text' },
      { name: 'sortOrder', label: 'Order', input: 'number' },
    ],
  },
  members: {
    entity: 'member',
    title: 'Members',
    testId: 'member-row',
    eyebrow: 'Member',
    chip: (_store, row) =>
      row.values['licenseClass'] === 'A' ? { text: 'API member', tone: 'early' } : activity(row.values['inactiveFlag'] === true),
    columns: [
      { key: 'id', label: 'Sign-in name', cell: (_store, row) => ({ text: textOf(row.values['identifier']) }) },
      { key: 'title', label: 'Title', cell: (_store, row) => ({ text: textOf(row.values['title']) || '–' }) },
      { key: 'email', label: 'E-mail', cell: (_store, row) => ({ text: textOf(row.values['officeEmail']) || '–' }) },
    ],
    fields: [
      { name: 'firstName', label: 'First name', input: 'text' },
      { name: 'lastName', label: 'Last name', input: 'text' },
      { name: 'title', label: 'Title', input: 'text' },
      { name: 'officeEmail', label: 'E-mail', input: 'text' },
    ],
    // The API member acts for the integration; a desk has no say in it.
    actions: (row) =>
      row.values['licenseClass'] === 'A'
        ? []
        : row.values['inactiveFlag'] === true
          ? [{ id: 'activate', label: 'Activate', isPrimary: false, testId: 'activate' }]
          : [{ id: 'deactivate', label: 'Deactivate', isPrimary: false, testId: 'deactivate' }],
  },
};
