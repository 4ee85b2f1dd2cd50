/** The template "New lead to contact" at work. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayRun } from '@weft/runtime';
import { startTemplateBench } from './support/template-bench.ts';
import type { TemplateBench } from './support/template-bench.ts';
import type { Fields } from './support/vendor-desk.ts';

let bench: TemplateBench;
let serial = 0;

beforeAll(async () => {
  bench = await startTemplateBench({ templateId: 'lead-to-connectwise-contact' });
}, 60_000);
afterAll(() => bench?.[Symbol.asyncDispose]());

const QUALIFIED = 'Qualified';
const lead = (more: Fields): Promise<string> =>
  bench.crm.create('Lead', { FirstName: 'Lea', LastName: `Dahl${(serial += 1)}`, Company: `Lead Firm ${serial}`, ...more });
const company = (name: string, more: Fields = {}): Promise<Fields & { id: number }> =>
  bench.psa.create('company/companies', { identifier: `LEAD${(serial += 1)}`, name, site: { name: 'Main' }, ...more });
const contactsOf = async (companyId: number): Promise<(Fields & { id: number })[]> =>
  bench.psa.list('company/contacts', `company/id = ${companyId}`);
const companiesOf = (name: string): Promise<(Fields & { id: number })[]> => bench.psa.list('company/companies', `name = "${name}"`);
const stepOf = (
  run: { readonly steps: readonly { readonly nodeId: string; readonly status: string }[] },
  nodeId: string,
): string | undefined => run.steps.findLast((step) => step.nodeId === nodeId)?.status;

it('T-16 a qualified lead becomes one contact of the company that matches, and again the same event makes nothing new', async () => {
  const { id: companyId } = await company('Harbor Light Dental, LLC', { website: 'www.harborlight.example' });
  const id = await lead({
    Status: QUALIFIED,
    Company: 'Harbor Light',
    Website: 'https://harborlight.example/contact',
    Email: 'Lea.Dahl@HarborLight.example',
    Phone: '(503) 555-0144',
    Title: 'Office manager',
  });
  const run = await bench.endedRun(id);
  expect(run.run).toMatchObject({ status: 'succeeded', error: null, businessKey: 'Harbor Light' });
  const [contact, ...others] = await contactsOf(companyId);
  expect(others).toEqual([]);
  expect(contact).toMatchObject({ firstName: 'Lea', title: 'Office manager', company: { id: companyId } });
  const items = contact?.['communicationItems'] as { value: string }[];
  expect(items.map(({ value }) => value)).toContain('lea.dahl@harborlight.example');
  const notes = await bench.psa.list(`company/contacts/${contact?.id}/notes`);
  expect(notes).toMatchObject([{ text: expect.stringMatching(/^From Salesforce lead Lea Dahl\d+ \(00Q/) as string }]);

  await replayRun(bench.ctx, { id: run.run.id });
  expect((await bench.endedRun(id, { number: 2 })).run).toMatchObject({ status: 'succeeded', error: null });
  expect(await contactsOf(companyId)).toHaveLength(1);
  expect(await bench.psa.list(`company/contacts/${contact?.id}/notes`)).toHaveLength(1);
});

it('T-16 an unqualified lead makes nothing; it does when it is qualified later, in a company made for it', async () => {
  const id = await lead({ Status: 'Open - Not Contacted', Company: 'Fresh Start Bakery', Email: 'lea@freshstart.example' });
  await bench.settled();
  expect(await companiesOf('Fresh Start Bakery')).toEqual([]);
  await bench.crm.update('Lead', id, { Status: QUALIFIED });
  expect((await bench.endedRun(id)).run).toMatchObject({ status: 'succeeded', error: null });
  const [made] = await companiesOf('Fresh Start Bakery');
  expect(made).toMatchObject({ leadFlag: true });
  expect(await contactsOf(made?.id ?? 0)).toHaveLength(1);
});

it('T-16 a lead without an e-mail address is matched by name and flagged when it is new', async () => {
  const { id: companyId } = await company('No Mail Movers');
  const { id: known } = await bench.psa.create('company/contacts', { firstName: 'Nora', lastName: 'Mailless', company: { id: companyId } });
  const first = await lead({
    Status: QUALIFIED,
    FirstName: 'Nora',
    LastName: 'Mailless',
    Company: 'No Mail Movers',
    Phone: '503-555-0199',
  });
  expect((await bench.endedRun(first)).run).toMatchObject({ status: 'succeeded', error: null });
  expect((await contactsOf(companyId)).map(({ id }) => id)).toEqual([known]);
  const second = await lead({ Status: QUALIFIED, FirstName: 'Otto', LastName: 'Silent', Company: 'No Mail Movers' });
  await bench.endedRun(second);
  const made = (await contactsOf(companyId)).find(({ id }) => id !== known);
  expect(await bench.psa.list(`company/contacts/${made?.id}/notes`)).toMatchObject([
    { text: expect.stringContaining('needs-review') as string },
  ]);
});

it('T-16 a lead that is converted later stays one contact, is linked on both sides, and the lead itself is not written to', async () => {
  const id = await lead({ Status: QUALIFIED, Company: 'Convertible Cars', Email: 'lea@convertible.example' });
  await bench.endedRun(id);
  const [firm] = await companiesOf('Convertible Cars');
  const [before] = await contactsOf(firm?.id ?? 0);
  const converted = await bench.crm.convertLead(id);
  const run = await bench.endedRun(id, { number: 2 });
  expect(run.run).toMatchObject({ status: 'succeeded', error: null });
  expect(await companiesOf('Convertible Cars')).toHaveLength(1);
  const contacts = await contactsOf(firm?.id ?? 0);
  expect(contacts.map((contact) => contact.id)).toEqual([before?.id]);
  const stored = contacts[0]?.['customFields'] as { caption: string; value: unknown }[];
  expect(stored.find(({ caption }) => caption === 'SF Id')?.value).toBe(converted.contactId);
  expect(
    await bench.crm.query(`SELECT CW_Contact_Id__c, Account.CW_Company_Id__c FROM Contact WHERE Id = '${converted.contactId}'`),
  ).toMatchObject([{ CW_Contact_Id__c: String(before?.id), Account: { CW_Company_Id__c: String(firm?.id) } }]);
  const writes = bench.sandbox.requests.filter(
    ({ method, path }) => method !== 'GET' && path.includes('/sobjects/Lead/') && path.includes(id),
  );
  expect(writes).toEqual([]);
});

it('two people who share the office’s phone are two contacts; two who share a mailbox are a person’s to tell apart', async () => {
  const { id: companyId } = await company('Shared Line Studio');
  const phone = { type: { id: 2 }, value: '5035550123', defaultFlag: true };
  await bench.psa.create('company/contacts', {
    firstName: 'Ines',
    lastName: 'Moor',
    company: { id: companyId },
    communicationItems: [phone],
  });
  const other = await lead({
    Status: QUALIFIED,
    FirstName: 'Otis',
    LastName: 'Nash',
    Company: 'Shared Line Studio',
    Phone: '503-555-0123',
  });
  expect((await bench.endedRun(other)).run).toMatchObject({ status: 'succeeded', error: null });
  expect((await contactsOf(companyId)).map(({ lastName }) => lastName).toSorted()).toEqual(['Moor', 'Nash']);

  const info = [{ type: { id: 1 }, value: 'info@sharedline.example', defaultFlag: true }];
  const twins = [
    await bench.psa.create('company/contacts', { firstName: 'Pia', lastName: 'One', company: { id: companyId }, communicationItems: info }),
    await bench.psa.create('company/contacts', { firstName: 'Pia', lastName: 'Two', company: { id: companyId }, communicationItems: info }),
  ];
  const shared = await lead({ Status: QUALIFIED, Company: 'Shared Line Studio', Email: 'info@sharedline.example' });
  const run = await bench.endedRun(shared);
  expect(run.run.status).toBe('failed');
  for (const { id } of twins) expect(run.run.error?.message).toContain(`(id ${id})`);
  expect(await contactsOf(companyId)).toHaveLength(4);
});

it('T-16 a lead that is converted at once goes to the company of its account, and nothing is made twice', async () => {
  const { id: companyId } = await company('Straight Through Ltd');
  const id = await lead({ Status: 'Open - Not Contacted', Company: 'Straight Through', Email: 'lea@straight.example' });
  const converted = await bench.crm.convertLead(id);
  expect((await bench.endedRun(id)).run).toMatchObject({ status: 'succeeded', error: null });
  await bench.settled();
  expect(await contactsOf(companyId)).toHaveLength(1);
  expect(await bench.crm.query(`SELECT CW_Company_Id__c FROM Account WHERE Id = '${converted.accountId}'`)).toMatchObject([
    { CW_Company_Id__c: String(companyId) },
  ]);
});

it('several companies are never guessed between: a person is asked, nothing is written', async () => {
  const one = await company('Twin Pines Inc');
  const two = await company('Twin Pines LLC');
  const id = await lead({ Status: QUALIFIED, Company: 'Twin Pines', Email: 'lea@twinpines.example' });
  const run = await bench.endedRun(id);
  expect(run.run.status).toBe('failed');
  for (const { id: companyId } of [one, two]) {
    expect(run.run.error?.message).toContain(`(id ${companyId})`);
    expect(await contactsOf(companyId)).toEqual([]);
  }
});

it('a vendor that fails in the middle leaves one contact with one note', async () => {
  const { id: companyId } = await company('Rough Sea Charters');
  bench.sandbox.faults.add({ vendor: 'connectwise', method: 'POST', path: /company\/contacts$/, times: 1, kind: 'reset-after-apply' });
  bench.sandbox.faults.add({ vendor: 'connectwise', method: 'GET', path: 'customFieldConditions', times: 1, kind: 'status', status: 503 });
  const id = await lead({ Status: QUALIFIED, Company: 'Rough Sea Charters', Email: 'lea@roughsea.example' });
  const run = await bench.endedRun(id);
  expect(run.run).toMatchObject({ status: 'succeeded', error: null });
  expect(stepOf(run, 'createContact')).toBe('succeeded');
  const contacts = await contactsOf(companyId);
  expect(contacts).toHaveLength(1);
  expect(await bench.psa.list(`company/contacts/${contacts[0]?.id}/notes`)).toHaveLength(1);
});
