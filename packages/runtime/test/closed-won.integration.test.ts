/**
 * The template "Closed Won" at work: installed as a person would, with a real worker, against both vendors' emulators.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { listConnections, updateConnection } from '@weft/runtime';
import type { RunDetail } from '@weft/runtime';
import { startTemplateBench } from './support/template-bench.ts';
import type { TemplateBench } from './support/template-bench.ts';
import type { Fields } from './support/vendor-desk.ts';

let bench: TemplateBench;

beforeAll(async () => {
  bench = await startTemplateBench({ templateId: 'closed-won-to-connectwise' });
}, 60_000);
afterAll(() => bench?.[Symbol.asyncDispose]());

const create = (object: string, record: Fields): Promise<string> => bench.crm.create(object, record);
const read = async (object: string, id: string, fields: string[]): Promise<Fields> =>
  (await bench.crm.query(`SELECT ${fields.join(', ')} FROM ${object} WHERE Id = '${id}'`))[0] ?? {};
const PATHS: Record<string, string> = { company: 'company/companies', contact: 'company/contacts', ticket: 'service/tickets' };
const find = (object: string, field: string, value: string): Promise<Fields[]> =>
  bench.psa.list(PATHS[object] ?? object, `${field} = ${/^\d+$/.test(value) ? value : `"${value}"`}`);

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

/** Whether the trigger last saw a deal won; it remembers six characters made of the part of the id that tells deals apart. */
async function seenAsWon(deal: string): Promise<boolean> {
  const { cursor } = await bench.fresh.db.prisma.triggerBinding.findFirstOrThrow({ where: { workflowId: bench.workflowIds[0] ?? '' } });
  const digest = createHash('sha256').update(deal.slice(3, 15)).digest('base64url');
  return [...(cursor as { matching: string }).matching.matchAll(/.{6}/g)].some(([key]) => key === digest.slice(0, 6));
}

const endedRun = (deal: string, number = 1): Promise<RunDetail> => bench.endedRun(deal, { number });
const stage = (deal: string, StageName: string) => bench.crm.update('Opportunity', deal, { StageName });
const statusOf = (run: RunDetail) => Object.fromEntries(run.steps.map((step) => [step.nodeId, step.status]));
const ticketsOf = (deal: string) => find('ticket', 'externalXRef', `sf-opp:${deal}`);

it('T-01 T-02 sets up company, contact and one ticket, links both sides, and notes it when the deal is won again', async () => {
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

it('uses the company that has the account’s website, whatever it is called, and never one that is only on the same platform', async () => {
  const site = await bench.psa.create('company/companies', {
    identifier: 'TIDEWATER',
    name: 'Tidewater Group Holding',
    website: 'https://www.tidewater.example/en',
    site: { name: 'Main' },
  });
  await bench.psa.create('company/companies', {
    identifier: 'ONPLATFORM',
    name: 'Somebody else',
    website: 'https://www.facebook.com/somebody',
    site: { name: 'Main' },
  });
  const [known, stranger] = [
    await create('Account', { Name: 'Tide Water Services', Website: 'tidewater.example' }),
    await create('Account', { Name: 'Quite another', Website: 'https://facebook.com/another' }),
  ];
  const deals = [
    await openDeal({ accountId: known, name: 'Tidewater deal' }),
    await openDeal({ accountId: stranger, name: 'Another deal' }),
  ];
  for (const deal of deals) await stage(deal, 'Closed Won');
  const companyOf = async (deal: string): Promise<Fields> => {
    expect((await endedRun(deal)).run).toMatchObject({ status: 'succeeded', error: null });
    return (await ticketsOf(deal))[0]?.['company'] as Fields;
  };
  expect(await companyOf(deals[0] ?? '')).toMatchObject({ id: site.id });
  expect(await companyOf(deals[1] ?? '')).toMatchObject({ name: 'Quite another' });
});

it.each([
  ['in another script', '株式会社テスト 🚀'],
  ['with accents and quotes', 'Ünïcödé & Söhne “GmbH”'],
  ['of 255 characters', `Very ${'long '.repeat(49)}name`.slice(0, 255)],
])('sets up a company for an account with a name %s, and the same one for its next deal', async (_what, Name) => {
  const accountId = await create('Account', { Name });
  const companies: unknown[] = [];
  for (const number of [1, 2]) {
    const deal = await openDeal({ accountId, name: `Odd name ${Name.length} ${number}` });
    await stage(deal, 'Closed Won');
    expect((await endedRun(deal)).run).toMatchObject({ status: 'succeeded', error: null });
    companies.push((await ticketsOf(deal))[0]?.['company']);
  }
  const [first, second] = companies as { id: number; identifier: string; name: string }[];
  expect(second?.id).toBe(first?.id);
  expect(first?.identifier).toMatch(/^[A-Z0-9]{1,25}$/);
  expect([...(first?.name ?? '')].length).toBeLessThanOrEqual(50);
  expect(await read('Account', accountId, ['Name'])).toMatchObject({ Name });
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
  const details = await bench.endedRuns(0);
  const names = details.map(({ input }) => (input as { record: Fields }).record['Name'] as string);
  expect(names.filter((name) => !/^(Managed IT|Quiet Valley|Single Name|Nobody|Tidewater|Another deal|Odd name)/.test(name))).toEqual([]);
});

/** Deals of one account each, won at the same moment. */
async function winAll(word: string, howMany: number): Promise<string[]> {
  const deals: string[] = [];
  for (let index = 0; index < howMany; index += 1) {
    const accountId = await create('Account', { Name: `${word} ${index}` });
    deals.push(await openDeal({ accountId, name: `${word} deal ${index}` }));
  }
  for (const deal of deals) await stage(deal, 'Closed Won');
  return deals;
}

it('T-18 a storm of 429 holds deals up and loses none of them', { timeout: 60_000 }, async () => {
  bench.sandbox.faults.add({ vendor: 'connectwise', path: 'apis/3.0', times: 25, kind: 'status', status: 429, retryAfter: 1 });
  const deals = await winAll('Stormy Weather', 8);
  for (const deal of deals) {
    const run = await vi.waitFor(() => endedRun(deal), { timeout: 40_000 });
    expect(run.run).toMatchObject({ status: 'succeeded', error: null });
    expect(await ticketsOf(deal)).toHaveLength(1);
  }
  expect(bench.sandbox.faults.list()).toEqual([]);
  expect(await find('company', 'name', 'Stormy Weather 3')).toHaveLength(1);
});

it('T-17 runs that meet the end of the org’s daily calls wait, and go on without doubling anything', { timeout: 60_000 }, async () => {
  // The accounts are linked when company and ticket are made: the calls end in the middle of the runs.
  bench.sandbox.faults.add({ vendor: 'salesforce', method: 'PATCH', path: 'sobjects/Account', times: 6, kind: 'status', status: 403 });
  const deals = await winAll('Empty Quota', 3);
  const pool = bench.fresh.db.pool;
  const waiting = await vi.waitFor(
    async () => {
      const { rows } = await pool.query<{ wake_at: Date }>("SELECT wake_at FROM run WHERE status = 'waiting'");
      expect(rows).toHaveLength(deals.length);
      return rows;
    },
    { timeout: 20_000 },
  );
  expect(waiting.every(({ wake_at }) => wake_at.getTime() > Date.now() + 60_000)).toBe(true);
  // The quota was raised and the account saved again, which forgets that it was used up; and the time they wait for has come.
  bench.sandbox.faults.clear();
  const crm = (await listConnections(bench.ctx)).find(({ connector }) => connector === 'salesforce');
  await updateConnection(bench.ctx, { id: crm?.id ?? '', name: crm?.name ?? '' });
  await pool.query("UPDATE step_run SET next_attempt_at = now() WHERE status = 'retrying' AND next_attempt_at > now()");
  await pool.query("UPDATE run SET wake_at = now() WHERE status = 'waiting'");
  for (const deal of deals) {
    const run = await vi.waitFor(() => endedRun(deal), { timeout: 40_000 });
    expect(run.run).toMatchObject({ status: 'succeeded', error: null });
    expect(await ticketsOf(deal)).toHaveLength(1);
  }
});
