/**
 * The template "Closed Won" at work: installed as a person would, with a real worker, against both vendors' emulators.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { toManifest } from '@weft/connector-kit';
import { createTestBench } from '@weft/connector-kit/testing';
import type { TestBench } from '@weft/connector-kit/testing';
import { connectors } from '@weft/connectors';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { openQueue } from '@weft/queue';
import type { HintQueue } from '@weft/queue';
import {
  bootstrap,
  createLogger,
  createWorkerClient,
  getRun,
  getWorkflow,
  installTemplate,
  listConnections,
  listRuns,
} from '@weft/runtime';
import type { Ctx, RunDetail } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import type { RunningWorker } from '@weft/runtime/worker';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import type { Catalog, ConnectorManifest } from '@weft/workflow';
import { ENCRYPTION_KEY, INTERNAL_SECRET } from './support/worker-process.ts';

type Fields = Record<string, unknown>;

let fresh: FreshDatabase;
let sandbox: Sandbox;
let worker: RunningWorker;
let queue: HintQueue;
let ctx: Ctx;
let crm: TestBench;
let psa: TestBench;
let workflowId: string;

const manifests = new Map(connectors.map((connector) => [connector.id, toManifest(connector) as ConnectorManifest]));
const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };
const log = createLogger({ process: 'test', write: () => {} });

beforeAll(async () => {
  process.env['WEFT_TEMPLATES_DIR'] = new URL('../../../templates', import.meta.url).pathname;
  [fresh, sandbox] = await Promise.all([freshDatabase(), startSandbox({ port: 0, seed: 'demo' })]);
  const { workspaceId } = await bootstrap({ db: fresh.db, log, env: {} });
  worker = await startWorker({
    databaseUrl: fresh.url,
    encryptionKey: ENCRYPTION_KEY,
    internalSecret: INTERNAL_SECRET,
    publicUrl: 'https://weft.example.com',
    pollMs: 100,
    sandboxUrl: sandbox.url,
    log,
  });
  queue = await openQueue({ databaseUrl: fresh.url });
  const client = createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET });
  ctx = {
    db: fresh.db,
    queue,
    worker: client,
    actor: { workspaceId, role: 'builder', name: 'Ada', via: 'session' },
    clock: { now: () => Date.now() },
    log,
    catalog: async () => catalog,
  };
  const bench = (id: string, values: Record<string, string>): TestBench =>
    createTestBench({ connector: connectors.find((connector) => connector.id === id) as (typeof connectors)[number], values });
  crm = bench('salesforce', { loginUrl: sandbox.url, clientId: 'weft-demo-client', clientSecret: 'weft-demo-secret' });
  psa = bench('connectwise', {
    site: sandbox.url,
    companyId: 'demo',
    publicKey: 'DemoPublicKey',
    privateKey: 'DemoPrivateKey',
    clientId: '00000000-0000-4000-8000-000000000001',
  });

  const accounts = await vi.waitFor(
    async () => {
      const found = await listConnections(ctx);
      expect(found.map(({ connector, status }) => [connector, status]).toSorted()).toEqual([
        ['connectwise', 'ok'],
        ['salesforce', 'ok'],
      ]);
      return new Map(found.map(({ connector, id }) => [connector, id]));
    },
    { timeout: 15_000 },
  );
  const bindings = { crm: accounts.get('salesforce') ?? '', psa: accounts.get('connectwise') ?? '' };
  const { workflowIds } = await installTemplate(ctx, { templateId: 'closed-won-to-connectwise', bindings, config: {}, enable: true });
  workflowId = workflowIds[0] ?? '';
  await vi.waitFor(
    async () =>
      expect((await getWorkflow(ctx, { id: workflowId })).trigger).toMatchObject({
        activatedAt: expect.any(String) as string,
        lastError: null,
      }),
    { timeout: 15_000 },
  );
});

afterAll(async () => {
  await worker?.close();
  await queue?.close();
  await sandbox?.close();
  await fresh?.[Symbol.asyncDispose]();
});

const create = async (object: string, record: Fields): Promise<string> =>
  ((await crm.run('createRecord', { object, record })) as { id: string }).id;
const read = async (object: string, id: string, fields: string[]): Promise<Fields> =>
  ((await crm.run('getRecord', { object, id, fields })) as { record: Fields }).record;
const find = async (object: string, field: string, value: string): Promise<Fields[]> =>
  ((await psa.run('findRecords', { object, conditions: [{ field, operator: '=', value }] })) as { records: Fields[] }).records;

interface Deal {
  readonly accountId?: string;
  readonly contact?: Fields;
  readonly name: string;
  readonly more?: Fields;
}

async function openDeal({ accountId, contact, name, more }: Deal): Promise<string> {
  const deal = await create('Opportunity', {
    Name: name,
    StageName: 'Negotiation/Review',
    CloseDate: '2030-01-31',
    ...(accountId === undefined ? {} : { AccountId: accountId }),
    ...more,
  });
  if (contact) {
    const contactId = await create('Contact', { AccountId: accountId, ...contact });
    await create('OpportunityContactRole', { OpportunityId: deal, ContactId: contactId, IsPrimary: true });
  }
  return deal;
}

/** Whether the trigger last saw a deal won; it remembers the part of the id that tells deals apart. */
async function seenAsWon(deal: string): Promise<boolean> {
  const { cursor } = await fresh.db.prisma.triggerBinding.findFirstOrThrow({ where: { workflowId } });
  return (cursor as { matching: string[] }).matching.includes(deal.slice(3, 15));
}

/** The number-th run of a deal, when it has ended. */
async function endedRun(deal: string, number = 1): Promise<RunDetail> {
  return vi.waitFor(
    async () => {
      const runs = await Promise.all((await listRuns(ctx, { workflowId, limit: 200 })).runs.map(({ id }) => getRun(ctx, { id })));
      const own = runs
        .filter(({ input, run }) => (input as { record?: Fields }).record?.['Id'] === deal && run.finishedAt !== null)
        .toReversed();
      expect(own).toHaveLength(number);
      return own[number - 1] as RunDetail;
    },
    { timeout: 20_000, interval: 50 },
  );
}

const stage = (deal: string, StageName: string) => crm.run('updateRecord', { object: 'Opportunity', id: deal, record: { StageName } });
const statusOf = (run: RunDetail) => Object.fromEntries(run.steps.map((step) => [step.nodeId, step.status]));
const ticketsOf = (deal: string) => find('ticket', 'externalXRef', `sf-opp:${deal}`);

it('sets up company, contact and one ticket, links both sides, and notes it when the deal is won again', async () => {
  const accountId = await create('Account', {
    Name: 'Blue Heron Logistics, Inc.',
    Phone: '5035550111',
    Website: 'https://www.blueheron.example',
    BillingStreet: '1 Harbor Way',
    BillingCity: 'Portland',
    BillingState: 'OR',
    BillingPostalCode: '97201',
  });
  const deal = await openDeal({
    accountId,
    name: `Managed IT ${'for all sites '.repeat(8)}`.slice(0, 120).trim(),
    contact: { FirstName: 'Rosa', LastName: 'Lind', Email: 'Rosa.Lind@BlueHeron.example', Phone: '5035550112' },
    more: { Amount: 48_000 },
  });
  await stage(deal, 'Closed Won');
  const run = await endedRun(deal);
  expect(await seenAsWon(deal)).toBe(true);
  expect(run.run.error).toBeNull();
  expect(run.run).toMatchObject({
    status: 'succeeded',
    version: 1,
    origin: 'poll',
    businessKey: expect.stringContaining('Managed IT') as string,
  });

  const [ticket, ...others] = await ticketsOf(deal);
  expect(others).toEqual([]);
  expect(ticket?.['summary']).toMatch(/^Onboarding: Managed IT/);
  expect(String(ticket?.['summary']).length).toBeLessThanOrEqual(100);
  expect(ticket).toMatchObject({
    board: { name: 'Onboarding' },
    company: { name: 'Blue Heron Logistics, Inc.' },
    contact: { name: 'Rosa Lind' },
  });
  const companyId = (ticket?.['company'] as { id: number }).id;
  expect(await read('Account', accountId, ['CW_Company_Id__c'])).toMatchObject({ CW_Company_Id__c: String(companyId) });
  expect(await read('Opportunity', deal, ['CW_Onboarding_Ticket_Id__c'])).toMatchObject({
    CW_Onboarding_Ticket_Id__c: String(ticket?.['id']),
  });
  expect(await find('company', 'id', String(companyId))).toMatchObject([
    { phoneNumber: '5035550111', city: 'Portland', zip: '97201', status: { name: 'Active' } },
  ]);

  await stage(deal, 'Closed Lost');
  // A flip between two polls is nothing that a poll can see; and the CRM's stamps hold whole seconds.
  const wonAt = Date.parse(String((run.input as { record: Fields }).record['SystemModstamp']).replace('+0000', 'Z'));
  await vi.waitFor(async () => expect([await seenAsWon(deal), Date.now() > wonAt + 1000]).toEqual([false, true]), { timeout: 10_000 });
  await stage(deal, 'Closed Won');
  const again = await endedRun(deal, 2);
  expect(again.run).toMatchObject({ status: 'succeeded', error: null });
  expect(await ticketsOf(deal)).toHaveLength(1);
  expect(again.steps.find(({ nodeId }) => nodeId === 'ticket')?.output).toMatchObject({
    created: false,
    note: { text: expect.stringContaining('won again') as string },
  });
  expect(await find('contact', 'company/id', String(companyId))).toHaveLength(1);
});

it('goes on without a contact when there is no primary one, and uses the company that is there', async () => {
  const accountId = await create('Account', { Name: 'Quiet Valley Dental' });
  const first = await openDeal({ accountId, name: 'Quiet Valley – phones' });
  await stage(first, 'Closed Won');
  const run = await endedRun(first);
  expect(run.run.error).toBeNull();
  expect(run.run.status).toBe('succeeded');
  expect(statusOf(run)).toMatchObject({ ticket: 'succeeded', linkAccount: 'succeeded', linkOpportunity: 'succeeded' });
  expect(statusOf(run)['contact'] ?? 'skipped').toBe('skipped');
  const [ticket] = await ticketsOf(first);
  // What is empty in the CRM is empty in the ticket: no "null", no "undefined".
  expect(String(ticket?.['initialDescription'] ?? run.steps.find(({ nodeId }) => nodeId === 'ticketFields')?.output)).not.toMatch(
    /null|undefined/,
  );

  const second = await openDeal({ accountId, name: 'Quiet Valley – backup' });
  await stage(second, 'Closed Won');
  expect((await endedRun(second)).run.status).toBe('succeeded');
  const [other] = await ticketsOf(second);
  expect((other?.['company'] as { id: number }).id).toBe((ticket?.['company'] as { id: number }).id);
  expect(await find('company', 'name', 'Quiet Valley Dental')).toHaveLength(1);
});

it('takes a person who has only a last name', async () => {
  const accountId = await create('Account', { Name: 'Single Name Studio' });
  const deal = await openDeal({ accountId, name: 'Single Name – start', contact: { LastName: 'Teller' } });
  await stage(deal, 'Closed Won');
  const run = await endedRun(deal);
  expect(run.run.error).toBeNull();
  expect(run.run.status).toBe('succeeded');
});

it('skips a deal without an account and says why, and writes nothing', async () => {
  const deal = await openDeal({ name: 'Nobody’s deal' });
  await stage(deal, 'Closed Won');
  const run = await endedRun(deal);
  expect(run.run).toMatchObject({ status: 'skipped', reason: expect.stringContaining('“Nobody’s deal” has no account') as string });
  expect(await ticketsOf(deal)).toEqual([]);
});

it('leaves what was won before it was switched on alone', async () => {
  const { runs } = await listRuns(ctx, { workflowId, limit: 200 });
  const details = await Promise.all(runs.map(({ id }) => getRun(ctx, { id })));
  const names = details.map(({ input }) => (input as { record: Fields }).record['Name'] as string);
  expect(names.filter((name) => !/^(Managed IT|Quiet Valley|Single Name|Nobody)/.test(name))).toEqual([]);
});
