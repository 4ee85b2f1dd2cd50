/** The template "Tickets to cases" at work. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayRun } from '@weft/runtime';
import { startTemplateBench } from './support/template-bench.ts';
import type { TemplateBench } from './support/template-bench.ts';
import type { Fields } from './support/vendor-desk.ts';

let bench: TemplateBench;
let serial = 0;

beforeAll(async () => {
  bench = await startTemplateBench({ templateId: 'ticket-to-case', config: { atRiskFrom: 2 } });
}, 60_000);
afterAll(() => bench?.[Symbol.asyncDispose]());

const URGENT = { name: 'Priority 1 - Emergency Response' };
const NORMAL = { name: 'Priority 3 - Normal Response' };
const BOARD = { name: 'Service Desk' };

async function customer(isLinked = true): Promise<{ companyId: number; accountId: string }> {
  const name = `Ticket Customer ${(serial += 1)}`;
  const { id: companyId } = await bench.psa.create('company/companies', { identifier: `TICKET${serial}`, name, site: { name: 'Main' } });
  const accountId = await bench.crm.create('Account', { Name: name, ...(isLinked ? { CW_Company_Id__c: String(companyId) } : {}) });
  return { companyId, accountId };
}

const ticket = (companyId: number, more: Fields): Promise<Fields & { id: number }> =>
  bench.psa.create('service/tickets', {
    summary: `Server down ${(serial += 1)}`,
    board: BOARD,
    company: { id: companyId },
    priority: NORMAL,
    ...more,
  });
const casesOf = (ticketId: number): Promise<Fields[]> =>
  bench.crm.query(
    `SELECT Id, Subject, Status, Priority, AccountId, ContactId, Description, IsClosed FROM Case WHERE CW_Ticket_Id__c = '${ticketId}'`,
  );
const commentsOf = async (ticketId: number): Promise<string[]> => {
  const [mirrored] = await casesOf(ticketId);
  const rows = await bench.crm.query(
    `SELECT CommentBody FROM CaseComment WHERE ParentId = '${String(mirrored?.['Id'])}' ORDER BY CreatedDate, Id`,
  );
  return rows.map((row) => String(row['CommentBody']));
};
const accountOf = async (id: string): Promise<Fields | undefined> =>
  (
    await bench.crm.query(
      `SELECT CW_Open_Tickets__c, CW_High_Tickets__c, CW_At_Risk__c, CW_Last_Ticket_At__c FROM Account WHERE Id = '${id}'`,
    )
  )[0];
async function closedStatus(boardId: number): Promise<number> {
  const statuses = await bench.psa.list(`service/boards/${boardId}/statuses`);
  return statuses.find((status) => status['closedStatus'] === true)?.id ?? 0;
}
async function statusNamed(boardId: number, pattern: RegExp): Promise<number> {
  const statuses = await bench.psa.list(`service/boards/${boardId}/statuses`);
  return statuses.find((status) => pattern.test(String(status['name'])))?.id ?? 0;
}

it('T-13 an urgent ticket becomes a case; closed, the case is closed; reopened, the same case is worked on', async () => {
  const { companyId, accountId } = await customer();
  const { id: contactId } = await bench.psa.create('company/contacts', {
    firstName: 'Tess',
    lastName: 'Field',
    company: { id: companyId },
  });
  const person = await bench.crm.create('Contact', { LastName: 'Field', AccountId: accountId, CW_Contact_Id__c: String(contactId) });
  const { id, summary, board } = await ticket(companyId, {
    priority: URGENT,
    contact: { id: contactId },
    initialDescription: 'Nobody can sign in since this morning.',
  });
  const run = await bench.endedRun(id);
  expect(run.run).toMatchObject({ status: 'succeeded', error: null });
  const [mirrored, ...others] = await casesOf(id);
  expect(others).toEqual([]);
  expect(mirrored).toMatchObject({
    Subject: summary,
    Status: 'New',
    Priority: 'High',
    AccountId: accountId,
    ContactId: person,
    Description: 'Nobody can sign in since this morning.',
  });
  expect(await accountOf(accountId)).toMatchObject({ CW_Open_Tickets__c: 1, CW_High_Tickets__c: 1, CW_At_Risk__c: false });
  const stored = (await bench.psa.get(`service/tickets/${id}`))['customFields'] as { caption: string; value: unknown }[];
  expect(stored.find(({ caption }) => caption === 'SF Id')?.value).toBe(mirrored?.['Id']);
  await bench.settled();

  const boardId = (board as { id: number }).id;
  await bench.psa.patch(`service/tickets/${id}`, { status: { id: await closedStatus(boardId) } });
  await bench.settled();
  expect(await casesOf(id)).toMatchObject([{ Id: mirrored?.['Id'], Status: 'Closed', IsClosed: true }]);
  expect(await accountOf(accountId)).toMatchObject({ CW_Open_Tickets__c: 0, CW_High_Tickets__c: 0 });

  await bench.psa.patch(`service/tickets/${id}`, { status: { id: await statusNamed(boardId, /progress/i) }, priority: NORMAL });
  await bench.settled();
  // Once it has a case it is kept up to date, although it is not urgent any more.
  expect(await casesOf(id)).toMatchObject([{ Id: mirrored?.['Id'], Status: 'Working', Priority: 'Medium', IsClosed: false }]);

  const comments = await commentsOf(id);
  await replayRun(bench.ctx, { id: run.run.id });
  await bench.settled();
  expect(await casesOf(id)).toHaveLength(1);
  expect(await commentsOf(id)).toEqual(comments);
});

it('T-13 a status that the org does not have becomes its default, or is left out when there is none to end a case, and the run warns', async () => {
  const { companyId } = await customer();
  const { id, board } = await ticket(companyId, { priority: URGENT });
  await bench.settled();
  const boardId = (board as { id: number }).id;
  const lastWarning = async (): Promise<string | undefined> => {
    const last = (await bench.endedRuns(0)).at(-1);
    expect(last?.run).toMatchObject({ status: 'succeeded', error: null });
    return last?.steps.find(({ nodeId }) => nodeId === 'fitted')?.console?.find(({ level }) => level === 'warn')?.text;
  };
  bench.sandbox.quirks.retiredPicklistValues = ['Case.Status.Working'];
  try {
    await bench.psa.patch(`service/tickets/${id}`, { status: { id: await statusNamed(boardId, /progress/i) } });
    await bench.settled();
    expect(await casesOf(id)).toMatchObject([{ Status: 'New', IsClosed: false }]);
    expect(await lastWarning()).toBe(
      'Salesforce has no case status “Working”: the case gets “New”. Choose another status in the step “Ticket to case”, or add this one in Salesforce.',
    );
    bench.sandbox.quirks.retiredPicklistValues = ['Case.Status.Working', 'Case.Status.Closed'];
    await bench.psa.patch(`service/tickets/${id}`, { status: { id: await closedStatus(boardId) } });
    await bench.settled();
    expect(await casesOf(id)).toMatchObject([{ Status: 'New', IsClosed: false }]);
    expect(await lastWarning()).toContain('no case status “Closed”: the case’s status is left as it is.');
  } finally {
    bench.sandbox.quirks.retiredPicklistValues = [];
  }
});

it('T-14 notes become comments once each; internal analysis never leaves ConnectWise', async () => {
  const { companyId } = await customer();
  const { id } = await ticket(companyId, { priority: URGENT, initialDescription: 'Printer on fire.' });
  await bench.endedRun(id);
  const note = (text: string, flags: Fields): Promise<Fields> =>
    bench.psa.create(`service/tickets/${id}/notes`, {
      text,
      detailDescriptionFlag: false,
      internalAnalysisFlag: false,
      resolutionFlag: false,
      ...flags,
    });
  await note('Fire brigade called.', { detailDescriptionFlag: true });
  await note('Customer has not paid for years, keep quiet.', { internalAnalysisFlag: true });
  await note('Replaced the printer.', { resolutionFlag: true });
  await bench.psa.patch(`service/tickets/${id}`, { severity: 'High' });
  await bench.settled();
  const comments = await commentsOf(id);
  expect(comments.filter((text) => text.includes('Fire brigade called.'))).toHaveLength(1);
  expect(comments.filter((text) => /\(resolution\): Replaced the printer\./.test(text))).toHaveLength(1);
  const everything = JSON.stringify([await casesOf(id), comments, await bench.endedRuns(0)]);
  expect(everything).not.toContain('keep quiet');
  await bench.psa.patch(`service/tickets/${id}`, { severity: 'Medium' });
  await bench.settled();
  expect(await commentsOf(id)).toEqual(comments);
});

it('a ticket that is not important is left alone until it is, and three together put the customer at risk', async () => {
  const { companyId, accountId } = await customer();
  const { id } = await ticket(companyId, {});
  const run = await bench.endedRun(id);
  expect(run.run).toMatchObject({ status: 'skipped', reason: expect.stringContaining('is not important') as string });
  expect(await casesOf(id)).toEqual([]);
  await ticket(companyId, { priority: URGENT });
  await bench.psa.patch(`service/tickets/${id}`, { priority: URGENT });
  await bench.settled();
  expect(await casesOf(id)).toHaveLength(1);
  expect(await accountOf(accountId)).toMatchObject({ CW_Open_Tickets__c: 2, CW_High_Tickets__c: 2, CW_At_Risk__c: true });
});

it('an important ticket of a company without an account fails with what to do, and goes through on replay', async () => {
  const { companyId, accountId } = await customer(false);
  const { id } = await ticket(companyId, { priority: URGENT });
  const run = await bench.endedRun(id);
  expect(run.run.status).toBe('failed');
  expect(run.run.error?.message).toContain(`ConnectWise id ${companyId}`);
  await bench.crm.update('Account', accountId, { CW_Company_Id__c: String(companyId) });
  await replayRun(bench.ctx, { id: run.run.id });
  expect((await bench.endedRun(id, { number: 2 })).run).toMatchObject({ status: 'succeeded', error: null });
  expect(await casesOf(id)).toHaveLength(1);
});

it('a ticket that is moved to another board, where its statuses have other ids, keeps its case', async () => {
  const { companyId } = await customer();
  const { id } = await ticket(companyId, { priority: URGENT });
  await bench.endedRun(id);
  const boards = await bench.psa.list('service/boards');
  const other = boards.find(({ name }) => name === 'Professional Services');
  await bench.psa.patch(`service/tickets/${id}`, {
    board: { id: other?.id },
    status: { id: await statusNamed(other?.id ?? 0, /progress/i) },
  });
  await bench.settled();
  expect(await casesOf(id)).toMatchObject([{ Status: 'Working', IsClosed: false }]);
});

it('a case that Salesforce refuses fails the run in its own words, and nothing else is written', async () => {
  const { companyId, accountId } = await customer();
  bench.sandbox.quirks.validationRules = [
    { object: 'Case', when: "Priority = 'High'", message: 'High is for the night shift only.', field: 'Priority' },
  ];
  const { id } = await ticket(companyId, { priority: URGENT });
  const run = await bench.endedRun(id);
  bench.sandbox.quirks.validationRules = [];
  expect(run.run.status).toBe('failed');
  expect(run.run.error?.message).toContain('High is for the night shift only.');
  expect(run.run.failedNode).toBe('case');
  expect(await casesOf(id)).toEqual([]);
  expect(await accountOf(accountId)).toMatchObject({ CW_High_Tickets__c: null });
});

it('a vendor that fails in the middle leaves one case with one comment per note', async () => {
  const { companyId } = await customer();
  bench.sandbox.faults.add({ vendor: 'salesforce', method: 'PATCH', path: 'CW_Ticket_Id__c', times: 1, kind: 'reset-after-apply' });
  bench.sandbox.faults.add({ vendor: 'salesforce', method: 'POST', path: 'sobjects/CaseComment', times: 1, kind: 'reset-after-apply' });
  bench.sandbox.faults.add({ vendor: 'connectwise', method: 'GET', path: '/count', times: 1, kind: 'status', status: 429, retryAfter: 1 });
  const { id } = await ticket(companyId, { priority: URGENT, initialDescription: 'Down again.' });
  const run = await bench.endedRun(id);
  expect(run.run).toMatchObject({ status: 'succeeded', error: null });
  await bench.settled();
  expect(await casesOf(id)).toHaveLength(1);
  expect((await commentsOf(id)).filter((text) => text.includes('Down again.'))).toHaveLength(1);
});
