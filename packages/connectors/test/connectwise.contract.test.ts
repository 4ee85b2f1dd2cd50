/** ConnectWise keeps the contract of all connectors, against the sandbox. */
import { contractCases, type TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, beforeAll, test } from 'vitest';
import { connectwise } from '../src/connectwise/index.ts';
import { connectwiseValues } from './accounts.ts';
import { heldClock, sandboxAccount } from './sandbox-account.ts';

const COMPANY = 250;
const DAY_MS = 86_400_000;
const clock = heldClock(Date.parse('2026-05-04T03:00:00Z'));
let sandbox: Sandbox;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo', clock: clock.now, limits: { connectwisePerMinute: 1e9 } });
});
afterAll(() => sandbox.close());

type Records = { records: { id: number }[] };
const unique = (word: string): string => `${word} ${(serial += 1)}`;
const at = (path: string, method?: string) => ({
  path: new RegExp(`/apis/3\\.0${path}(\\?|$)`),
  ...(method === undefined ? {} : { method }),
});
const find = async (bench: TestBench, object: string, match: Record<string, unknown>): Promise<number> =>
  ((await bench.run('findRecords', { object, match })) as Records).records.length;

/** What a person at the desk does, seen by no connector. */
function put(entity: string, values: Record<string, unknown>, id = 0): string {
  const { store } = sandbox.connectwise;
  const row = store.get(entity, id) ?? store.draft(entity, 'jdoe');
  row.values = { ...row.values, ...values };
  return String(store.commit(entity, row, { actor: 'jdoe' }).id);
}
const company = (name = unique('Firm')): Record<string, unknown> => ({ name, identifier: `C${(serial += 1)}`, site: { name: 'Main' } });
const contact = (lastName = unique('Lee')): string => put('contact', { firstName: 'Ann', lastName, company: { id: COMPANY } });
const ticket = (): string => put('ticket', { summary: unique('Ticket'), company: { id: COMPANY }, board: { id: 1 } });
const dayBefore = (): string => `${new Date(clock.now() - DAY_MS).toISOString().slice(0, 10)}T00:00:00Z`;
const idsIn = (output: unknown): string[] => (output as Records).records.map(({ id }) => String(id));
const recordId = (payload: unknown): string => String((payload as { record: { id: number } }).record.id);

/** Something happened a minute ago, and becomes visible now. */
function late(make: () => string): string {
  clock.advance(-60_000);
  const id = make();
  clock.advance(60_000);
  return id;
}

const CODES: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Security', 404: 'NotFound', 409: 'ObjectExists' };

const cases = contractCases({
  connector: connectwise,
  account: () => sandboxAccount(sandbox, 'connectwise', { values: connectwiseValues(sandbox.url), clock }),
  errorBody: (status, words) => ({ code: CODES[status] ?? 'ConnectWiseApi', message: words }),
  wrongValues: [
    ['companyId', { companyId: 'nosuch' }],
    ['privateKey', { privateKey: 'wrong' }],
    ['clientId', { clientId: '' }],
    ['site', { site: 'http://127.0.0.1:1' }],
  ],
  actions: {
    findOrCreateCompany: {
      input: () => ({ name: unique('Wingtip'), salesforceId: `001${String((serial += 1)).padStart(12, '0')}AAA` }),
      request: at('/company/companies', 'POST'),
      subject: ({ name }) => `Company "${String(name)}"`,
      effects: ({ name }, bench) => find(bench, 'company', { name }),
    },
    findOrCreateContact: {
      input: () => ({ companyId: COMPANY, firstName: 'Bo', lastName: unique('Ek'), email: `bo${serial}@wingtip.example` }),
      request: at('/company/contacts', 'POST'),
      subject: ({ lastName }) => `Contact "Bo ${String(lastName)}"`,
      effects: ({ lastName }, bench) => find(bench, 'contact', { lastName }),
    },
    createTicketOnce: {
      input: () => ({ externalXRef: unique('sf-opp'), summary: 'Onboarding', companyId: COMPANY, noteIfExists: 'Again.' }),
      request: at('/service/tickets', 'POST'),
      subject: () => 'Service ticket "Onboarding"',
      effects: ({ externalXRef }, bench) => find(bench, 'ticket', { externalXRef }),
    },
    createProjectOnce: {
      input: () => ({
        externalReference: unique('sf-opp'),
        name: unique('Roll-out'),
        companyId: COMPANY,
        board: 'Projects',
        estimatedStart: '2030-01-15',
        estimatedEnd: '2030-03-31',
      }),
      request: at('/project/projects', 'POST'),
      subject: ({ name }) => `Project "${String(name)}"`,
      effects: ({ name }, bench) => find(bench, 'project', { name }),
    },
    matchCompany: { input: () => ({ name: unique('Nobody') }), request: at('/company/companies'), subject: () => 'Company records' },
    matchContact: {
      input: () => ({ companyId: COMPANY, firstName: 'No', lastName: unique('Body') }),
      request: at('/company/contacts'),
      subject: () => 'Contact records',
    },
    findRecords: {
      input: () => ({ object: 'company', match: { name: unique('Nobody') } }),
      request: at('/company/companies'),
      subject: () => 'Company records',
    },
    countRecords: {
      input: () => ({ object: 'ticket', where: 'closedFlag = False' }),
      request: at('/service/tickets/count'),
      subject: () => 'Service ticket records',
    },
    getRecord: {
      input: () => ({ object: 'contact', id: contact() }),
      request: at('/company/contacts/\\d+'),
      subject: ({ id }) => `Contact ${String(id)}`,
    },
    createRecord: {
      input: () => ({ object: 'company', record: company() }),
      request: at('/company/companies', 'POST'),
      subject: ({ record }) => `Company "${String((record as { name: string }).name)}"`,
      effects: ({ record }, bench) => find(bench, 'company', { name: (record as { name: string }).name }),
    },
    updateRecord: {
      input: () => ({ object: 'contact', id: contact(), changes: { title: unique('Boss') } }),
      request: at('/company/contacts/\\d+', 'PATCH'),
      subject: ({ id }) => `Contact ${String(id)}`,
      effects: ({ id, changes }, bench) => find(bench, 'contact', { id, title: (changes as { title: string }).title }),
    },
    deleteRecord: {
      input: () => ({ object: 'contact', id: contact() }),
      request: at('/company/contacts/\\d+', 'DELETE'),
      // Gone already is what was wanted.
      tolerates: [404],
      subject: ({ id }) => `Contact ${String(id)}`,
      effects: async ({ id }, bench) => 1 - (await find(bench, 'contact', { id })),
    },
    addNote: {
      input: () => ({ object: 'ticket', id: ticket(), text: unique('Called back') }),
      request: at('/service/tickets/\\d+/notes', 'POST'),
      subject: ({ id }) => `Service ticket ${String(id)}`,
      effects: async ({ id }, bench) => ((await bench.run('listNotes', { object: 'ticket', id })) as { notes: unknown[] }).notes.length,
    },
    listNotes: {
      input: () => ({ object: 'ticket', id: ticket() }),
      request: at('/service/tickets/\\d+/notes'),
      subject: ({ id }) => `Service ticket ${String(id)}`,
    },
    request: {
      input: () => ({ method: 'POST', path: '/company/companies', body: company() }),
      request: at('/company/companies', 'POST'),
      effects: ({ body }, bench) => find(bench, 'company', { name: (body as { name: string }).name }),
    },
  },
  lists: [
    {
      operation: 'findRecords',
      counts: [1, 999, 1000, 1001, 2001],
      async prepare(count) {
        const lastName = unique('Listed');
        return {
          input: { object: 'contact', match: { lastName }, limit: 5000 },
          ids: Array.from({ length: count }, () => contact(lastName)),
        };
      },
      idsIn,
    },
    {
      operation: 'findRecords',
      counts: [1001],
      async prepare(count) {
        const lastName = unique('Ordered');
        const ids = Array.from({ length: count }, () => contact(lastName));
        return { input: { object: 'contact', match: { lastName }, orderBy: 'lastName asc', limit: 5000 }, ids };
      },
      idsIn,
    },
    {
      operation: 'listNotes',
      counts: [1, 1000, 1001],
      async prepare(count) {
        const id = Number(ticket());
        const ids = Array.from({ length: count }, () => put('ticketNote', { ticketId: id, text: 'Note', detailDescriptionFlag: true }));
        return { input: { object: 'ticket', id, limit: 5000 }, ids };
      },
      idsIn: (output) => (output as { notes: { id: number }[] }).notes.map(({ id }) => String(id)),
    },
  ],
  polls: {
    recordChanged: {
      input: { object: 'contact' },
      request: at('/company/contacts'),
      make: async () => contact(),
      change: async (id) => void put('contact', { title: unique('Boss') }, Number(id)),
      makeLate: async () => late(contact),
      idIn: recordId,
    },
    recordsChanged: {
      input: { objects: ['contact', 'ticket'] },
      request: at('/service/tickets'),
      make: async () => ticket(),
      change: async (id) => void put('ticket', { summary: unique('Changed') }, Number(id)),
      makeLate: async () => late(ticket),
      idIn: recordId,
    },
    dateReached: {
      input: { object: 'invoice', field: 'dueDate', daysBefore: -1, where: 'invoiceNumber like "C-*"' },
      request: at('/finance/invoices'),
      make: async () =>
        put('invoice', { invoiceNumber: `C-${(serial += 1)}`, type: 'Standard', company: { id: COMPANY }, dueDate: dayBefore() }),
      idIn: recordId,
      pageSize: 500,
      // What is due stays due: each is remembered while it lies in the days that are looked back upon.
      remembers: 24,
      givesPresent: true,
    },
  },
  pushes: {
    callback: {
      input: { object: 'ticket' },
      request: at('/system/callbacks', 'POST'),
      make: async () => ticket(),
      settled: () => sandbox.connectwise.callbacks.idle(),
      registered: async (hookUrl) =>
        sandbox.connectwise.store.filter('callback', ({ values }) => String(values['url']).startsWith(hookUrl)).length,
      idIn: recordId,
    },
  },
  refusals: [
    {
      name: 'a field that is too long is named with its record',
      operation: 'createRecord',
      answer: {
        status: 400,
        body: {
          code: 'InvalidObject',
          message: 'company object is invalid',
          errors: [{ code: 'MaxLengthField', message: 'The field name is too long.', resource: 'company', field: 'name' }],
        },
      },
      class: 'invalid',
      code: 'InvalidObject',
      says: [/Company "Firm/, 'name: The field name is too long.'],
    },
    {
      name: 'a server that chokes on our value is not asked again',
      operation: 'createRecord',
      answer: { status: 500, body: { code: 'ConnectWiseApi', message: 'String was not recognized as a valid Boolean.' } },
      class: 'invalid',
      says: ['not recognized'],
    },
    {
      name: 'the throttle without a time is half a minute',
      answer: { status: 429, body: { error: 'ConnectWiseAPI', message: 'Too many requests.' } },
      class: 'throttled',
      retryAfterMs: 30_000,
    },
    {
      name: 'a missing right names the role',
      answer: { status: 403, body: { code: 'Security', message: 'You do not have permission to create companies.' } },
      class: 'auth',
      says: ['security role'],
    },
    {
      name: 'an identifier that is taken is a conflict',
      operation: 'createRecord',
      answer: {
        status: 400,
        body: {
          code: 'InvalidObject',
          message: 'company object is invalid',
          errors: [{ code: 'ObjectExists', message: 'The identifier already exists.', resource: 'company', field: 'identifier' }],
        },
      },
      class: 'conflict',
      code: 'already_exists',
      says: ['identifier'],
    },
  ],
});

test.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_name, run) => run());
