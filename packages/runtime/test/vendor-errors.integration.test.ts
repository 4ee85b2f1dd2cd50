/** What a vendor refuses, as the page of a run shows it: one sentence that names record and field, the vendor's own words beneath. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createLogger, createWorkerClient, getRun } from '@weft/runtime';
import type { RunDetail } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import type { RunningWorker } from '@weft/runtime/worker';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import { ctxOf } from './support/use-cases.ts';
import { openCrmDesk, openPsaDesk } from './support/vendor-desk.ts';
import type { CrmDesk } from './support/vendor-desk.ts';
import { ENCRYPTION_KEY, INTERNAL_SECRET } from './support/worker-process.ts';
import { chain, ended, putWorkflow, start } from './support/workflows.ts';

let fresh: FreshDatabase;
let sandbox: Sandbox;
let worker: RunningWorker;
let crm: CrmDesk;

beforeAll(async () => {
  [fresh, sandbox] = await Promise.all([freshDatabase(), startSandbox({ port: 0, seed: 'demo' })]);
  worker = await startWorker({
    databaseUrl: fresh.url,
    encryptionKey: ENCRYPTION_KEY,
    internalSecret: INTERNAL_SECRET,
    publicUrl: 'https://weft.example.com',
    allowPrivateHosts: [new URL(sandbox.url).host],
    log: createLogger({ process: 'test', write: () => {} }),
  });
  crm = await openCrmDesk(sandbox.url);
}, 60_000);
afterAll(async () => {
  await worker?.close();
  await sandbox?.close();
  await fresh?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  sandbox.faults.clear();
  Object.assign(sandbox.quirks, { duplicateRuleObjects: [], validationRules: [], readOnlyObjects: [], lockedRecords: {} });
});

type Vendor = 'salesforce' | 'connectwise';

/** Runs one step and gives the run as its page is given it. */
async function runOf(connector: Vendor, operation: string, input: Record<string, unknown>): Promise<RunDetail> {
  const node = { id: 'it', kind: 'connector', connector, operation, slot: 'account', input, retry: { attempts: 1 } };
  const workflow = await putWorkflow(fresh.db, chain(node));
  const { clientId, clientSecret } = sandbox.salesforce.account;
  const cw = sandbox.connectwise.account;
  const account =
    connector === 'salesforce'
      ? { authScheme: 'clientCredentials', values: { loginUrl: sandbox.url, clientId, clientSecret } }
      : {
          authScheme: 'apiMember',
          values: { site: sandbox.url, companyId: cw.companyId, publicKey: cw.publicKey, privateKey: cw.privateKey, clientId: cw.clientId },
        };
  const saved = await createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET }).createConnection({
    workspaceId: workflow.workspaceId,
    connector,
    name: 'The account',
    ...account,
  });
  await fresh.db.prisma.workflow.update({ where: { id: workflow.workflowId }, data: { bindings: { account: saved.id } } });
  const runId = await start(fresh.db, fresh.url, workflow);
  await ended(fresh.db, runId);
  return getRun(ctxOf(fresh.db, { workspaceId: workflow.workspaceId, role: 'viewer', name: 'Eve', via: 'session' }), { id: runId });
}

interface Case {
  readonly operation: string;
  readonly input: Record<string, unknown> | (() => Promise<Record<string, unknown>>);
  readonly class: string;
  /** The sentence. */
  readonly says: RegExp;
  /** The vendor's own words, where it was the vendor that refused. */
  readonly vendor?: string;
  /** The fields that a form marks. */
  readonly marks?: readonly string[];
}
const account = (record: Record<string, unknown>) => ({ object: 'Account', record });
const fault = (vendor: Vendor, path: string, status: number, body?: unknown) =>
  void sandbox.faults.add({ vendor, path, times: 20, kind: 'status', status, ...(body === undefined ? {} : { body }) });

const SALESFORCE: Readonly<Record<string, Case>> = {
  'a required field is missing': {
    operation: 'createRecord',
    input: account({ Phone: '1' }),
    class: 'invalid',
    says: /^Salesforce answered 400 for the Account: Required fields are missing: \[Name\]\.$/,
    vendor: 'REQUIRED_FIELD_MISSING',
    marks: ['record.Name'],
  },
  'a text is too long': {
    operation: 'createRecord',
    input: account({ Name: 'Acme', Phone: '5'.repeat(400) }),
    class: 'invalid',
    says: /^Salesforce answered 400 for Account "Acme": .*Phone: data value too large: 5{60}… \(max length=40\)\.$/,
    vendor: '5'.repeat(400),
    marks: ['record.Phone'],
  },
  'a number is none': {
    operation: 'createRecord',
    input: account({ Name: 'Acme', AnnualRevenue: 'a lot' }),
    class: 'invalid',
    says: /^Account "Acme", field AnnualRevenue: "a lot" is not a number such as 1234\.5\.$/,
    marks: ['record.AnnualRevenue'],
  },
  'a field is not there': {
    operation: 'createRecord',
    input: account({ Name: 'Acme', Nonsense__c: '1' }),
    class: 'invalid',
    says: /^Salesforce answered 400 for Account "Acme": No such column 'Nonsense__c' on sobject of type Account\.$/,
    vendor: 'INVALID_FIELD',
  },
  'a reference leads nowhere': {
    operation: 'createRecord',
    input: account({ Name: 'Acme', ParentId: '001000000000ZZZAA2' }),
    class: 'invalid',
    says: /^Salesforce answered 400 for Account "Acme": invalid cross reference id\. It points to 001000000000ZZZAA2 by ParentId\.$/,
    vendor: 'INVALID_CROSS_REFERENCE_KEY',
    marks: ['record.ParentId'],
  },
  'a reference is no id': {
    operation: 'createRecord',
    input: account({ Name: 'Acme', ParentId: 'the parent' }),
    class: 'invalid',
    says: /^Salesforce answered 400 for Account "Acme": .*ParentId.*the parent/,
    vendor: 'MALFORMED_ID',
    marks: ['record.ParentId'],
  },
  'a validation rule refuses': {
    operation: 'createRecord',
    input: async () => {
      sandbox.quirks.validationRules = [{ object: 'Account', when: "Phone = '13'", message: 'Thirteen is no number here', field: 'Phone' }];
      return account({ Name: 'Acme', Phone: '13' });
    },
    class: 'invalid',
    says: /^Salesforce answered 400 for Account "Acme": field Phone: Thirteen is no number here\.$/,
    vendor: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    marks: ['record.Phone'],
  },
  'a duplicate rule refuses': {
    operation: 'createRecord',
    input: async () => {
      await crm.create('Account', { Name: 'Twin Ltd' });
      sandbox.quirks.duplicateRuleObjects = ['Account'];
      return account({ Name: 'Twin Ltd' });
    },
    class: 'conflict',
    says: /^Salesforce answered 400 for Account "Twin Ltd": Use one of these records\? Found: 001\w{15}\. A duplicate rule of the org has stopped it\.$/,
    vendor: 'DUPLICATES_DETECTED',
  },
  'a record is not there': {
    operation: 'getRecord',
    input: { object: 'Account', id: '001000000000ZZZAA2' },
    class: 'notFound',
    says: /^Salesforce has no Account with id 001000000000ZZZAA2, or the integration user may not see it\.$/,
  },
  'a record was deleted': {
    operation: 'updateRecord',
    input: async () => {
      const id = await crm.create('Account', { Name: 'Gone' });
      await crm.remove('Account', id);
      return { object: 'Account', id, record: { Phone: '1' } };
    },
    class: 'notFound',
    says: /^Salesforce answered 404 for Account 001\w{15}: entity is deleted\.$/,
    vendor: 'ENTITY_IS_DELETED',
  },
  'the user may not write the object': {
    operation: 'createRecord',
    input: async () => {
      sandbox.quirks.readOnlyObjects = ['Account'];
      return account({ Name: 'Acme' });
    },
    class: 'auth',
    says: /^Salesforce answered 403 for Account "Acme": insufficient access rights on object id\. Give the integration user the permission\.$/,
    vendor: 'INSUFFICIENT_ACCESS_OR_READONLY',
  },
  'a field is read-only': {
    operation: 'createRecord',
    input: account({ Name: 'Acme', CreatedDate: '2026-01-01T00:00:00Z' }),
    class: 'invalid',
    says: /^Salesforce answered 400 for Account "Acme": Unable to create\/update fields: CreatedDate\..* read-only for the integration user\.$/,
    vendor: 'INVALID_FIELD_FOR_INSERT_UPDATE',
    marks: ['record.CreatedDate'],
  },
  'a query is wrong': {
    operation: 'query',
    input: { soql: 'SELECT Id FROM Account WHERE Nonsense__c = 1' },
    class: 'invalid',
    says: /^Salesforce answered 400 for the query: No such column 'Nonsense__c' on entity 'Account'\./,
    vendor: 'INVALID_FIELD',
  },
  'the calls of the day are used up': {
    operation: 'createRecord',
    input: async () => {
      fault('salesforce', '/sobjects/Account', 403, [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }]);
      return account({ Name: 'Acme' });
    },
    class: 'throttled',
    says: /^Salesforce answered 403 for .*Account.*: TotalRequests Limit exceeded\. The org has used up its API calls/,
    vendor: 'REQUEST_LIMIT_EXCEEDED',
  },
  'a row stays locked': {
    operation: 'updateRecord',
    input: async () => {
      const id = await crm.create('Account', { Name: 'Locked' });
      sandbox.quirks.lockedRecords = { [id]: 99 };
      return { object: 'Account', id, record: { Phone: '1' } };
    },
    class: 'transient',
    says: /^Salesforce answered 400 for Account (001\w{15}): unable to obtain exclusive access to this record or 1 records: \1\.$/,
    vendor: 'UNABLE_TO_LOCK_ROW',
  },
  'the org is down': {
    operation: 'query',
    input: async () => {
      fault('salesforce', '/query', 503);
      return { soql: 'SELECT Id FROM Account' };
    },
    class: 'transient',
    says: /^Salesforce answered 503 for the query: The server is temporarily unavailable\.$/,
    vendor: 'SERVER_UNAVAILABLE',
  },
  'an external id is none': {
    operation: 'upsertRecord',
    input: { object: 'Account', externalIdField: 'Name', externalId: 'x', record: { Phone: '1' } },
    class: 'invalid',
    says: /^Salesforce answered 404 for Account with Name "x": Provided external ID field does not exist or is not accessible: Name\.$/,
    vendor: 'NOT_FOUND',
  },
};

const company = (record: Record<string, unknown>) => ({ object: 'company', record });
const ticket = async (more: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const [first] = await openPsaDesk(sandbox.url).list('company/companies');
  return { object: 'ticket', record: { summary: 'Printer', company: { id: first?.id }, ...more } };
};
const CONNECTWISE: Readonly<Record<string, Case>> = {
  'a required field is missing': {
    operation: 'createRecord',
    input: company({ name: 'Acme' }),
    class: 'invalid',
    says: /^ConnectWise answered 400 for Company "Acme": company object is invalid; identifier: The identifier field is required\.$/,
    vendor: 'MissingRequiredField',
    marks: ['record.identifier'],
  },
  'an identifier is taken': {
    operation: 'createRecord',
    input: async () => {
      const [first] = await openPsaDesk(sandbox.url).list('company/companies');
      return company({ name: 'Acme', identifier: first?.['identifier'] });
    },
    class: 'conflict',
    says: /^ConnectWise answered \d+ for Company "Acme": .*identifier: Company ID already in use\.$/,
    vendor: 'ObjectExists',
    marks: ['record.identifier'],
  },
  'a text is too long': {
    operation: 'createRecord',
    input: company({ name: 'n'.repeat(60), identifier: 'Long' }),
    class: 'invalid',
    says: /^ConnectWise answered 400 for Company "n+": company object is invalid; name: The field name must be a string with a maximum length of 50\.$/,
    vendor: 'MaxLengthField',
    marks: ['record.name'],
  },
  'a reference leads nowhere': {
    operation: 'createRecord',
    input: company({ name: 'Acme', identifier: 'AcmeX', status: { id: 99_999 } }),
    class: 'invalid',
    says: /^ConnectWise answered 400 for Company "Acme": company object is invalid; status\/id: Company Status 99999 not found\.$/,
    vendor: 'NotFound',
    marks: ['record.status.id'],
  },
  'a ticket has no company': {
    operation: 'createRecord',
    input: { object: 'ticket', record: { summary: 'Printer' } },
    class: 'invalid',
    says: /^ConnectWise answered 400 for Service ticket "Printer": ticket object is invalid; company: The company field is required\.$/,
    vendor: 'MissingRequiredField',
    marks: ['record.company'],
  },
  'a board is not there': {
    operation: 'createRecord',
    input: () => ticket({ board: { id: 9999 } }),
    class: 'invalid',
    says: /^ConnectWise answered 400 for Service ticket "Printer": ticket object is invalid; board\/id: Service Board 9999 not found\.$/,
    vendor: 'NotFound',
    marks: ['record.board.id'],
  },
  'a status is not one of the board': {
    operation: 'createRecord',
    input: () => ticket({ status: { name: 'Nowhere' } }),
    class: 'invalid',
    says: /^ConnectWise answered 400 for Service ticket "Printer": ticket object is invalid; status\/name: Service Status Nowhere not found\.$/,
    vendor: 'NotFound',
    marks: ['record.status.name'],
  },
  'a record is not there': {
    operation: 'getRecord',
    input: { object: 'company', id: 999_999 },
    class: 'notFound',
    says: /^ConnectWise answered 404 for Company 999999: Company 999999 not found\.$/,
    vendor: 'Company 999999 not found',
  },
  'a record to change is not there': {
    operation: 'updateRecord',
    input: { object: 'ticket', id: 999_999, changes: { summary: 'x' } },
    class: 'notFound',
    says: /^ConnectWise answered 404 for Service ticket 999999: Ticket 999999 not found\.$/,
    vendor: 'Ticket 999999 not found',
  },
  'a field is not there': {
    operation: 'createRecord',
    input: company({ name: 'Acme', identifier: 'AcmeY', nonsense: 1 }),
    class: 'invalid',
    says: /^ConnectWise answered 400 for Company "Acme": Could not find member 'nonsense' on object of type 'Company'\./,
    vendor: "Could not find member 'nonsense'",
  },
  'a condition is wrong': {
    operation: 'findRecords',
    input: { object: 'company', conditions: [{ field: 'nonsense', operator: '=', value: '1' }] },
    class: 'invalid',
    says: /nonsense/,
  },
  'a time is none': {
    operation: 'createRecord',
    input: { object: 'activity', record: { name: 'Call', dateStart: 'yesterday' } },
    class: 'invalid',
    says: /^ConnectWise answered 400 for Activity "Call": Could not convert string to DateTime: yesterday\. Path 'dateStart'/,
    vendor: 'Could not convert string to DateTime',
  },
  'the API member may not write it': {
    operation: 'createRecord',
    input: async () => {
      fault('connectwise', '/company/companies', 403, {
        code: 'Security',
        message: 'You do not have security permission to perform this action.',
        errors: null,
      });
      return company({ name: 'Acme', identifier: 'AcmeZ' });
    },
    class: 'auth',
    says: /^ConnectWise answered 403 for Company "Acme": You do not have security permission to perform this action\. Give the API member’s security role this right\.$/,
    vendor: 'You do not have security permission',
  },
  'there are too many calls': {
    operation: 'getRecord',
    input: async () => {
      fault('connectwise', '/company/companies', 429);
      return { object: 'company', id: 250 };
    },
    class: 'throttled',
    says: /^ConnectWise answered 429 for Company 250: Too many requests\. Please try again in 30 seconds\.$/,
    vendor: 'Too many requests',
  },
  'the server fails': {
    operation: 'getRecord',
    input: async () => {
      fault('connectwise', '/company/companies', 500, { code: 'ServerError', message: 'Deadlock victim' });
      return { object: 'company', id: 250 };
    },
    class: 'transient',
    says: /^ConnectWise answered 500 for Company 250: Deadlock victim\.$/,
    vendor: 'Deadlock victim',
  },
  'a path is none': {
    operation: 'request',
    input: { method: 'GET', path: '/nonsense/things' },
    class: 'notFound',
    says: /^ConnectWise answered 404 for \/nonsense\/things: The endpoint does not exist\./,
    vendor: 'The endpoint does not exist',
  },
  'a note is for no ticket': {
    operation: 'addNote',
    input: { object: 'ticket', id: 999_999, text: 'Hello' },
    class: 'notFound',
    says: /^ConnectWise answered 404 for Service ticket 999999: Ticket 999999 not found\.$/,
    vendor: 'Ticket 999999 not found',
  },
};

describe.each([
  ['salesforce', SALESFORCE],
  ['connectwise', CONNECTWISE],
] as const)('%s', (vendor, cases) => {
  test.each(Object.entries(cases))('%s', async (_name, one) => {
    const { run, steps } = await runOf(vendor, one.operation, typeof one.input === 'function' ? await one.input() : one.input);
    expect(run).toMatchObject({ status: 'failed', failedNode: 'it', error: { class: one.class } });
    // A sentence or two on one line, without the vendor's braces.
    expect(run.error?.message).toMatch(one.says);
    expect(run.error?.message).not.toMatch(/[\n{}]/);
    const error = steps.find(({ path }) => path === 'it')?.error;
    expect(error?.message).toBe(run.error?.message);
    expect(JSON.stringify(error?.detail ?? null)).toContain(one.vendor ?? '');
    expect((error?.issues ?? []).map(({ path }) => path)).toEqual(one.marks ?? []);
  });
});
