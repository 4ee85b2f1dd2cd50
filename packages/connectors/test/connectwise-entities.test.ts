/** What is bought, sold, installed, billed and noted in ConnectWise: found, read, made, changed and taken away. */
import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectwiseBench } from './accounts.ts';

let sandbox: Sandbox;
let psa: TestBench;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo', limits: { connectwisePerMinute: 100_000 } });
  psa = connectwiseBench(sandbox.url);
});
afterAll(() => sandbox.close());
afterEach(() => {
  Object.assign(sandbox.quirks, { customFieldsReplaceAll: false, patchNeedsCustomFields: false, unsetReferences: 'absent' });
});

type Fields = Record<string, unknown> & { id: number };
const unique = (word: string): string => `${word} ${(serial += 1)}`;
const run = async <T>(operation: string, input: Record<string, unknown>): Promise<T> => (await psa.run(operation, input)) as T;
const created = async (object: string, record: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<Fields> =>
  (await run<{ record: Fields }>('createRecord', { object, record, ...more })).record;
const got = async (object: string, id: number, more: Record<string, unknown> = {}): Promise<Fields> =>
  (await run<{ record: Fields }>('getRecord', { object, id, ...more })).record;
const found = async (input: Record<string, unknown>): Promise<Fields[]> => (await run<{ records: Fields[] }>('findRecords', input)).records;
const sent = (method: string, part: string): number =>
  sandbox.requests.filter((one) => one.method === method && one.path.includes(part)).length;

const COMPANY = 250;
const contactOf = async (): Promise<number> => (await found({ object: 'contact', match: { 'company/id': COMPANY }, limit: 1 }))[0]?.id ?? 0;

const agreementType = async (): Promise<string> =>
  (await psa.connector.fieldValues?.(psa.context(), { object: 'agreement', field: 'type.name', record: {} }))?.choices[0]?.value ?? '';

/** An object, a record of it, a change, and how the change shows. */
const ENTITIES: readonly {
  readonly object: string;
  readonly make: () => Promise<Record<string, unknown>>;
  readonly change: Record<string, unknown>;
  readonly shows: Record<string, unknown>;
  readonly parent?: () => Promise<number>;
  readonly isBook?: boolean;
}[] = [
  {
    object: 'agreement',
    make: async () => ({
      name: unique('Care'),
      type: await agreementType(),
      company: COMPANY,
      contact: await contactOf(),
      billAmount: '120.5',
      startDate: '2026-01-01T00:00:00Z',
    }),
    change: { billAmount: 240, cancelledFlag: true, reasonCancelled: 'Moved away' },
    shows: { billAmount: 240, agreementStatus: 'Cancelled' },
    isBook: true,
  },
  {
    object: 'agreementAddition',
    parent: async () => (await found({ object: 'agreement', limit: 1 }))[0]?.id ?? 0,
    make: async () => ({ product: { id: 1 }, billCustomer: 'Billable', quantity: 3, unitPrice: 10 }),
    change: { quantity: 4 },
    shows: { quantity: 4 },
  },
  {
    object: 'opportunity',
    make: async () => ({ name: unique('Deal'), company: COMPANY, contact: await contactOf(), primarySalesRep: 'jdoe', source: 'Web' }),
    change: { notes: 'Call again', source: 'Referral' },
    shows: { notes: 'Call again', source: 'Referral' },
  },
  {
    object: 'activity',
    make: async () => ({ name: unique('Call'), assignTo: 'jdoe', company: COMPANY }),
    change: { notes: 'Done' },
    shows: { notes: 'Done' },
  },
  {
    object: 'configuration',
    make: async () => ({ name: unique('Laptop'), type: 'Workstation', company: COMPANY, serialNumber: 'S1' }),
    change: { serialNumber: 'S2' },
    shows: { serialNumber: 'S2' },
  },
  {
    object: 'invoice',
    make: async () => ({ type: 'Standard', company: COMPANY, total: 100, date: '2026-01-01T00:00:00Z', dueDate: '2026-02-01T00:00:00Z' }),
    change: { reference: 'PO 7', type: 'Miscellaneous' },
    shows: { reference: 'PO 7', type: 'Miscellaneous' },
    isBook: true,
  },
  {
    object: 'project',
    make: async () => ({
      name: unique('Move'),
      company: COMPANY,
      board: 'Projects',
      billingMethod: 'FixedFee',
      estimatedStart: '2026-01-01T00:00:00Z',
      estimatedEnd: '2026-03-01T00:00:00Z',
    }),
    change: { description: 'To the cloud', manager: 'jdoe' },
    shows: { description: 'To the cloud', manager: expect.objectContaining({ identifier: 'jdoe' }) },
  },
  {
    object: 'timeEntry',
    make: async () => {
      const ticket = await created('ticket', { summary: unique('Help'), company: COMPANY });
      return {
        chargeToId: ticket.id,
        chargeToType: 'ServiceTicket',
        member: 'jdoe',
        timeStart: '2026-01-05T09:00:00Z',
        timeEnd: '2026-01-05T10:00:00Z',
      };
    },
    change: { notes: 'Looked at it' },
    shows: { notes: 'Looked at it' },
  },
  {
    object: 'site',
    parent: async () => COMPANY,
    make: async () => ({ name: unique('Depot'), city: 'Springfield' }),
    change: { city: 'Shelbyville' },
    shows: { city: 'Shelbyville' },
  },
  {
    object: 'communication',
    parent: contactOf,
    make: async () => ({ type: { id: 1 }, value: `${unique('second').replace(' ', '')}@acme.example` }),
    change: { value: 'third@acme.example' },
    shows: { value: 'third@acme.example' },
  },
  ...(
    [
      ['companyNote', async () => COMPANY],
      ['contactNote', contactOf],
      ['ticketNote', async () => (await created('ticket', { summary: unique('Noted'), company: COMPANY })).id],
      ['projectNote', async () => (await found({ object: 'project', limit: 1 }))[0]?.id ?? 0],
      ['opportunityNote', async () => (await found({ object: 'opportunity', limit: 1 }))[0]?.id ?? 0],
    ] as const
  ).map(([object, parent]) => ({
    object,
    parent,
    make: async () => ({ text: unique('Text'), ...(object === 'ticketNote' ? { detailDescriptionFlag: true } : {}) }),
    change: { text: 'Another text' },
    shows: { text: 'Another text' },
  })),
];

describe.each(ENTITIES)('$object', ({ object, make, change, shows, parent, isBook }) => {
  test('is made, read, found, changed by what differs, and taken away where that is allowed', async () => {
    const below = parent === undefined ? {} : { parentId: await parent() };
    const record = await make();
    const { id } = await created(object, record, below);
    expect(id).toBeGreaterThan(0);
    expect(await got(object, id, below)).toMatchObject({ id });
    const byId = { object, ...below, conditions: [{ field: 'id', operator: '=', value: String(id) }] };
    expect((await found(byId)).map((one) => one.id)).toEqual([id]);
    expect(await run('countRecords', byId)).toEqual({ count: 1 });

    const updated = await run<{ record: Fields; changed: boolean }>('updateRecord', { object, id, ...below, changes: change });
    expect(updated).toMatchObject({ changed: true, record: shows });
    expect(await got(object, id, below)).toMatchObject(shows);
    const patches = sent('PATCH', '');
    expect(await run('updateRecord', { object, id, ...below, changes: change })).toMatchObject({ changed: false });
    expect(sent('PATCH', '')).toBe(patches);

    const remove = () => run('deleteRecord', { object, id, ...below }).catch((error: unknown) => error);
    const refused = { class: 'invalid', code: 'object_not_deletable' };
    expect(await remove()).toMatchObject(isBook === true ? refused : { id, deleted: true });
    expect(await remove()).toMatchObject(isBook === true ? refused : { id, deleted: false });
  });
});

describe('what cannot be', () => {
  test('set-up tables are read only, and what hangs on a record needs it', async () => {
    for (const object of ['board', 'boardStatus', 'priority', 'member', 'source', 'communicationType'])
      await expect(run('createRecord', { object, parentId: 1, record: { name: 'x' } })).rejects.toMatchObject({ code: 'object_read_only' });
    await expect(run('createRecord', { object: 'companyNote', record: { text: 'x' } })).rejects.toMatchObject({ code: 'parent_missing' });
  });

  test('a payment is entered and moves the balance', async () => {
    const invoice = await created('invoice', { type: 'Standard', company: COMPANY, total: 100 });
    await created('invoicePayment', { type: 'Payment', amount: 40 }, { parentId: invoice.id });
    expect(await got('invoice', invoice.id)).toMatchObject({ balance: 60 });
  });
});

describe('the addresses and numbers of a contact', () => {
  type Item = { id: number; value: string; communicationType: string; defaultFlag: boolean; type: { id: number } };
  const person = async (more: Record<string, unknown> = {}): Promise<Fields> =>
    created('contact', { firstName: 'Ann', lastName: unique('Lee'), company: COMPANY, ...more });
  const itemsOf = async (id: number): Promise<Item[]> => ((await got('contact', id))['communicationItems'] ?? []) as Item[];
  const short = (items: readonly Item[]): string[] =>
    items.map((item) => `${item.communicationType} ${item.value}${item.defaultFlag ? ' default' : ''}`);
  const change = (id: number, changes: Record<string, unknown>) =>
    run<{ changed: boolean }>('updateRecord', { object: 'contact', id, changes });

  test('the default of a kind is changed, whatever its type; others stay', async () => {
    const { id } = await person({ email: 'old@acme.example', phone: '5550100' });
    const contact = { parentId: id };
    await created('communication', { type: { id: 4 }, value: '5550199' }, contact);
    await change(id, { phone: '5550101' });
    expect(short(await itemsOf(id))).toEqual(['Email old@acme.example default', 'Phone 5550101 default', 'Phone 5550199']);
  });

  test('one that is there already becomes the default instead of a double', async () => {
    const { id } = await person({ email: 'one@acme.example' });
    await created('communication', { type: { id: 1 }, value: 'two@acme.example' }, { parentId: id });
    await change(id, { email: 'TWO@acme.example' });
    expect(short(await itemsOf(id))).toEqual(['Email one@acme.example', 'Email TWO@acme.example default']);
    expect(await change(id, { email: 'TWO@acme.example' })).toMatchObject({ changed: false });
  });

  test('null takes it away, blank is nothing, and a kind that was missing is added', async () => {
    const { id } = await person({ email: 'ann@acme.example', phone: '5550100', fax: '5550102' });
    await change(id, { email: null, phone: '', fax: null });
    expect(short(await itemsOf(id))).toEqual(['Phone 5550100 default']);
    expect(await change(id, { email: null })).toMatchObject({ changed: false });
    await change(id, { phone: null, email: 'new@acme.example' });
    expect(short(await itemsOf(id))).toEqual(['Email new@acme.example default']);
  });

  test('a new contact with nothing for a kind has no item of it', async () => {
    const { id } = await person({ email: null, phone: '' });
    expect(await itemsOf(id)).toEqual([]);
  });

  test.each([
    ['others keep theirs', {}],
    ['the server clears what is left out', { customFieldsReplaceAll: true }],
    ['the server refuses a change without them', { patchNeedsCustomFields: true }],
    ['unset references hold links', { unsetReferences: 'info' }],
  ] as const)('custom fields and references survive a change: %s', async (_what, quirks) => {
    Object.assign(sandbox.quirks, quirks);
    const { id } = await person({ customFields: { 'SF Id': '003A', 'Sync Src': 'here' } });
    await change(id, { title: 'CTO', email: 'cto@acme.example', 'customField:Sync Src': 'there', company: { id: COMPANY } });
    const after = await got('contact', id);
    const values = Object.fromEntries(
      (after['customFields'] as { caption: string; value: unknown }[]).map((one) => [one.caption, one.value]),
    );
    expect(values).toMatchObject({ 'SF Id': '003A', 'Sync Src': 'there' });
    expect(after).toMatchObject({ title: 'CTO', company: { id: COMPANY } });
  });
});

describe('finding', () => {
  test('rows of conditions: on the record, on its lists, on its custom fields; all or any', async () => {
    const word = unique('Quartz').replace(' ', '');
    const email = `${word.toLowerCase()}@acme.example`;
    const { id } = await created('contact', {
      firstName: word,
      lastName: 'One',
      company: COMPANY,
      email,
      customFields: { 'SF Id': `003${word}` },
    });
    const second = await created('contact', { firstName: word, lastName: 'Two', company: COMPANY });
    const ids = async (conditions: unknown, more: Record<string, unknown> = {}): Promise<number[]> =>
      (await found({ object: 'contact', conditions, ...more })).map((one) => one.id);
    const mine = { field: 'firstName', operator: '=', value: word };
    expect(await ids([mine])).toEqual([id, second.id]);
    expect(await ids([mine, { field: 'communicationItems.value', operator: '=', value: email }])).toEqual([id]);
    expect(await ids([mine, { field: 'customFields.SF_Id', operator: 'contains', value: word }])).toEqual([id]);
    expect(await ids([mine, { field: 'customField:SF Id', operator: 'isEmpty' }])).toEqual([second.id]);
    expect(await ids(JSON.stringify([mine, { field: 'lastName', operator: 'endsWith', value: 'wo' }]))).toEqual([second.id]);
    expect(await ids([mine, { field: 'lastName', operator: 'notIn', value: 'Two, Three' }])).toEqual([id]);
    expect(
      await ids(
        [
          { field: 'id', operator: '=', value: id },
          { field: 'id', operator: '=', value: second.id },
        ],
        { combine: 'any' },
      ),
    ).toEqual([id, second.id]);
    expect(
      await ids(
        [
          { field: 'id', operator: '=', value: id },
          { field: 'id', operator: '=', value: second.id },
        ],
        { combine: 'any', where: 'lastName = "Two"' },
      ),
    ).toEqual([second.id]);
    expect(await ids([{ field: '', operator: '=' }, mine])).toEqual([id, second.id]);
    await expect(ids([mine, { field: 'communicationItems.value', operator: '=', value: email }], { combine: 'any' })).rejects.toMatchObject(
      {
        code: 'filter_too_complex',
      },
    );
    await expect(ids([{ field: 'communicationItems.value', operator: 'in', value: 'a,b' }])).rejects.toMatchObject({
      code: 'filter_too_complex',
    });
  });

  test('a list of values that is too long for one address is read in several, each record once', async () => {
    const all = await found({ object: 'company', limit: 10_000 });
    const ids = all.map((one) => one.id);
    const many = [...ids, ...ids, ...Array.from({ length: 600 }, (_unused, at) => 900_000 + at)];
    const before = sandbox.requests.length;
    const read = await found({ object: 'company', conditions: [{ field: 'id', operator: 'in', value: many }], limit: 10_000 });
    expect(read.map((one) => one.id).toSorted((a, b) => a - b)).toEqual(ids.toSorted((a, b) => a - b));
    const asked = sandbox.requests.slice(before).filter(({ path }) => path.includes('company/companies'));
    expect(asked.length).toBeGreaterThan(1);
    expect(Math.max(...asked.map(({ path }) => path.length))).toBeLessThan(2000);
    expect(await run('countRecords', { object: 'company', conditions: [{ field: 'id', operator: 'in', value: many }] })).toEqual({
      count: ids.length,
    });
    await expect(
      found({ object: 'company', conditions: [{ field: 'id', operator: 'in', value: many }], orderBy: 'name' }),
    ).rejects.toMatchObject({
      code: 'filter_too_long',
    });
    const long = 'x'.repeat(2000);
    await expect(found({ object: 'company', conditions: [{ field: 'name', operator: '=', value: long }] })).rejects.toMatchObject({
      code: 'filter_too_long',
    });
  });

  test('only the chosen fields are read, with the id and the stamps', async () => {
    const [one] = await found({ object: 'ticket', fields: ['summary', 'status.name'], limit: 1 });
    expect(Object.keys(one ?? {}).toSorted()).toEqual(['_info', 'id', 'status', 'summary']);
    expect(await got('ticket', one?.id ?? 0, { fields: 'summary' })).toEqual({
      id: one?.id,
      summary: one?.['summary'],
      _info: expect.anything(),
    });
    const choices = await psa.connector.choices?.(psa.context(), {
      operation: 'findRecords',
      property: 'fields',
      values: { object: 'ticket' },
      search: 'status',
    });
    expect(choices?.map(({ value }) => value)).toContain('status.name');
  });

  test('an order keeps equal ones in their places over a page border', async () => {
    const read = await found({ object: 'company', orderBy: 'status/name', limit: 10_000 });
    expect(new Set(read.map((one) => one.id)).size).toBe(read.length);
  });
});

test('an attempt that may have happened is found again by what tells such records apart', async () => {
  const record = { name: unique('Care'), type: await agreementType(), company: COMPANY, contact: await contactOf() };
  const first = await created('agreement', record);
  const again = (await psa.run('createRecord', { object: 'agreement', record }, { mayHaveHappened: true })) as {
    created: boolean;
    record: Fields;
  };
  expect(again).toMatchObject({ created: false, record: { id: first.id } });
  await expect(
    psa.run('createRecord', { object: 'activity', record: { name: 'x', assignTo: 'jdoe' } }, { mayHaveHappened: true }),
  ).rejects.toMatchObject({
    code: 'not_searchable',
  });
});
