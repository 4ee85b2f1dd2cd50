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
  [
    'company/companies/1/teams',
    { teamRole: { id: 1, name: 'Account Manager' }, member: { identifier: 'jdoe' }, accountManagerFlag: true },
    replace('techFlag', true),
    'member/identifier="jdoe"',
  ],
  ['company/companies/1/typeAssociations', { type: { name: 'Vendor' } }, replace('type', { id: 2 }), 'type/id=3'],
  ['company/contacts/2/typeAssociations', { type: { id: 3 } }, replace('type', { id: 2 }), 'type/name="Technical"'],
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

describe('types of companies and contacts', () => {
  it('are given at creation, by id too, and changed by associations afterwards', async () => {
    const { cw } = await startBench();
    const types = (answer: { body: { types: { name: string }[] } }) => answer.body.types.map((type) => type.name);
    const created = await cw('POST', 'company/companies', { body: { identifier: 'TYPED', name: 'Typed', typeIds: [1, 3] } });
    expect(types(created)).toEqual(['Client', 'Vendor']);
    const path = `company/companies/${created.body.id}`;
    const [client] = (await cw('GET', `${path}/typeAssociations`)).body;
    await cw('DELETE', `${path}/typeAssociations/${client.id}`);
    const added = await cw('POST', 'company/companyTypeAssociations', { body: { type: { id: 2 }, company: { id: created.body.id } } });
    expect(added).toMatchObject({ status: 201, body: { type: { name: 'Prospect' }, company: { id: created.body.id } } });
    expect(types(await cw('GET', path))).toEqual(['Vendor', 'Prospect']);
    expect((await cw('POST', 'company/companyTypeAssociations', { body: { type: { id: 2 } } })).body.errors[0]).toMatchObject({
      code: 'MissingRequiredField',
      field: 'company',
    });
    expect((await cw('GET', `company/contactTypeAssociations?conditions=${q('contact/id=1')}`)).body).toMatchObject([
      { type: { name: 'VIP' } },
    ]);
  });
});

describe('what a ticket is about', () => {
  it('configurations are added by their id, found by it, and taken away', async () => {
    const { cw } = await startBench();
    const device = await cw('POST', 'company/configurations', { body: { name: 'FW-01', type: { id: 3 }, company: { id: 1 } } });
    const path = 'service/tickets/7601/configurations';
    expect(await cw('POST', path, { body: { id: device.body.id } })).toMatchObject({ status: 201, body: { id: device.body.id } });
    expect((await cw('GET', path)).body).toMatchObject([{ id: device.body.id, _info: { name: 'FW-01' } }]);
    expect((await cw('GET', `${path}/count`)).body).toEqual({ count: 1 });
    const tickets = async (text: string) => (await cw('GET', `service/tickets?fields=id&conditions=${q(text)}`)).body;
    expect(await tickets(`configuration/id=${device.body.id}`)).toEqual([{ id: 7601 }]);
    expect(await tickets('configuration/name="fw-01"')).toEqual([{ id: 7601 }]);
    expect((await cw('POST', path, { body: {} })).body.errors[0].message).toBe('id or deviceIdentifier is required.');
    expect((await cw('POST', path, { body: { id: 99 } })).body.errors[0]).toMatchObject({ code: 'NotFound' });
    expect((await cw('DELETE', `${path}/${device.body.id}`)).status).toBe(204);
    expect((await cw('GET', `${path}/${device.body.id}`)).status).toBe(404);
    expect(await tickets(`configuration/id=${device.body.id}`)).toEqual([]);
    expect((await cw('PATCH', `${path}/1`, { body: [] })).status).toBe(405);
  });
});

describe('merging and handing over', () => {
  it('a company goes over into another with all it has; what is marked From wins', async () => {
    const { cw } = await startBench();
    const merge = (body: unknown) => cw('POST', 'company/companies/1/merge', { body });
    expect((await merge({})).body.errors[0]).toMatchObject({ code: 'MissingRequiredField', field: 'toCompanyId' });
    expect((await merge({ toCompanyId: 999 })).body.errors[0]).toMatchObject({ code: 'NotFound' });
    expect(await merge({ toCompanyId: 2, name: 'From', phone: 'To' })).toMatchObject({ status: 200, body: { success: true } });
    expect((await cw('GET', 'company/companies/1')).status).toBe(404);
    expect((await cw('GET', 'company/companies/2')).body).toMatchObject({ identifier: 'COMP2', name: 'Acme Ltd', phoneNumber: '555-1002' });
    for (const path of ['service/tickets/7601', 'company/contacts/1', 'finance/agreements/1', 'finance/invoices/1'])
      expect((await cw('GET', path)).body.company.id).toBe(2);
  });
  it('a contact is deleted, its tickets are handed over', async () => {
    const { cw } = await startBench();
    await cw('PATCH', 'service/tickets/7601', { body: [replace('contact', { id: 1 })] });
    expect((await cw('DELETE', 'company/contacts/1?transferContactId=99')).status).toBe(400);
    expect((await cw('DELETE', 'company/contacts/1?transferContactId=2')).status).toBe(204);
    expect((await cw('GET', 'service/tickets/7601')).body.contact).toMatchObject({ id: 2, name: 'Nadia' });
    expect((await cw('GET', 'company/contacts/1')).status).toBe(404);
  });
  it('what is listed below a record goes with it', async () => {
    const { cw, sandbox } = await startBench();
    await cw('POST', 'service/tickets/7601/notes', { body: { text: 'x' } });
    await cw('POST', 'service/tickets/7601/tasks', { body: { notes: 'y' } });
    await cw('DELETE', 'service/tickets/7601');
    for (const entity of ['ticketNote', 'ticketTask']) expect(sandbox.connectwise.store.all(entity)).toEqual([]);
  });
});

describe('custom fields', () => {
  const define = async (bench: Bench, more: Record<string, unknown>) =>
    (
      await bench.cw('POST', 'system/userDefinedFields', {
        body: { podId: 12, caption: 'Extra', sequenceNumber: 3, entryTypeIdentifier: 'EntryField', ...more },
      })
    ).body.id as number;
  const set = (bench: Bench, id: number, value: unknown) =>
    bench.cw('PATCH', 'company/companies/1', { body: [replace('customFields', [{ id, value }])] });
  const shown = (answer: { body: { customFields: { caption: string; value: unknown }[] } }) =>
    answer.body.customFields.find((field) => field.caption === 'Extra')?.value;

  it.each([
    ['Number', '12.5', 12.5, 'many'],
    ['Checkbox', 'TRUE', true, 'maybe'],
    ['Date', '2026-12-24', '2026-12-24T00:00:00Z', 'soon'],
    ['Text', 7, '7', { a: 1 }],
  ])('a %s keeps what fits and refuses the rest', async (fieldTypeIdentifier, given, kept, bad) => {
    const bench = await startBench();
    const id = await define(bench, { fieldTypeIdentifier });
    expect(shown(await set(bench, id, given))).toEqual(kept);
    expect(await set(bench, id, bad)).toMatchObject({ status: 400, body: { errors: [{ code: 'InvalidField', field: 'customFields' }] } });
    expect(shown(await set(bench, id, null))).toBeNull();
  });
  it('are found by values of their kind', async () => {
    const bench = await startBench();
    const id = await define(bench, { fieldTypeIdentifier: 'Number' });
    await set(bench, id, 12);
    const found = async (value: string) =>
      (await bench.cw('GET', `company/companies?fields=id&customFieldConditions=${q(`caption="Extra" AND value ${value}`)}`)).body;
    expect(await found('> 11')).toEqual([{ id: 1 }]);
    expect(await found('= 12')).toEqual([{ id: 1 }]);
    expect(await found('< 12')).toEqual([]);
  });
  it('a definition shows in every record, with the members of the vendor’s item', async () => {
    const bench = await startBench();
    const id = await define(bench, { fieldTypeIdentifier: 'Text', caption: 'Extra' });
    const { body } = await bench.cw('GET', 'company/companies/5');
    expect(body.customFields.at(-1)).toEqual({
      id,
      caption: 'Extra',
      type: 'Text',
      entryMethod: 'EntryField',
      numberOfDecimals: 0,
      value: null,
      rowNum: 3,
      userDefinedFieldRecId: id,
      podId: 'company_overview',
      connectWiseId: expect.any(String),
    });
    expect(await bench.cw('POST', 'system/userDefinedFields', { body: { podId: 12, caption: 'c'.repeat(26) } })).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ code: 'MaxLengthField', field: 'caption' })]) },
    });
    expect((await bench.cw('DELETE', `system/userDefinedFields/${id}`)).status).toBe(204);
    expect((await bench.cw('GET', 'company/companies/5')).body.customFields).toHaveLength(2);
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
