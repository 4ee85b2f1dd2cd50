import { describe, expect, it } from 'vitest';
import { startBench } from '../testing.ts';

const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const keep = replace('customFields', []);

describe('creating', () => {
  it('CW-070 a company is created whole, by the API member', async () => {
    const { cw } = await startBench();
    const { status, body } = await cw('POST', 'company/companies', {
      body: { identifier: 'ACMETWO', name: 'Acme Two', site: { name: 'Main' }, types: [{ id: 1 }] },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: 131,
      identifier: 'ACMETWO',
      status: { id: 1, name: 'Active' },
      site: { name: 'Main' },
      _info: { updatedBy: 'IntApi', lastUpdated: '2026-11-23T10:00:00Z' },
    });
  });
  it('CW-071 CW-072 CW-073 what a company may not be', async () => {
    const { cw } = await startBench();
    expect(await cw('POST', 'company/companies', { body: { name: 'x' } })).toMatchObject({
      status: 400,
      body: {
        code: 'InvalidObject',
        message: 'company object is invalid',
        errors: [{ code: 'MissingRequiredField', resource: 'company', field: 'identifier' }],
      },
    });
    expect((await cw('POST', 'company/companies', { body: { identifier: 'B', name: 'n'.repeat(51) } })).body.errors[0]).toMatchObject({
      code: 'MaxLengthField',
      message: 'The field name must be a string with a maximum length of 50.',
      field: 'name',
    });
    expect((await cw('POST', 'company/companies', { body: { identifier: 'acme', name: 'Again' } })).body).toMatchObject({
      code: 'InvalidObject',
      errors: [{ code: 'ObjectExists', message: 'Company ID already in use.', field: 'identifier' }],
    });
  });
  it('CW-075 a contact needs a first name and nothing else', async () => {
    const { cw } = await startBench();
    expect((await cw('POST', 'company/contacts', { body: { lastName: 'x' } })).body.errors[0]).toMatchObject({
      code: 'MissingRequiredField',
      message: 'The firstName field is required.',
      resource: 'contact',
    });
    const { body } = await cw('POST', 'company/contacts', { body: { firstName: 'Estella', lastName: 'Mcdowell' } });
    expect(body).not.toHaveProperty('company');
    expect(body).toMatchObject({
      types: [],
      customFields: [
        { caption: 'SF Id', value: null },
        { caption: 'Sync Src', value: null },
      ],
    });
  });
  it('CW-077 CW-078 CW-103 what the JSON reader refuses', async () => {
    const { cw } = await startBench();
    const scalar = await cw('POST', 'service/tickets', { body: { summary: 'x', company: 250 } });
    expect(scalar).toMatchObject({
      status: 400,
      body: { code: 'ConnectWiseApi', message: expect.stringMatching(/Error converting value.*Path 'company'/) },
    });
    const unknown = await cw('POST', 'company/contacts', { body: { firstName: 'x', type: 1 } });
    expect(unknown.body).toMatchObject({
      errors: null,
      message: expect.stringMatching(/Could not find member 'type' on object of type 'Contact'\..*Check your accept header/),
    });
    expect(await cw('POST', 'company/contacts', { body: { firstName: 'x', inactiveFlag: 'maybe' } })).toMatchObject({
      status: 500,
      body: { code: 'ConnectWiseApi', message: 'String was not recognized as a valid Boolean.' },
    });
  });
  it('CW-079 CW-080 a ticket fills in board, status and priority; references by name', async () => {
    const { cw } = await startBench();
    const { status, body } = await cw('POST', 'service/tickets', {
      body: { summary: 'x', company: { id: 2 }, initialDescription: 'Hello' },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: 7603,
      recordType: 'ServiceTicket',
      board: { id: 1, name: 'Service', _info: { board_href: expect.any(String) } },
      status: { id: 16, name: 'New' },
      priority: { id: 8 },
      company: { id: 2, identifier: 'COMP2' },
    });
    expect(body).not.toHaveProperty('initialDescription');
    expect((await cw('GET', 'service/tickets/7603/notes')).body).toMatchObject([
      { text: 'Hello', detailDescriptionFlag: true, createdBy: 'IntApi' },
    ]);
    const named = await cw('POST', 'service/tickets', {
      body: { summary: 'y', company: { identifier: 'ACME' }, status: { name: 'In Progress' }, board: { name: 'Service' } },
    });
    expect(named.body).toMatchObject({ company: { id: 1 }, status: { id: 17 } });
    expect((await cw('POST', 'service/tickets', { body: { summary: 'y', company: { identifier: 'NOPE' } } })).body.errors).toEqual([
      expect.objectContaining({ code: 'NotFound' }),
    ]);
  });
  it('CW-082 a status of another board is refused', async () => {
    const { cw } = await startBench();
    const body = { summary: 'x', company: { id: 1 }, board: { id: 21 }, status: { id: 17 } };
    expect(await cw('POST', 'service/tickets', { body })).toMatchObject({
      status: 400,
      body: {
        code: 'InvalidObject',
        message: 'ticket object is invalid',
        errors: [{ code: 'NotFound', message: 'Service Status 17 not found for Service Board 21', resource: 'ticket', field: 'status/id' }],
      },
    });
  });
  it('CW-085 CW-086 records that are not there', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', 'service/tickets/999999')).body).toEqual({ code: 'NotFound', message: 'Ticket 999999 not found' });
    expect(await cw('DELETE', 'company/contacts/2')).toMatchObject({ status: 204, body: undefined });
    expect(await cw('DELETE', 'company/contacts/2')).toMatchObject({
      status: 404,
      body: { code: 'NotFound', message: 'Contact 2 not found' },
    });
  });
  it('CW-111 a project names what it lacks', async () => {
    const { cw } = await startBench();
    const { status, body } = await cw('POST', 'project/projects', { body: { name: 'P' } });
    expect(status).toBe(400);
    expect(body.errors.map((error: { field: string }) => error.field)).toEqual([
      'company',
      'board',
      'billingMethod',
      'estimatedStart',
      'estimatedEnd',
    ]);
  });
  it('CW-114 exactly one default status per board', async () => {
    const { cw } = await startBench();
    const { body } = await cw('GET', 'service/boards/1/statuses');
    expect(body).toMatchObject([
      { name: 'New', closedStatus: false },
      { name: 'In Progress' },
      { name: 'Closed', closedStatus: true, escalationStatus: 'Resolved' },
    ]);
    expect(body.filter((status: { defaultFlag: boolean }) => status.defaultFlag)).toHaveLength(1);
  });
});

describe('changing', () => {
  it('CW-087 CW-089 PATCH takes an array of add, replace, remove', async () => {
    const { cw, pass } = await startBench();
    pass(5000);
    expect(await cw('PATCH', 'service/tickets/7601', { body: [replace('summary', 'y')] })).toMatchObject({
      status: 200,
      body: { summary: 'y', _info: { lastUpdated: '2026-11-23T10:00:05Z', updatedBy: 'IntApi' } },
    });
    expect((await cw('PATCH', 'service/tickets/7601', { body: { summary: 'z' } })).status).toBe(400);
    expect((await cw('PATCH', 'service/tickets/7601', { body: [{ op: 'test', path: 'summary', value: 'y' }] })).status).toBe(400);
  });
  it('CW-090 CW-091 a reference is replaced whole or not at all', async () => {
    const { cw } = await startBench();
    expect(await cw('PATCH', 'service/tickets/7601', { body: [replace('company/identifier', 'COMP2')] })).toMatchObject({
      status: 200,
      body: { company: { id: 1 } },
    });
    expect((await cw('PATCH', 'service/tickets/7601', { body: [replace('company', { identifier: 'COMP2' })] })).body.company.id).toBe(2);
  });
  it('CW-092 CW-093 CW-094 custom fields merge by id, or not, by switch', async () => {
    const { cw, sandbox } = await startBench();
    const values = async () => (await cw('GET', 'company/companies/2')).body.customFields.map((field: { value: unknown }) => field.value);
    const [{ id: sfId }, { id: source }] = (await cw('GET', 'company/companies/2')).body.customFields;
    await cw('PATCH', 'company/companies/2', { body: [replace('customFields', [{ id: source, value: 'weft' }])] });
    expect(await values()).toEqual(['001xx000003DGb2AAG', 'weft']);
    await cw('PATCH', 'company/companies/2', { body: [keep] });
    expect(await values()).toEqual(['001xx000003DGb2AAG', 'weft']);
    await cw('PATCH', 'company/companies/2', { body: [replace('customFields', [{ id: sfId, value: null }])] });
    expect(await values()).toEqual([null, 'weft']);
    sandbox.quirks.customFieldsReplaceAll = true;
    await cw('PATCH', 'company/companies/2', { body: [replace('customFields', [{ id: sfId, value: 'a' }])] });
    expect(await values()).toEqual(['a', null]);
    sandbox.quirks.patchNeedsCustomFields = true;
    expect((await cw('PATCH', 'company/companies/2', { body: [replace('name', 'N')] })).status).toBe(400);
    expect((await cw('PATCH', 'company/companies/2', { body: [replace('name', 'N'), keep] })).status).toBe(200);
  });
  it('CW-096 pointer paths into communication items; a new default beats the old', async () => {
    const { cw } = await startBench();
    const { body } = await cw('PATCH', 'company/contacts/1', {
      body: [
        replace('/communicationItems/1/value', '8135559999'),
        {
          op: 'add',
          path: '/communicationItems/3',
          value: { type: { id: '26' }, value: '8135550102', communicationType: 'Fax', defaultFlag: true },
        },
      ],
    });
    expect(body.communicationItems).toMatchObject([
      { communicationType: 'Email', domain: '@x.com' },
      { value: '8135559999' },
      { type: { id: 3 }, defaultFlag: false },
      { type: { id: 26 }, defaultFlag: true, communicationType: 'Fax' },
    ]);
  });
  it('CW-098 CW-099 add at the front appends; a string is no array', async () => {
    const { cw } = await startBench();
    const { body } = await cw('PATCH', 'company/contacts/1', {
      body: [{ op: 'add', path: '/communicationItems/0', value: { type: { id: 13 }, value: 'second@x.com', defaultFlag: true } }],
    });
    expect(body.communicationItems.at(-1)).toMatchObject({ value: 'second@x.com', defaultFlag: false });
    expect(await cw('PATCH', 'company/contacts/1', { body: [replace('communicationItems', 'x')] })).toMatchObject({
      status: 400,
      body: { code: 'InvalidPatch', message: expect.stringContaining('Could not cast or convert from System.String') },
    });
  });
  it('contact communications are a second door to the same items', async () => {
    const { cw } = await startBench();
    const created = await cw('POST', 'company/contacts/2/communications', {
      body: { type: { id: 13 }, value: 'nadia@x.com', defaultFlag: true },
    });
    expect(created).toMatchObject({ status: 201, body: { contactId: 2, communicationType: 'Email', defaultFlag: true } });
    await cw('PATCH', `company/contacts/2/communications/${created.body.id}`, { body: [replace('value', 'n@x.com')] });
    expect((await cw('GET', 'company/contacts/2')).body.communicationItems).toMatchObject([{ value: 'n@x.com' }]);
  });
  it('CW-100 CW-105 board and status move together; a closing status closes', async () => {
    const { cw } = await startBench();
    expect((await cw('PATCH', 'service/tickets/7601', { body: [replace('status', { id: 40 })] })).body.errors[0].message).toBe(
      'Service Status 40 not found for Service Board 1',
    );
    expect(
      await cw('PATCH', 'service/tickets/7601', { body: [replace('status', { name: 'Done' }), replace('board', { id: 21 })] }),
    ).toMatchObject({
      status: 200,
      body: { status: { id: 42 }, closedFlag: true, closedBy: 'IntApi', closedDate: '2026-11-23T10:00:00Z' },
    });
    const open = await cw('PATCH', 'service/tickets/7601', { body: [replace('status', { id: 41 })] });
    expect(open.body.closedFlag).toBe(false);
    expect(open.body).not.toHaveProperty('closedDate');
  });
  it('CW-101 CW-102 what PUT refuses', async () => {
    const { cw } = await startBench();
    expect(
      (await cw('PUT', 'company/companies/1', { body: { identifier: 'ACME', name: 'A', types: [{ id: 1 }] } })).body.errors[0],
    ).toMatchObject({ message: expect.stringContaining('can only be used when creating'), field: 'typeIds' });
    expect((await cw('PUT', 'company/contacts/1', { body: { firstName: 'J', communicationItems: [] } })).status).toBe(400);
    expect(await cw('PUT', 'company/companies/1', { body: { identifier: 'ACME', name: 'Acme' } })).toMatchObject({
      status: 200,
      body: { name: 'Acme' },
    });
  });
  it('CW-107 CW-109 agreement status and invoice balance follow', async () => {
    const { cw } = await startBench();
    expect((await cw('PATCH', 'finance/agreements/1', { body: [replace('endDate', '2026-11-01T00:00:00Z')] })).body.agreementStatus).toBe(
      'Expired',
    );
    expect((await cw('PATCH', 'finance/agreements/1', { body: [replace('cancelledFlag', true)] })).body.agreementStatus).toBe('Cancelled');
    expect((await cw('PATCH', 'finance/invoices/2', { body: [replace('credits', 10)] })).body.balance).toBe(50);
    expect((await cw('GET', 'finance/agreements/1/additions')).body[0]).toMatchObject({
      product: {},
      billCustomer: 'Billable',
      quantity: 10,
    });
  });
});
