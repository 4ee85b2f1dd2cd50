/** Salesforce keeps the contract of all connectors, against the sandbox. */
import { contractCases, type TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, beforeAll, test } from 'vitest';
import { salesforce } from '../src/salesforce/index.ts';
import { salesforceValues } from './accounts.ts';
import { heldClock, sandboxAccount } from './sandbox-account.ts';

const clock = heldClock(Date.parse('2026-05-04T03:00:00Z'));
let sandbox: Sandbox;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo', clock: clock.now, quirks: { bulkPollsInProgress: 0 } });
});
afterAll(() => sandbox.close());

const unique = (word: string): string => `${word} ${(serial += 1)}`;
const at = (path: string, method?: string) => ({ path: new RegExp(`^/services/data/v[\\d.]+${path}`), ...(method ? { method } : {}) });
const create = async (bench: TestBench, object: string, record: Record<string, unknown>): Promise<string> =>
  ((await bench.run('createRecord', { object, record })) as { id: string }).id;
const account = (bench: TestBench, word = 'Firm'): Promise<string> => create(bench, 'Account', { Name: unique(word) });
const count = async (bench: TestBench, match: Record<string, unknown>, object = 'Account'): Promise<number> =>
  ((await bench.run('findRecords', { object, match, fields: ['Id'] })) as { count: number }).count;
const nameOf = (record: unknown): string => String((record as { Name?: string }).Name);
const recordId = (payload: unknown): string => String((payload as { record: { Id: string } }).record.Id);
const idsIn = (output: unknown): string[] => (output as { records: { Id: string }[] }).records.map(({ Id }) => Id);
const many = async (bench: TestBench, amount: number, record: () => Record<string, unknown>): Promise<string[]> => {
  const records = Array.from({ length: amount }, record);
  const made = (await bench.run('writeMany', { object: 'Account', action: 'create', records })) as { results: { id: string }[] };
  return made.results.map(({ id }) => id);
};
/** What is committed a minute after its stamp. */
async function late(make: () => Promise<string>): Promise<string> {
  sandbox.quirks.lateCommitMs = 60_000;
  try {
    return await make();
  } finally {
    sandbox.quirks.lateCommitMs = 0;
  }
}

const CODES: Readonly<Record<number, string>> = {
  400: 'JSON_PARSER_ERROR',
  401: 'INVALID_SESSION_ID',
  403: 'INSUFFICIENT_ACCESS',
  404: 'NOT_FOUND',
  409: 'ENTITY_IS_LOCKED',
  500: 'UNKNOWN_EXCEPTION',
  503: 'SERVER_UNAVAILABLE',
};
const errorBody = (status: number, words: string): unknown => [{ message: words, errorCode: CODES[status] ?? `HTTP_${status}` }];

const cases = contractCases({
  connector: salesforce,
  account: () => sandboxAccount(sandbox, 'salesforce', { values: salesforceValues(sandbox.url), clock }),
  errorBody,
  signIn: /\/services\/oauth2\//,
  renewsSession: true,
  wrongValues: [
    ['clientSecret', { clientSecret: 'wrong' }],
    ['loginUrl', { loginUrl: 'http://127.0.0.1:1' }],
    ['loginUrl', { loginUrl: 'https://login.salesforce.com' }],
  ],
  actions: {
    findOrCreateRecord: {
      input: () => {
        const Name = unique('Wingtip');
        return { object: 'Account', rules: [{ fields: { Name } }], record: { Name } };
      },
      request: at('/sobjects/Account', 'POST'),
      subject: ({ record }) => `Account "${nameOf(record)}"`,
      effects: ({ record }, bench) => count(bench, { Name: nameOf(record) }),
    },
    findRecords: {
      input: () => ({ object: 'Account', match: { Name: unique('Nobody') } }),
      request: at('/query'),
      subject: () => 'Account',
    },
    queryInBulk: {
      input: () => ({ soql: 'SELECT Id, Name FROM Account LIMIT 3' }),
      request: at('/jobs/query$', 'POST'),
      subject: () => 'the query',
      readsBy: /\/jobs\/query$/,
    },
    query: { input: () => ({ soql: 'SELECT Id FROM Account LIMIT 3' }), request: at('/query'), subject: () => 'the query' },
    getRecord: {
      input: async (bench) => ({ object: 'Account', id: await account(bench) }),
      request: at('/query'),
      subject: ({ id }) => `Account ${String(id)}`,
      // Long lists of fields do not fit an address.
      readsBy: /\/composite\/sobjects\//,
    },
    matchRecord: {
      input: () => ({ object: 'Account', rules: [{ fields: { Name: unique('Nobody') } }] }),
      request: at('/query'),
      subject: () => 'Account',
    },
    createRecord: {
      input: () => ({ object: 'Account', record: { Name: unique('Made') } }),
      request: at('/sobjects/Account', 'POST'),
      subject: ({ record }) => `Account "${nameOf(record)}"`,
      effects: ({ record }, bench) => count(bench, { Name: nameOf(record) }),
    },
    createRecordOnce: {
      input: () => ({ object: 'Account', match: { Name: unique('Once') }, record: {} }),
      request: at('/sobjects/Account', 'POST'),
      subject: ({ match }) => `Account "${nameOf(match)}"`,
      effects: ({ match }, bench) => count(bench, match as Record<string, unknown>),
    },
    updateRecord: {
      input: async (bench) => ({ object: 'Account', id: await account(bench), record: { Phone: unique('555') } }),
      request: at('/sobjects/Account/', 'PATCH'),
      subject: ({ id }) => `Account ${String(id)}`,
      effects: ({ record }, bench) => count(bench, record as Record<string, unknown>),
    },
    upsertRecord: {
      input: () => ({
        object: 'Account',
        externalIdField: 'CW_Company_Id__c',
        externalId: unique('key'),
        record: { Name: unique('Upserted') },
      }),
      request: at('/sobjects/Account/CW_Company_Id__c/', 'PATCH'),
      subject: ({ externalId }) => `CW_Company_Id__c "${String(externalId)}"`,
      effects: ({ record }, bench) => count(bench, { Name: nameOf(record) }),
    },
    deleteRecord: {
      input: async (bench) => ({ object: 'Account', id: await account(bench) }),
      request: at('/sobjects/Account/', 'DELETE'),
      subject: ({ id }) => `Account ${String(id)}`,
      effects: async ({ id }, bench) => 1 - (await count(bench, { Id: id })),
    },
    writeMany: {
      input: () => ({ object: 'Account', action: 'create', records: [{ Name: unique('Many') }] }),
      request: at('/composite/sobjects', 'POST'),
      subject: () => 'Account',
      effects: ({ records }, bench) => count(bench, (records as Record<string, unknown>[])[0] ?? {}),
    },
    bulkWrite: {
      input: () => ({ object: 'Account', action: 'create', records: [{ Name: unique('Bulk') }] }),
      request: at('/jobs/ingest/\\w+$', 'PATCH'),
      subject: () => 'Account',
      effects: ({ records }, bench) => count(bench, (records as Record<string, unknown>[])[0] ?? {}),
    },
    getBulkJob: {
      input: async (bench) => {
        const input = { object: 'Account', action: 'create', records: [{ Name: unique('Loaded') }] };
        return { jobId: ((await bench.run('bulkWrite', input)) as { jobId: string }).jobId };
      },
      request: at('/jobs/ingest/\\w+$', 'GET'),
      subject: ({ jobId }) => String(jobId),
    },
    convertLead: {
      input: async (bench) => ({ leadId: await create(bench, 'Lead', { LastName: unique('Lee'), Company: unique('Lead Co') }) }),
      request: { method: 'POST', path: '/services/Soap/' },
      subject: ({ leadId }) => `Lead ${String(leadId)}`,
      effects: ({ leadId }, bench) => count(bench, { Id: leadId, IsConverted: true }, 'Lead'),
    },
    describeObject: {
      input: () => ({ object: 'Account' }),
      request: at('/sobjects/Account/describe'),
      subject: () => 'Account',
    },
    request: {
      input: () => ({ method: 'POST', path: '/sobjects/Account', body: { Name: unique('Raw') } }),
      request: at('/sobjects/Account', 'POST'),
      subject: () => 'POST /sobjects/Account',
      effects: ({ body }, bench) => count(bench, body as Record<string, unknown>),
    },
  },
  lists: [
    {
      operation: 'query',
      counts: [1, 1999, 2000, 2001],
      async prepare(amount, bench) {
        const Phone = unique('555');
        const ids = await many(bench, amount, () => ({ Name: unique('Listed'), Phone }));
        return { input: { soql: `SELECT Id FROM Account WHERE Phone = '${Phone}'`, limit: 5000 }, ids };
      },
      idsIn,
    },
    {
      operation: 'findRecords',
      counts: [1, 2001],
      async prepare(amount, bench) {
        const Phone = unique('555');
        const ids = await many(bench, amount, () => ({ Name: unique('Found'), Phone }));
        return { input: { object: 'Account', match: { Phone }, fields: ['Name'], orderBy: 'Name desc', limit: 5000 }, ids };
      },
      idsIn,
    },
  ],
  polls: {
    recordChanged: {
      input: { object: 'Account', fields: ['Name', 'Description'] },
      request: at('/query'),
      make: (bench) => account(bench),
      makeMany: (amount, bench) => many(bench, amount, () => ({ Name: unique('Flood') })),
      change: async (id, bench) =>
        void (await bench.run('updateRecord', { object: 'Account', id, record: { Description: unique('changed') } })),
      makeLate: (bench) => late(() => account(bench)),
      idIn: recordId,
    },
    recordsChanged: {
      input: { objects: ['Account', 'Contact'] },
      request: at('/query'),
      make: (bench) => create(bench, 'Contact', { LastName: unique('Lee') }),
      change: async (id, bench) => void (await bench.run('updateRecord', { object: 'Contact', id, record: { Title: unique('Boss') } })),
      makeLate: (bench) => late(() => create(bench, 'Contact', { LastName: unique('Late') })),
      idIn: recordId,
    },
    changeEvent: {
      input: { object: 'Account', ignoreOwn: false },
      request: { path: '/cometd/' },
      make: (bench) => account(bench),
      makeMany: (amount, bench) => many(bench, amount, () => ({ Name: unique('Told') })),
      change: async (id, bench) =>
        void (await bench.run('updateRecord', { object: 'Account', id, record: { Description: unique('changed') } })),
      idIn: recordId,
    },
  },
  refusals: [
    {
      name: 'a field that must be given is named with its record',
      operation: 'createRecord',
      answer: {
        status: 400,
        body: [{ message: 'Required fields are missing: [Site]', errorCode: 'REQUIRED_FIELD_MISSING', fields: ['Site'] }],
      },
      class: 'invalid',
      code: 'REQUIRED_FIELD_MISSING',
      says: [/Account "Made/, 'Site'],
    },
    {
      name: 'the used-up allowance waits for a quarter of an hour',
      operation: 'query',
      answer: { status: 403, body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }] },
      class: 'throttled',
      retryAfterMs: 900_000,
      says: ['used up'],
    },
    {
      name: 'a duplicate names the record that was found',
      operation: 'createRecord',
      answer: {
        status: 400,
        body: [
          {
            message: 'Use one of these records?',
            errorCode: 'DUPLICATES_DETECTED',
            duplicateResut: { matchResults: [{ matchRecords: [{ record: { Id: '001000000000123AAA' } }] }] },
          },
        ],
      },
      class: 'conflict',
      says: ['001000000000123AAA', 'duplicate rule'],
    },
    {
      name: 'a right that is missing is asked of the administrator',
      operation: 'createRecord',
      answer: { status: 403, body: [{ message: 'insufficient access rights', errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }] },
      class: 'auth',
      says: ['Give the integration user the permission'],
    },
  ],
});

test.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_name, run) => run());
