import { describe, expect, it } from 'vitest';
import { startBench, type Bench } from '../testing.ts';

const q = encodeURIComponent;
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const fieldsOf = (answer: { body: { errors: { field: string }[] } }) => answer.body.errors.map((error) => error.field);

/** Path, body of a new record, a change, and a condition only the new record meets. */
const OBJECTS: [path: string, body: Record<string, unknown>, change: { op: string; path: string; value: unknown }, condition: string][] = [
  ['company/companies/statuses', { name: 'Paused' }, replace('name', 'On pause'), 'name="Paused"'],
  ['company/companies/types', { name: 'Partner' }, replace('vendorFlag', true), 'name="Partner"'],
  ['company/companies/1/sites', { name: 'Branch', city: 'Tampa' }, replace('city', 'Miami'), 'name="Branch"'],
  ['company/communicationTypes', { description: 'Pager', phoneFlag: true }, replace('description', 'Beeper'), 'description="Pager"'],
  [
    'company/configurations',
    { name: 'FW-01', type: { id: 3 }, company: { id: 1 } },
    replace('serialNumber', 'SN1'),
    'type/name="Firewall"',
  ],
  ['company/configurations/types', { name: 'Printer' }, replace('inactiveFlag', true), 'name="Printer"'],
  ['company/configurations/statuses', { description: 'Lent' }, replace('closedFlag', true), 'description="Lent"'],
  ['service/boards/1/types', { name: 'Alert' }, replace('category', 'Proactive'), 'name="Alert"'],
  ['service/boards/1/subtypes', { name: 'Printer' }, replace('inactiveFlag', true), 'board/id=1'],
  ['service/boards/1/items', { name: 'Toner' }, replace('name', 'Drum'), 'name="Toner"'],
  [
    'service/boards/1/teams',
    { name: 'Tier 2', teamLeader: { identifier: 'jdoe' } },
    replace('defaultFlag', true),
    'teamLeader/identifier="jdoe"',
  ],
  ['service/tickets/7601/tasks', { notes: 'Call back' }, replace('closedFlag', true), 'closedFlag=false'],
  [
    'sales/opportunities',
    { name: 'Seats', primarySalesRep: { identifier: 'jdoe' }, company: { id: 1 }, contact: { id: 1 } },
    replace('source', 'Web'),
    'company/identifier="ACME" and name contains "seat"',
  ],
  ['sales/stages', { name: 'Verbal', sequenceNumber: 9 }, replace('color', 'Red'), 'sequenceNumber=9'],
  ['sales/opportunities/statuses', { name: 'Paused' }, replace('closedFlag', true), 'name="Paused"'],
  ['sales/opportunities/types', { description: 'Upsell' }, replace('inactiveFlag', true), 'description="Upsell"'],
  ['sales/activities', { name: 'Call', assignTo: { identifier: 'jdoe' } }, replace('notes', 'Reached'), 'assignTo/identifier="jdoe"'],
  [
    'time/entries',
    { chargeToId: 7601, chargeToType: 'ServiceTicket', timeStart: '2026-11-23T08:00:00Z', timeEnd: '2026-11-23T09:30:00Z' },
    replace('notes', 'Rebooted'),
    'ticket/id=7601',
  ],
  ['finance/billingStatuses', { name: 'Disputed' }, replace('sentFlag', true), 'name="Disputed"'],
  ['finance/billingTerms', { name: 'Net 60', dueDays: 60 }, replace('dueDays', 61), 'dueDays=60'],
  ['finance/agreements/types', { name: 'Security' }, replace('inactiveFlag', true), 'name="Security"'],
  [
    'finance/agreements/1/additions',
    { product: { identifier: 'BACKUP' }, billCustomer: 'NoCharge', quantity: 2 },
    replace('quantity', 3),
    'billCustomer="NoCharge"',
  ],
  ['finance/invoices/1/payments', { amount: 60 }, replace('type', 'Check'), 'amount=60'],
  [
    'project/projects',
    {
      name: 'Move',
      company: { id: 1 },
      board: { id: 21 },
      billingMethod: 'FixedFee',
      estimatedStart: '2026-12-01',
      estimatedEnd: '2026-12-24',
    },
    replace('percentComplete', 0.5),
    'billingMethod="FixedFee"',
  ],
  ['project/statuses', { name: 'Parked' }, replace('noTimeFlag', true), 'name="Parked"'],
  ['project/projectTypes', { name: 'Audit' }, replace('inactiveFlag', true), 'name="Audit"'],
  [
    'system/members',
    { identifier: 'nnew', firstName: 'Nia', lastName: 'New', licenseClass: 'F' },
    replace('title', 'Dispatcher'),
    'identifier="nnew"',
  ],
];

describe('each object', () => {
  it.each(OBJECTS)('%s: create, count, find, order, pick, page, change, delete', async (path, body, change, condition) => {
    const { cw } = await startBench();
    const before = (await cw('GET', `${path}/count`)).body.count as number;
    const created = await cw('POST', path, { body });
    expect(created).toMatchObject({ status: 201, body: { id: expect.any(Number), _info: { updatedBy: 'IntApi' } } });
    const { id } = created.body;
    expect((await cw('GET', `${path}/count`)).body).toEqual({ count: before + 1 });
    expect((await cw('GET', `${path}?fields=id&orderBy=${q('id desc')}&pageSize=1&conditions=${q(condition)}`)).body).toEqual([{ id }]);
    expect((await cw('GET', `${path}?pageSize=1`)).headers.get('link') === null).toBe(before === 0);
    expect(await cw('PATCH', `${path}/${id}`, { body: [change] })).toMatchObject({ status: 200, body: { [change.path]: change.value } });
    expect((await cw('GET', `${path}/${id}`)).body).toMatchObject({ id, [change.path]: change.value });
    expect((await cw('DELETE', `${path}/${id}`)).status).toBe(path === 'system/members' ? 405 : 204);
    expect((await cw('GET', `${path}/${id}`)).status).toBe(path === 'system/members' ? 200 : 404);
  });
  it.each([
    ['company/configurations', ['name', 'type', 'company']],
    ['sales/opportunities', ['name', 'primarySalesRep', 'company', 'contact']],
    ['time/entries', ['timeStart']],
    ['finance/agreements/1/additions', ['product', 'billCustomer']],
    ['finance/invoices', ['type', 'company']],
    ['finance/billingTerms', ['name', 'dueDays']],
    ['service/boards/1/teams', ['name', 'teamLeader']],
    ['sales/activities', ['name', 'assignTo']],
  ])('%s names what it lacks', async (path, fields) => {
    const { cw } = await startBench();
    const answer = await cw('POST', path, { body: {} });
    expect([answer.status, answer.body.code, fieldsOf(answer)]).toEqual([400, 'InvalidObject', fields]);
  });
  it('severities and impacts can be read and renamed, not made or deleted', async () => {
    const { cw } = await startBench();
    for (const path of ['service/severities', 'service/impacts']) {
      expect((await cw('GET', `${path}?conditions=${q('defaultFlag=true')}`)).body).toMatchObject([{ name: 'Medium' }]);
      expect((await cw('POST', path, { body: { description: 'x' } })).status).toBe(405);
      expect((await cw('DELETE', `${path}/1`)).status).toBe(405);
      expect((await cw('PATCH', `${path}/1`, { body: [replace('description', 'Minor')] })).body.description).toBe('Minor');
    }
  });
});

describe('payments', () => {
  const invoice = async ({ cw }: Bench, id: number) => (await cw('GET', `finance/invoices/${id}`)).body;
  it('move the balance of their invoice, back again when changed or deleted', async () => {
    const bench = await startBench();
    const { cw } = bench;
    const { body: payment } = await cw('POST', 'finance/invoices/2/payments', { body: { amount: 25, type: 'Check' } });
    expect(payment).toMatchObject({
      amount: 25,
      type: 'Check',
      appliedBy: 'IntApi',
      invoiceTotal: 100,
      invoiceBalance: 35,
      invoice: { id: 2 },
    });
    expect(await invoice(bench, 2)).toMatchObject({ payments: 65, balance: 35 });
    await cw('PATCH', `finance/invoices/2/payments/${payment.id}`, { body: [replace('amount', 60)] });
    expect(await invoice(bench, 2)).toMatchObject({ payments: 100, balance: 0 });
    await cw('DELETE', `finance/invoices/2/payments/${payment.id}`);
    expect(await invoice(bench, 2)).toMatchObject({ payments: 40, balance: 60 });
  });
  it('are positive and belong to an invoice', async () => {
    const { cw } = await startBench();
    expect(fieldsOf(await cw('POST', 'finance/invoices/1/payments', { body: {} }))).toEqual(['amount']);
    expect((await cw('POST', 'finance/invoices/1/payments', { body: { amount: -1 } })).body.errors[0].code).toBe('OutOfRange');
    expect((await cw('POST', 'finance/invoices/99/payments', { body: { amount: 1 } })).body.message).toBe('Invoice 99 not found');
    const { body } = await cw('POST', 'finance/invoices/1/payments', { body: { amount: 1 } });
    expect((await cw('GET', `finance/invoices/2/payments/${body.id}`)).status).toBe(404);
  });
});

describe('consequences', () => {
  it('an invoice is dated, numbered and due by its terms', async () => {
    const { cw } = await startBench();
    expect(
      (await cw('POST', 'finance/invoices', { body: { type: 'Standard', company: { id: 1 }, total: 10, billingTerms: { id: 2 } } })).body,
    ).toMatchObject({
      invoiceNumber: expect.stringMatching(/^\d+$/),
      status: { id: 1, name: 'Open', isClosed: false },
      date: '2026-11-23T10:00:00Z',
      dueDate: '2026-12-07T10:00:00Z',
      balance: 10,
    });
  });
  it('an addition is priced, and Cancelled once its cancel date has come', async () => {
    const { cw } = await startBench();
    const path = 'finance/agreements/1/additions';
    const { body } = await cw('POST', path, { body: { product: { id: 5 }, billCustomer: 'Billable', quantity: 4, unitPrice: 2.5 } });
    expect(body).toMatchObject({ agreementId: 1, extPrice: 10, agreementStatus: 'Active' });
    expect((await cw('PATCH', `${path}/${body.id}`, { body: [replace('quantity', 5)] })).body.extPrice).toBe(12.5);
    expect((await cw('PATCH', `${path}/${body.id}`, { body: [replace('cancelledDate', '2026-11-01')] })).body.agreementStatus).toBe(
      'Cancelled',
    );
  });
  it('an opportunity takes the probability of its stage and closes by its status', async () => {
    const { cw } = await startBench();
    const body = { name: 'Deal', primarySalesRep: { identifier: 'jdoe' }, company: { id: 1 }, contact: { id: 1 } };
    const created = await cw('POST', 'sales/opportunities', { body });
    expect(created.body).toMatchObject({ stage: { name: 'Prospect' }, status: { name: 'Open' }, probability: { name: '10' } });
    const path = `sales/opportunities/${created.body.id}`;
    expect((await cw('PATCH', path, { body: [replace('stage', { name: 'Quote' })] })).body.probability.name).toBe('60');
    expect((await cw('PATCH', path, { body: [replace('status', { name: 'Won' })] })).body).toMatchObject({
      closedDate: '2026-11-23T10:00:00Z',
      closedBy: { identifier: 'IntApi' },
    });
  });
  it('time is charged to a ticket that exists, and shows there and among all notes', async () => {
    const { cw } = await startBench();
    const time = {
      timeStart: '2026-11-23T08:00:00Z',
      timeEnd: '2026-11-23T09:30:00Z',
      notes: 'Replaced the drum',
      addToResolutionFlag: true,
    };
    expect(fieldsOf(await cw('POST', 'time/entries', { body: { ...time, chargeToId: 1, chargeToType: 'ServiceTicket' } }))).toEqual([
      'chargeToId',
    ]);
    expect(fieldsOf(await cw('POST', 'time/entries', { body: { ...time, timeEnd: '2026-11-23T07:00:00Z' } }))).toEqual(['timeEnd']);
    const { body } = await cw('POST', 'time/entries', { body: { ...time, chargeToId: 7601, chargeToType: 'ServiceTicket' } });
    expect(body).toMatchObject({
      actualHours: 1.5,
      company: { id: 1 },
      ticket: { id: 7601 },
      member: { identifier: 'IntApi' },
      status: 'Open',
    });
    expect((await cw('GET', 'service/tickets/7601')).body.actualHours).toBe(1.5);
    expect((await cw('GET', 'service/tickets/7601/timeentries?fields=id')).body).toEqual([{ id: body.id }]);
    expect((await cw('GET', 'service/tickets/7602/timeentries')).body).toEqual([]);
    await cw('POST', 'service/tickets/7601/notes', { body: { text: 'Called', internalAnalysisFlag: true } });
    expect(
      (await cw('GET', 'service/tickets/7601/allNotes?fields=noteType,text,internalAnalysisFlag,resolutionFlag,originalAuthor')).body,
    ).toEqual(
      expect.arrayContaining([
        { noteType: 'TicketNote', text: 'Called', internalAnalysisFlag: true, resolutionFlag: false, originalAuthor: 'IntApi' },
        {
          noteType: 'TimeEntryNote',
          text: 'Replaced the drum',
          internalAnalysisFlag: false,
          resolutionFlag: true,
          originalAuthor: 'IntApi',
        },
      ]),
    );
    expect((await cw('POST', 'service/tickets/7601/allNotes', { body: { text: 'x' } })).status).toBe(405);
  });
  it('a type of another board is refused for a ticket', async () => {
    const { cw } = await startBench();
    const { body } = await cw('POST', 'service/boards/21/types', { body: { name: 'Change' } });
    expect((await cw('PATCH', 'service/tickets/7601', { body: [replace('type', { id: body.id })] })).body.errors).toEqual([
      { code: 'NotFound', message: `Service Type ${body.id} not found for Service Board 1`, resource: 'ticket', field: 'type/id' },
    ]);
  });
  it('project tickets take company and board of their project and a number of the tickets', async () => {
    const { cw } = await startBench();
    const project = await cw('POST', 'project/projects', {
      body: {
        name: 'Move',
        company: { id: 2 },
        board: { id: 21 },
        billingMethod: 'FixedFee',
        estimatedStart: '2026-12-01',
        estimatedEnd: '2026-12-24',
      },
    });
    expect(project.body).toMatchObject({ status: { name: 'Open' }, type: { name: 'Implementation' }, closedFlag: false });
    const { id } = project.body;
    expect((await cw('PATCH', `project/projects/${id}`, { body: [replace('status', { name: 'Closed' })] })).body.closedFlag).toBe(true);
    const phase = await cw('POST', `project/projects/${id}/phases`, { body: { description: 'Cabling' } });
    expect(phase.body).toMatchObject({ projectId: id });
    const ticket = await cw('POST', 'project/tickets', { body: { summary: 'Pull cables', project: { id }, phase: { id: phase.body.id } } });
    expect(ticket.body).toMatchObject({
      id: 7603,
      company: { id: 2 },
      board: { id: 21 },
      status: { id: 40 },
      phase: { name: 'Cabling' },
      closedFlag: false,
    });
    expect((await cw('POST', 'project/tickets/7603/notes', { body: { text: 'Done by noon' } })).body).toMatchObject({
      ticketId: 7603,
      createdBy: 'IntApi',
    });
    expect((await cw('PATCH', 'project/tickets/7603', { body: [replace('status', { id: 16 })] })).body.errors[0].message).toBe(
      'Service Status 16 not found for Service Board 21',
    );
    expect(
      fieldsOf(await cw('POST', 'project/projects', { body: { ...project.body, estimatedEnd: '2026-11-01', id: undefined } })),
    ).toEqual(['estimatedEnd']);
  });
  it('system/info tells the version; member ids are unique', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', 'system/info')).body).toMatchObject({ version: expect.any(String), isCloud: true });
    const body = { identifier: 'JDOE', firstName: 'J', lastName: 'D', licenseClass: 'F' };
    expect((await cw('POST', 'system/members', { body })).body.errors[0]).toMatchObject({ code: 'ObjectExists', field: 'identifier' });
  });
});
