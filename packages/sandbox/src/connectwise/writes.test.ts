import { describe, expect, it } from 'vitest';
import { startBench } from '../testing.ts';

const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const keep = replace('customFields', []);
/** The 400 of a ticket whose status is another board's. */
const wrongStatus = (status: number, board: number) => ({
  code: 'InvalidObject',
  message: 'ticket object is invalid',
  errors: [
    { code: 'NotFound', message: `Service Status ${status} not found for Service Board ${board}`, resource: 'ticket', field: 'status/id' },
  ],
});

describe('creating', () => {
  it('CW-070 a company is created whole, by the API member', async () => {
    const { cw } = await startBench();
    const { status, body } = await cw('POST', 'company/companies', { body: { identifier: 'ACMETWO', name: 'Acme Two' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: 131,
      identifier: 'ACMETWO',
      name: 'Acme Two',
      status: { id: 1, name: 'Active' },
      site: { name: 'Main' },
      _info: { updatedBy: 'IntApi', lastUpdated: '2026-11-23T10:00:00Z' },
    });
    expect((await cw('GET', 'company/companies/131')).body).toEqual(body);
  });
  it('CW-071 without an identifier: MissingRequiredField', async () => {
    const { cw } = await startBench();
    expect(await cw('POST', 'company/companies', { body: { name: 'x' } })).toMatchObject({
      status: 400,
      body: {
        code: 'InvalidObject',
        message: 'company object is invalid',
        errors: [{ code: 'MissingRequiredField', resource: 'company', field: 'identifier' }],
      },
    });
  });
  it('CW-072 a name of 51 characters: MaxLengthField', async () => {
    const { cw } = await startBench();
    const answer = await cw('POST', 'company/companies', { body: { identifier: 'B', name: 'n'.repeat(51) } });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errors: [{ code: 'MaxLengthField', message: 'The field name must be a string with a maximum length of 50.', field: 'name' }],
      },
    });
  });
  it('CW-073 an identifier that is taken: ObjectExists', async () => {
    const { cw } = await startBench();
    expect(await cw('POST', 'company/companies', { body: { identifier: 'acme', name: 'Again' } })).toMatchObject({
      status: 400,
      body: {
        code: 'InvalidObject',
        errors: [{ code: 'ObjectExists', message: 'Company ID already in use.', field: 'identifier' }],
      },
    });
  });
  it('an identifier is free again when its company has another or is gone; what a company is given by a change is taken', async () => {
    const { cw, sandbox } = await startBench();
    const { store } = sandbox.connectwise;
    const make = async (identifier: string): Promise<{ status: number; id: number }> => {
      const { status, body } = await cw('POST', 'company/companies', { body: { identifier, name: 'One' } });
      return { status, id: body.id };
    };
    const first = await make('First');
    expect([(await make('fIRST')).status, first.status]).toEqual([400, 201]);
    const path = `company/companies/${first.id}`;
    expect((await cw('PATCH', path, { body: [replace('identifier', 'Moved'), keep] })).status).toBe(200);
    expect((await cw('PATCH', path, { body: [replace('name', 'Keeps its own'), keep] })).status).toBe(200);
    expect((await make('MOVED')).status).toBe(400);
    const second = await make('first');
    expect(second.status).toBe(201);
    expect((await cw('DELETE', `company/companies/${second.id}`)).status).toBe(204);
    expect((await make('First')).status).toBe(201);
    // Also after all records were replaced.
    const saved = store.save();
    await make('Later');
    store.load(saved);
    expect([(await make('later')).status, (await make('moved')).status]).toEqual([201, 400]);
  });
  it('CW-075 a contact needs a first name and no company; its custom fields are all there', async () => {
    const { cw } = await startBench();
    expect((await cw('POST', 'company/contacts', { body: { lastName: 'x' } })).body.errors[0]).toMatchObject({
      code: 'MissingRequiredField',
      message: 'The firstName field is required.',
      resource: 'contact',
    });
    const { status, body } = await cw('POST', 'company/contacts', { body: { firstName: 'Estella', lastName: 'Mcdowell' } });
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('company');
    expect(body).toMatchObject({
      types: [],
      customFields: [
        { caption: 'SF Id', value: null },
        { caption: 'Sync Src', value: null },
      ],
    });
  });
  it('CW-077 a number where a reference belongs', async () => {
    const { cw } = await startBench();
    expect(await cw('POST', 'service/tickets', { body: { summary: 'x', company: 250 } })).toMatchObject({
      status: 400,
      body: { code: 'ConnectWiseApi', message: expect.stringMatching(/Error converting value.*Path 'company'/) },
    });
  });
  it('CW-078 a member the model does not have; errors is null', async () => {
    const { cw } = await startBench();
    expect(await cw('POST', 'company/contacts', { body: { firstName: 'x', type: 1 } })).toMatchObject({
      status: 400,
      body: {
        errors: null,
        message: expect.stringMatching(/Could not find member 'type' on object of type 'Contact'\..*Check your accept header/),
      },
    });
  });
  it('CW-103 a boolean that cannot be read is a 500', async () => {
    const { cw } = await startBench();
    const answer = await cw('POST', 'company/contacts', { body: { firstName: 'x', inactiveFlag: 'maybe' } });
    expect([answer.status, answer.body]).toEqual([
      500,
      { code: 'ConnectWiseApi', message: 'String was not recognized as a valid Boolean.' },
    ]);
  });
  it('a body that is no object, and one that is no JSON', async () => {
    const { cw } = await startBench();
    expect(await cw('POST', 'company/companies', { body: [] })).toMatchObject({
      status: 400,
      body: {
        code: 'ConnectWiseApi',
        message: expect.stringContaining("Cannot deserialize the current JSON array (e.g. [1,2,3]) into type 'Company'"),
      },
    });
    const headers = { 'content-type': 'application/json' };
    expect(await cw('POST', 'company/companies', { body: '{"name":', headers })).toMatchObject({ status: 400, body: { errors: null } });
    expect(await cw('POST', 'company/companies', { body: 'name=x', headers: { 'content-type': 'text/plain' } })).toMatchObject({
      status: 415,
      body: { message: "The request entity's media type 'text/plain' is not supported for this resource." },
    });
  });
  it('a day that no calendar has is refused, written and asked for', async () => {
    const { cw } = await startBench();
    expect(await cw('PATCH', 'finance/agreements/1', { body: [replace('endDate', '2026-02-30')] })).toMatchObject({
      status: 400,
      body: { code: 'ConnectWiseApi', message: expect.stringContaining('Could not convert string to DateTime: 2026-02-30') },
    });
    expect((await cw('GET', `finance/agreements?conditions=${encodeURIComponent('endDate > [2026-02-30T00:00:00Z]')}`)).status).toBe(400);
  });
  it('a line break in a text of one line becomes a space; in a note it stays', async () => {
    const { cw } = await startBench();
    const ticket = await cw('POST', 'service/tickets', { body: { summary: 'one\r\ntwo', company: { id: 1 }, initialDescription: 'a\nb' } });
    expect(ticket.body.summary).toBe('one two');
    expect((await cw('GET', `service/tickets/${ticket.body.id}/notes`)).body[0].text).toBe('a\nb');
  });
  it('CW-079 a ticket fills in board, status and priority, and shows its references whole', async () => {
    const { cw } = await startBench();
    const { status, body } = await cw('POST', 'service/tickets', {
      body: { summary: 'x', company: { id: 2 }, initialDescription: 'Hello' },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: 7603,
      recordType: 'ServiceTicket',
      board: { id: 1, name: 'Service', _info: { board_href: expect.stringMatching(/\/service\/boards\/1$/) } },
      status: { id: 16, name: 'New', _info: { status_href: expect.any(String) } },
      priority: { id: 8, name: 'Priority 3 - Normal Response', _info: { priority_href: expect.any(String) } },
      company: { id: 2, identifier: 'COMP2', name: 'Company 002', _info: { company_href: expect.any(String) } },
    });
    expect(body).not.toHaveProperty('initialDescription');
    expect((await cw('GET', 'service/tickets/7603/notes')).body).toMatchObject([
      { text: 'Hello', detailDescriptionFlag: true, createdBy: 'IntApi' },
    ]);
  });
  it('CW-080 references by identifier and by name; an unknown one is NotFound', async () => {
    const { cw } = await startBench();
    const create = (references: Record<string, unknown>) => cw('POST', 'service/tickets', { body: { summary: 'y', ...references } });
    expect(
      (await create({ company: { identifier: 'ACME' }, status: { name: 'In Progress' }, board: { name: 'Service' } })).body,
    ).toMatchObject({
      company: { id: 1 },
      board: { id: 1 },
      status: { id: 17 },
    });
    expect(await create({ company: { identifier: 'NOPE' } })).toMatchObject({
      status: 400,
      body: { code: 'InvalidObject', errors: [{ code: 'NotFound' }] },
    });
    expect(await create({ company: { id: 1 }, board: { name: 'Nowhere' } })).toMatchObject({
      status: 400,
      body: { code: 'InvalidObject', errors: [{ code: 'NotFound', field: 'board/name' }] },
    });
  });
  it('CW-082 a status of another board is refused, in exact words', async () => {
    const { cw } = await startBench();
    const answer = await cw('POST', 'service/tickets', {
      body: { summary: 'x', company: { id: 1 }, board: { id: 21 }, status: { id: 17 } },
    });
    expect([answer.status, answer.body]).toEqual([400, wrongStatus(17, 21)]);
  });
  it('CW-085 a ticket that is not there: exact 404', async () => {
    const { cw } = await startBench();
    const answer = await cw('GET', 'service/tickets/999999');
    expect([answer.status, answer.body]).toEqual([404, { code: 'NotFound', message: 'Ticket 999999 not found' }]);
  });
  it('CW-086 a delete is 204 and empty, the second one 404', async () => {
    const { cw } = await startBench();
    expect(await cw('DELETE', 'company/contacts/2')).toMatchObject({ status: 204, body: undefined });
    const again = await cw('DELETE', 'company/contacts/2');
    expect([again.status, again.body]).toEqual([404, { code: 'NotFound', message: 'Contact 2 not found' }]);
  });
  it('CW-111 a project names each of what it lacks', async () => {
    const { cw } = await startBench();
    const whole = {
      name: 'P',
      company: { id: 1 },
      board: { id: 21 },
      billingMethod: 'FixedFee',
      estimatedStart: '2026-12-01',
      estimatedEnd: '2026-12-24',
    };
    for (const missing of Object.keys(whole)) {
      const { status, body } = await cw('POST', 'project/projects', { body: { ...whole, [missing]: undefined } });
      expect([status, body.errors.map((error: { field: string }) => error.field)]).toEqual([400, [missing]]);
    }
    expect((await cw('POST', 'project/projects', { body: whole })).status).toBe(201);
  });
  it('CW-114 the statuses of a board, exactly one of them the default', async () => {
    const { cw } = await startBench();
    const { body } = await cw('GET', 'service/boards/1/statuses');
    expect(body).toMatchObject([{ name: 'New' }, { name: 'In Progress' }, { name: 'Closed' }]);
    for (const status of body)
      expect(status).toMatchObject({
        id: expect.any(Number),
        name: expect.any(String),
        sortOrder: expect.any(Number),
        closedStatus: status.name === 'Closed',
        defaultFlag: expect.any(Boolean),
        escalationStatus: expect.stringMatching(/^(NotResponded|Responded|ResolutionPlan|Resolved|NoEscalation)$/),
      });
    expect(body.filter((status: { defaultFlag: boolean }) => status.defaultFlag)).toHaveLength(1);
  });
});

describe('changing', () => {
  it('CW-087 PATCH answers the whole record, later than before', async () => {
    const { cw, pass } = await startBench();
    pass(5000);
    expect(await cw('PATCH', 'service/tickets/7601', { body: [replace('summary', 'y')] })).toMatchObject({
      status: 200,
      body: { id: 7601, summary: 'y', company: { id: 1 }, _info: { lastUpdated: '2026-11-23T10:00:05Z', updatedBy: 'IntApi' } },
    });
  });
  it.each([
    ['an object', { summary: 'z' }],
    ['the operation test', [{ op: 'test', path: 'summary', value: 'y' }]],
    ['the operation move', [{ op: 'move', from: 'summary', path: 'poNumber' }]],
    ['an operation without a path', [{ op: 'replace', value: 'y' }]],
    ['a path in other case', [replace('Summary', 'y')]],
  ])('CW-089 PATCH refuses %s', async (_name, body) => {
    const { cw } = await startBench();
    expect((await cw('PATCH', 'service/tickets/7601', { body })).status).toBe(400);
    expect((await cw('GET', 'service/tickets/7601')).body.summary).toBe('Printer test');
  });
  it('CW-090 a path into a reference answers 200 and changes nothing', async () => {
    const { cw } = await startBench();
    expect(await cw('PATCH', 'service/tickets/7601', { body: [replace('company/identifier', 'COMP2')] })).toMatchObject({
      status: 200,
      body: { company: { id: 1, identifier: 'ACME' } },
    });
  });
  it('CW-091 a reference is replaced whole', async () => {
    const { cw } = await startBench();
    expect(await cw('PATCH', 'service/tickets/7601', { body: [replace('company', { identifier: 'COMP2' })] })).toMatchObject({
      status: 200,
      body: { company: { id: 2, identifier: 'COMP2' } },
    });
  });
  it('a leading slash in a path is taken as well', async () => {
    const { cw } = await startBench();
    expect((await cw('PATCH', 'service/tickets/7601', { body: [replace('/summary', 'y')] })).body.summary).toBe('y');
  });
  it('CW-092 one custom field leaves the others, or clears them by switch', async () => {
    const { cw, sandbox } = await startBench();
    const set = async (id: number, value: string | null) =>
      (await cw('PATCH', 'company/companies/2', { body: [replace('customFields', [{ id, value }])] })).body.customFields.map(
        (field: { value: unknown }) => field.value,
      );
    const [{ id: sfId }, { id: source }] = (await cw('GET', 'company/companies/2')).body.customFields;
    expect(await set(source, 'weft')).toEqual(['001xx000003DGb2AAG', 'weft']);
    sandbox.quirks.customFieldsReplaceAll = true;
    expect(await set(sfId, 'a')).toEqual(['a', null]);
  });
  it('CW-093 an empty array clears nothing, a null clears one', async () => {
    const { cw } = await startBench();
    const patch = (value: unknown) => cw('PATCH', 'company/companies/2', { body: [replace('customFields', value)] });
    const [{ id: sfId }, { id: source }] = (await cw('GET', 'company/companies/2')).body.customFields;
    await patch([{ id: source, value: 'weft' }]);
    expect(await patch([])).toMatchObject({ status: 200, body: { customFields: [{ value: '001xx000003DGb2AAG' }, { value: 'weft' }] } });
    expect((await patch([{ id: sfId, value: null }])).body.customFields).toMatchObject([{ value: null }, { value: 'weft' }]);
  });
  it.each(['company/companies/2', 'company/contacts/2'])(
    'CW-094 by switch, a PATCH of %s without custom fields is refused',
    async (path) => {
      const { cw, sandbox } = await startBench();
      const change = replace(path.includes('contacts') ? 'firstName' : 'name', 'N');
      expect((await cw('PATCH', path, { body: [change] })).status).toBe(200);
      sandbox.quirks.patchNeedsCustomFields = true;
      expect((await cw('PATCH', path, { body: [change] })).status).toBe(400);
      expect((await cw('PATCH', path, { body: [change, keep] })).status).toBe(200);
    },
  );
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
      { type: { id: 13 }, communicationType: 'Email', domain: '@x.com' },
      { type: { id: 2 }, value: '8135559999' },
      { type: { id: 3 }, defaultFlag: false },
      { type: { id: 26 }, defaultFlag: true, communicationType: 'Fax' },
    ]);
    expect(body.communicationItems).toHaveLength(4);
  });
  it('items are removed by place', async () => {
    const { cw } = await startBench();
    const { body } = await cw('PATCH', 'company/contacts/1', {
      body: [
        { op: 'remove', path: '/communicationItems/2' },
        { op: 'remove', path: '/communicationItems/0' },
      ],
    });
    expect(body.communicationItems).toMatchObject([{ value: '8135550100' }]);
  });
  it('CW-098 an add at the front is appended, and its defaultFlag counts for nothing', async () => {
    const { cw } = await startBench();
    const { body } = await cw('PATCH', 'company/contacts/1', {
      body: [{ op: 'add', path: '/communicationItems/0', value: { type: { id: 13 }, value: 'second@x.com', defaultFlag: true } }],
    });
    expect(body.communicationItems).toMatchObject([
      { value: 'john@x.com', defaultFlag: true },
      {},
      {},
      { value: 'second@x.com', defaultFlag: false },
    ]);
  });
  it('CW-099 a string is no array of items: InvalidPatch', async () => {
    const { cw } = await startBench();
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
  it('contact communications are a list like any other: conditions, order, paging, fields, count', async () => {
    const { cw } = await startBench();
    const path = 'company/contacts/1/communications';
    const ask = async (query: string) => (await cw('GET', `${path}?${query}`)).body;
    expect(await ask(`conditions=${encodeURIComponent('communicationType="Email" and defaultFlag=true')}&fields=value`)).toEqual([
      { value: 'john@x.com' },
    ]);
    expect(await ask('orderBy=id%20desc&fields=id')).toEqual([{ id: 3 }, { id: 2 }, { id: 1 }]);
    const first = await cw('GET', `${path}?pageSize=2&fields=id`);
    expect([first.body, first.headers.get('link')]).toEqual([[{ id: 1 }, { id: 2 }], expect.stringContaining('page=2>; rel="next"')]);
    expect((await cw('GET', `${path}/count?conditions=${encodeURIComponent('type/id=2')}`)).body).toEqual({ count: 1 });
    expect((await cw('GET', `${path}?conditions=${encodeURIComponent('nonsense=1')}`)).body).toEqual({
      code: 'ApiFindCondition',
      message: 'nonsense is not a recognized name.',
    });
  });
  it('CW-100 a status of another board is refused; board and status together are not', async () => {
    const { cw } = await startBench();
    const refused = await cw('PATCH', 'service/tickets/7601', { body: [replace('status', { id: 40 })] });
    expect([refused.status, refused.body]).toEqual([400, wrongStatus(40, 1)]);
    expect(
      await cw('PATCH', 'service/tickets/7601', { body: [replace('status', { name: 'Approved' }), replace('board', { id: 21 })] }),
    ).toMatchObject({ status: 200, body: { board: { id: 21 }, status: { id: 41 } } });
  });
  it('CW-105 a closing status closes the ticket, another opens it again', async () => {
    const { cw } = await startBench();
    const move = (id: number) => cw('PATCH', 'service/tickets/7601', { body: [replace('status', { id })] });
    expect((await move(18)).body).toMatchObject({ closedFlag: true, closedBy: 'IntApi', closedDate: '2026-11-23T10:00:00Z' });
    const open = await move(17);
    expect(open.body.closedFlag).toBe(false);
    expect(open.body).not.toHaveProperty('closedDate');
  });
  it('the whole record is checked, also what a PATCH does not touch', async () => {
    const { cw, sandbox } = await startBench();
    const row = sandbox.connectwise.store.get('company', 2);
    if (row) row.values['yearEstablished'] = 190;
    expect(await cw('PATCH', 'company/companies/2', { body: [replace('customFields', [])] })).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'OutOfRange', message: 'The field yearEstablished must be between 1900 and 9999.' }] },
    });
  });
  it('CW-101 PUT takes no types', async () => {
    const { cw } = await startBench();
    expect(await cw('PUT', 'company/companies/1', { body: { identifier: 'ACME', name: 'A', types: [{ id: 1 }] } })).toMatchObject({
      status: 400,
      body: { errors: [{ message: expect.stringContaining('can only be used when creating'), field: 'typeIds' }] },
    });
  });
  it('CW-102 PUT of a contact takes no communication items', async () => {
    const { cw } = await startBench();
    expect((await cw('PUT', 'company/contacts/1', { body: { firstName: 'J', communicationItems: [] } })).status).toBe(400);
  });
  it('PUT sets back what it does not name, custom fields excepted', async () => {
    const { cw } = await startBench();
    const { status, body } = await cw('PUT', 'company/companies/2', { body: { identifier: 'COMP2', name: 'Two' } });
    expect([status, body.name, body.phoneNumber, body.customFields[0].value]).toEqual([200, 'Two', undefined, '001xx000003DGb2AAG']);
  });
  it('CW-107 an agreement runs out on its last day and can be cancelled', async () => {
    const { cw, pass } = await startBench();
    const status = async () => (await cw('GET', 'finance/agreements/1')).body.agreementStatus;
    expect(await status()).toBe('Active');
    pass(40 * 86_400_000);
    expect(await status()).toBe('Expired');
    expect((await cw('GET', `finance/agreements?conditions=${encodeURIComponent('agreementStatus="Expired"')}`)).body).toHaveLength(1);
    expect((await cw('GET', 'finance/agreements/1/additions')).body[0].agreementStatus).toBe('Expired');
    expect((await cw('PATCH', 'finance/agreements/1', { body: [replace('endDate', '2027-12-31')] })).body.agreementStatus).toBe('Active');
    expect((await cw('PATCH', 'finance/agreements/1', { body: [replace('cancelledFlag', true)] })).body).toMatchObject({
      agreementStatus: 'Cancelled',
      cancelledFlag: true,
    });
  });
  it('CW-109 an invoice has number, status, dates and amounts; its balance is what is left of the total', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', 'finance/invoices/2')).body).toMatchObject({
      invoiceNumber: '902',
      type: 'Standard',
      status: { id: 1, name: 'Open', isClosed: false },
      company: { id: 1, name: 'Acme Ltd' },
      date: '2026-10-23T00:00:00Z',
      dueDate: '2026-11-20T00:00:00Z',
      total: 100,
      payments: 40,
      credits: 0,
      balance: 60,
    });
    expect((await cw('PATCH', 'finance/invoices/2', { body: [replace('credits', 10)] })).body.balance).toBe(50);
  });
});
