/** The template "Bidirectional sync" at work. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayRun } from '@weft/runtime';
import { startTemplateBench } from './support/template-bench.ts';
import type { TemplateBench } from './support/template-bench.ts';
import type { Fields } from './support/vendor-desk.ts';

const [TO_PSA, TO_CRM] = [0, 1];
let bench: TemplateBench;
let serial = 0;

beforeAll(async () => {
  bench = await startTemplateBench({ templateId: 'account-contact-sync' });
}, 60_000);
afterAll(() => bench?.[Symbol.asyncDispose]());

const unique = (word: string): string => `${word} ${(serial += 1)}`;
const companiesOf = (accountId: string): Promise<(Fields & { id: number })[]> =>
  bench.psa.list('company/companies', 'id > 0').then((all) => all.filter((company) => linkOf(company) === accountId));
const linkOf = (record: Fields): unknown =>
  (record['customFields'] as { caption: string; value: unknown }[] | undefined)?.find(({ caption }) => caption === 'SF Id')?.value;
const account = async (id: string): Promise<Fields> =>
  (
    await bench.crm.query(
      `SELECT Id, Name, Phone, Website, BillingCity, CW_Company_Id__c, CW_Inactive__c, Sync_Source__c, SystemModstamp FROM Account WHERE Id = '${id}'`,
    )
  )[0] ?? {};
/** Writes that reached the vendors after those seen, one line each. By request, not by time: a millisecond holds many. */
function writesAfter(seen: ReadonlySet<unknown>): string[] {
  return bench.sandbox.requests
    .filter((request) => !seen.has(request) && request.method !== 'GET' && request.status < 400 && !/oauth2|login/.test(request.path))
    .map((request) => `${request.method} ${request.path}`);
}

it('T-05 a new account becomes a company; a change goes over once, and nothing answers it', async () => {
  const name = unique('Cedar Ridge Farms');
  const accountId = await bench.crm.create('Account', { Name: name, Phone: '5035550101', BillingCity: 'Salem' });
  const run = await bench.endedRun(accountId, { workflow: TO_PSA });
  expect(run.run).toMatchObject({ status: 'succeeded', error: null });
  await bench.settled(6);
  const [company, ...others] = await companiesOf(accountId);
  expect(others).toEqual([]);
  expect(company).toMatchObject({ name, phoneNumber: '5035550101', city: 'Salem', status: { name: 'Active' } });
  expect(String(company?.['identifier'])).toMatch(/^[A-Z0-9]{1,25}$/);
  expect(await account(accountId)).toMatchObject({ CW_Company_Id__c: String(company?.id) });

  const before = await account(accountId);
  const seen = new Set<unknown>(bench.sandbox.requests);
  await bench.crm.update('Account', accountId, { Phone: '5035550199' });
  await bench.settled(10);
  expect(await bench.psa.get(`company/companies/${company?.id}`)).toMatchObject({ phoneNumber: '5035550199', name });
  // The person's edit, and one write over there; none comes back.
  const toAccount = expect.stringMatching(new RegExp(`^PATCH .*/sobjects/Account/${accountId}`)) as string;
  const toCompany = expect.stringMatching(new RegExp(`^PATCH .*/company/companies/${company?.id}$`)) as string;
  expect(writesAfter(seen)).toEqual([toAccount, toCompany]);
  expect(await account(accountId)).toMatchObject({ Name: name, Phone: '5035550199', CW_Company_Id__c: before['CW_Company_Id__c'] });

  // A person who works with the integration's own user over there is heard all the same, and again nothing answers.
  const seenAgain = new Set<unknown>(bench.sandbox.requests);
  await bench.psa.patch(`company/companies/${company?.id}`, { city: 'Eugene' });
  await bench.settled(10);
  expect(await account(accountId)).toMatchObject({ BillingCity: 'Eugene', Phone: '5035550199' });
  expect(writesAfter(seenAgain)).toEqual([toCompany, toAccount]);
});

it('a company made in ConnectWise becomes an account with its contact, linked on both sides, once', async () => {
  const name = unique('Juniper Freight');
  const { id } = await bench.psa.create('company/companies', {
    identifier: `JUNIPER${(serial += 1)}`,
    name,
    site: { name: 'Main' },
    phoneNumber: '2065550100',
  });
  const { id: contactId } = await bench.psa.create('company/contacts', {
    firstName: 'June',
    lastName: 'Perez',
    company: { id },
    communicationItems: [{ type: { id: 1 }, value: 'june@juniper.example', defaultFlag: true }],
  });
  await bench.settled(6);
  const accounts = await bench.crm.query(`SELECT Id, Name, Phone FROM Account WHERE CW_Company_Id__c = '${id}'`);
  expect(accounts).toMatchObject([{ Name: name, Phone: '2065550100' }]);
  const contacts = await bench.crm.query(
    `SELECT Id, FirstName, LastName, Email, AccountId FROM Contact WHERE CW_Contact_Id__c = '${contactId}'`,
  );
  expect(contacts).toMatchObject([{ FirstName: 'June', LastName: 'Perez', Email: 'june@juniper.example', AccountId: accounts[0]?.['Id'] }]);
  expect(linkOf(await bench.psa.get(`company/companies/${id}`))).toBe(accounts[0]?.['Id']);
  expect(linkOf(await bench.psa.get(`company/contacts/${contactId}`))).toBe(contacts[0]?.['Id']);
  expect(await bench.psa.list('company/contacts', `company/id = ${id}`)).toHaveLength(1);

  // Deactivation goes over; nothing is deleted.
  await bench.psa.patch(`company/contacts/${contactId}`, { inactiveFlag: true });
  await bench.settled(6);
  expect(await bench.crm.query(`SELECT CW_Inactive__c FROM Contact WHERE Id = '${String(contacts[0]?.['Id'])}'`)).toMatchObject([
    { CW_Inactive__c: true },
  ]);
});

it('T-08 a contact brings its account along, and one without an account is left alone', async () => {
  const accountId = await bench.crm.create('Account', { Name: unique('Late Parent'), Website: 'https://lateparent.example' });
  const contactId = await bench.crm.create('Contact', {
    FirstName: 'Kit',
    LastName: 'Early',
    Email: 'kit@lateparent.example',
    AccountId: accountId,
  });
  const alone = await bench.crm.create('Contact', { LastName: 'Loner' });
  expect((await bench.endedRun(alone)).run).toMatchObject({
    status: 'skipped',
    reason: expect.stringContaining('belongs to no account') as string,
  });
  const { id: nobodys } = await bench.psa.create('company/contacts', { firstName: 'Solo', lastName: 'Worker' });
  expect((await bench.endedRun(nobodys, { workflow: TO_CRM })).run).toMatchObject({
    status: 'skipped',
    reason: expect.stringContaining('Solo Worker belongs to no company') as string,
  });
  await bench.settled(6);
  const companies = await companiesOf(accountId);
  expect(companies).toHaveLength(1);
  const people = await bench.psa.list('company/contacts', `company/id = ${companies[0]?.id}`);
  expect(people).toMatchObject([{ firstName: 'Kit', lastName: 'Early' }]);
  expect(linkOf(people[0] ?? {})).toBe(contactId);

  // Its parent is gone: nothing is written that would belong to nobody.
  const orphanParent = await bench.crm.create('Account', { Name: unique('Vanishing') });
  await bench.settled(3);
  const faults = bench.sandbox.faults.add({
    vendor: 'salesforce',
    method: 'GET',
    path: new RegExp(`query.*Account.*${orphanParent}`),
    times: 50,
    kind: 'status',
    status: 200,
    body: { totalSize: 0, done: true, records: [] },
  });
  const orphan = await bench.crm.create('Contact', { FirstName: 'Oda', LastName: 'Orphan', AccountId: orphanParent });
  const failed = await bench.endedRun(orphan);
  bench.sandbox.faults.clear(faults);
  expect(failed.run.status).toBe('failed');
  expect(await bench.psa.list('company/contacts', 'lastName = "Orphan"')).toEqual([]);
});

it('T-07 two accounts that could be meant: nothing is written, a person is told both ids', async () => {
  const name = unique('Mirror Lake');
  const one = await bench.crm.create('Account', { Name: `${name} Inc`, CW_Company_Id__c: `old-${serial}a` });
  const two = await bench.crm.create('Account', { Name: `${name} LLC`, CW_Company_Id__c: `old-${serial}b` });
  await bench.settled(4);
  for (const { id } of [...(await companiesOf(one)), ...(await companiesOf(two))]) await bench.psa.remove(`company/companies/${id}`);
  await bench.settled(4);
  const before = [await account(one), await account(two)];
  const { id } = await bench.psa.create('company/companies', { identifier: `MIRROR${(serial += 1)}`, name, site: { name: 'Main' } });
  const run = await bench.endedRun(id, { workflow: TO_CRM });
  expect(run.run.status).toBe('failed');
  for (const accountId of [one, two]) expect(run.run.error?.message).toContain(accountId);
  expect([await account(one), await account(two)].map(({ CW_Company_Id__c }) => CW_Company_Id__c)).toEqual(
    before.map(({ CW_Company_Id__c }) => CW_Company_Id__c),
  );
});

it('two people who share the office’s phone or mailbox stay two people, on both sides', async () => {
  const name = unique('Switchboard Partners');
  const { id } = await bench.psa.create('company/companies', { identifier: `SWITCH${(serial += 1)}`, name, site: { name: 'Main' } });
  const person = (firstName: string, lastName: string, items: Fields[]): Promise<Fields & { id: number }> =>
    bench.psa.create('company/contacts', { firstName, lastName, company: { id }, communicationItems: items });
  const office = { type: { id: 2 }, value: '5035550100', defaultFlag: true };
  await person('Alma', 'Berg', [office]);
  await bench.settled(4);
  await person('Bruno', 'Cruz', [office, { type: { id: 1 }, value: 'bruno@switchboard.example', defaultFlag: true }]);
  await bench.settled(6);
  const accounts = await bench.crm.query(`SELECT Id FROM Account WHERE CW_Company_Id__c = '${id}'`);
  const people = await bench.crm.query(
    `SELECT FirstName, LastName, Phone FROM Contact WHERE AccountId = '${String(accounts[0]?.['Id'])}' ORDER BY LastName`,
  );
  expect(people).toMatchObject([
    { FirstName: 'Alma', LastName: 'Berg' },
    { FirstName: 'Bruno', LastName: 'Cruz' },
  ]);
  // One with two e-mail addresses is known by the default one.
  const two = await person('Dora', 'Egli', [
    { type: { id: 1 }, value: 'old@switchboard.example', defaultFlag: false },
    { type: { id: 1 }, value: 'dora@switchboard.example', defaultFlag: true },
  ]);
  expect((await bench.endedRun(two.id, { workflow: TO_CRM })).run).toMatchObject({ status: 'succeeded', error: null });
  expect(await bench.crm.query(`SELECT Email FROM Contact WHERE CW_Contact_Id__c = '${two.id}'`)).toMatchObject([
    { Email: 'dora@switchboard.example' },
  ]);
});

it('a change that the vendor refuses fails with the field and the vendor’s words, and writes nothing', async () => {
  const name = unique('Refused Ltd');
  bench.sandbox.quirks.validationRules = [
    { object: 'Account', when: "BillingCity = 'Atlantis'", message: 'Atlantis is under water.', field: 'BillingCity' },
  ];
  const { id } = await bench.psa.create('company/companies', {
    identifier: `REFUSED${(serial += 1)}`,
    name,
    city: 'Atlantis',
    site: { name: 'Main' },
  });
  const { run } = await bench.endedRun(id, { workflow: TO_CRM });
  expect(run.status).toBe('failed');
  for (const words of ['Account', name, 'Atlantis is under water.']) expect(run.error?.message).toContain(words);
  expect(await bench.crm.query(`SELECT Id FROM Account WHERE Name = '${name}'`)).toEqual([]);
  bench.sandbox.quirks.validationRules = [];
  await replayRun(bench.ctx, { id: run.id });
  expect((await bench.endedRun(id, { workflow: TO_CRM, number: 2 })).run).toMatchObject({ status: 'succeeded', error: null });
  expect(await bench.crm.query(`SELECT BillingCity FROM Account WHERE Name = '${name}'`)).toMatchObject([{ BillingCity: 'Atlantis' }]);
});

it('T-03 a name of 80 characters is cut in ConnectWise and never in Salesforce; identifiers that are taken give way', async () => {
  const word = unique('Interpid').replace(/\W/g, '');
  const long = `${word} ${'Consolidated Holdings International Partners '.repeat(3)}`.slice(0, 80).trim();
  const base = long
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 25);
  await bench.psa.create('company/companies', { identifier: base, name: unique('Taken'), site: { name: 'Main' } });
  await bench.psa.create('company/companies', { identifier: `${base.slice(0, 24)}2`, name: unique('Taken'), site: { name: 'Main' } });
  const accountId = await bench.crm.create('Account', { Name: long });
  await bench.settled(6);
  const [company] = await companiesOf(accountId);
  expect(String(company?.['name']).length).toBeLessThanOrEqual(50);
  expect(long.startsWith(String(company?.['name']))).toBe(true);
  expect(company?.['identifier']).toBe(`${base.slice(0, 24)}3`);
  await bench.psa.patch(`company/companies/${company?.id}`, { phoneNumber: '3105550177' });
  await bench.settled(6);
  expect(await account(accountId)).toMatchObject({ Name: long, Phone: '3105550177' });
});

it('a replay and a vendor that fails in the middle leave one of everything', async () => {
  const name = unique('Pebble Beach Tours');
  bench.sandbox.faults.add({ vendor: 'connectwise', method: 'POST', path: /company\/companies$/, times: 1, kind: 'reset-after-apply' });
  bench.sandbox.faults.add({ vendor: 'salesforce', method: 'PATCH', path: 'sobjects/Account', times: 1, kind: 'status', status: 503 });
  const accountId = await bench.crm.create('Account', { Name: name });
  const run = await bench.endedRun(accountId);
  expect(run.run).toMatchObject({ status: 'succeeded', error: null });
  await replayRun(bench.ctx, { id: run.run.id });
  await bench.settled(6);
  expect(await companiesOf(accountId)).toHaveLength(1);
  expect(await bench.psa.list('company/companies', `name = "${name}"`)).toHaveLength(1);
  expect(await bench.crm.query(`SELECT Id FROM Account WHERE Name = '${name}'`)).toHaveLength(1);
});
