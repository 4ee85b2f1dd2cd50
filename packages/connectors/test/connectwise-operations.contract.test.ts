import { isWeftError } from '@weft/connector-kit';
import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox } from '@weft/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectwiseBench } from './accounts.ts';

type Found = { record: Record<string, unknown> & { id: number }; created: boolean; matchedBy?: string | null; note?: unknown };

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let psa: TestBench;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo' });
  psa = connectwiseBench(sandbox.url);
});
afterAll(() => sandbox.close());

/** Names no other test uses. */
const unique = (word: string): string => `${word} ${(serial += 1)}${Date.now().toString(36)}`;
const sfId = (): string => `001${`${(serial += 1)}`.padStart(12, '0')}AAA`;
const run = async (operation: string, input: Record<string, unknown>, options?: Parameters<TestBench['run']>[2]): Promise<Found> =>
  (await psa.run(operation, input, options)) as Found;
const find = async (object: string, match: Record<string, unknown>): Promise<{ id: number }[]> =>
  ((await psa.run('findRecords', { object, match })) as { records: { id: number }[] }).records;
const customValue = (record: Record<string, unknown>, caption: string): unknown =>
  (record['customFields'] as { caption: string; value: unknown }[]).find((field) => field.caption === caption)?.value;

describe('companies', () => {
  test('one account makes one company, however often it is asked for', async () => {
    const name = unique('Northwind');
    const salesforceId = sfId();
    const first = await run('findOrCreateCompany', {
      name,
      salesforceId,
      website: 'https://northwind.example',
      record: { phoneNumber: '5550100' },
    });
    expect(first).toMatchObject({ created: true, matchedBy: null, record: { name, phoneNumber: '5550100' } });
    expect(first.record['identifier']).toMatch(/^[A-Z0-9]{1,25}$/);
    expect(customValue(first.record, 'SF Id')).toBe(salesforceId);
    const again = await run('findOrCreateCompany', { name: 'Renamed since', salesforceId });
    expect(again).toMatchObject({ created: false, matchedBy: 'salesforceId', record: { id: first.record.id } });
  });

  test('a company that was there before is found by its name and linked', async () => {
    const name = unique('Fabrikam');
    const before = await run('createRecord', {
      object: 'company',
      record: { name: `${name}, Inc.`, identifier: `FAB${Date.now().toString(36).toUpperCase()}`, site: { name: 'Main' } },
    });
    const salesforceId = sfId();
    const found = await run('findOrCreateCompany', { name: name.toUpperCase(), salesforceId });
    expect(found).toMatchObject({ created: false, matchedBy: 'name', record: { id: before.record.id } });
    expect(customValue(found.record, 'SF Id')).toBe(salesforceId);
  });

  test('it is never guessed: another account’s company and several namesakes are conflicts', async () => {
    const name = unique('Contoso');
    const first = await run('findOrCreateCompany', { name, salesforceId: sfId() });
    await expect(psa.run('findOrCreateCompany', { name, salesforceId: sfId() })).rejects.toMatchObject({
      class: 'conflict',
      code: 'linked_elsewhere',
    });
    await run('createRecord', {
      object: 'company',
      record: { name: `${name} Ltd`, identifier: `CON${Date.now().toString(36).toUpperCase()}`, site: { name: 'Main' } },
    });
    await expect(psa.run('findOrCreateCompany', { name })).rejects.toMatchObject({
      class: 'conflict',
      code: 'ambiguous_match',
      message: expect.stringContaining(String(first.record.id)),
    });
  });

  test('names without letters are told apart as they are written', async () => {
    const first = await run('findOrCreateCompany', { name: '***' });
    expect(await run('findOrCreateCompany', { name: '%%%' })).toMatchObject({ created: true });
    expect(await run('findOrCreateCompany', { name: '🚀' })).toMatchObject({ created: true });
    expect(await run('findOrCreateCompany', { name: '***' })).toMatchObject({ created: false, record: { id: first.record.id } });
  });

  test('a person without a last name is found again, and so is a reference with a line end', async () => {
    const companyId = (await run('findOrCreateCompany', { name: unique('Lucerne') })).record.id;
    const person = { companyId, firstName: unique('Cher') };
    const first = await run('findOrCreateContact', person);
    expect(await run('findOrCreateContact', person)).toMatchObject({ created: false, record: { id: first.record.id } });
    const ticket = { companyId, externalXRef: `${unique('two')}\nlines`, summary: 'x' };
    const made = await run('createTicketOnce', ticket);
    expect(await run('createTicketOnce', ticket)).toMatchObject({ created: false, record: { id: made.record.id } });
  });

  test('no path of another place is reached by an id', async () => {
    for (const id of ['.', '..', '250/notes', '1e3', '-1'])
      await expect(psa.run('getRecord', { object: 'contact', id })).rejects.toMatchObject({ class: 'invalid', code: 'input_invalid' });
    await expect(psa.run('findRecords', { object: 'constructor' })).rejects.toMatchObject({ code: 'object_unknown' });
  });

  test('a taken identifier gives way to a variant, a long name is cut at a word', async () => {
    const word = `Z${Date.now().toString(36)}`;
    const taken = await run('findOrCreateCompany', { name: `${word} Consolidated International Holdings One Group` });
    const next = await run('findOrCreateCompany', {
      name: `${word} Consolidated International Holdings Two Group of the Northern Hemisphere`,
    });
    expect(next.created).toBe(true);
    expect(next.record['identifier']).not.toBe(taken.record['identifier']);
    expect(String(next.record['name']).length).toBeLessThanOrEqual(50);
    expect(next.record['name']).not.toMatch(/\s$/);
  });
});

describe('contacts', () => {
  test('are found by e-mail in their company, then by name', async () => {
    const companyId = (await run('findOrCreateCompany', { name: unique('Tailspin') })).record.id;
    const person = { companyId, firstName: 'Ann', lastName: 'Lee', email: `ann${serial}@tailspin.example`, phone: '5550101' };
    const first = await run('findOrCreateContact', person);
    expect(first).toMatchObject({ created: true, record: { firstName: 'Ann' } });
    expect(first.record['communicationItems']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ value: person.email, communicationType: 'Email' }),
        expect.objectContaining({ value: '5550101', communicationType: 'Phone' }),
      ]),
    );
    expect(await run('findOrCreateContact', person)).toMatchObject({ created: false, matchedBy: 'email', record: { id: first.record.id } });
    const nameless = await run('findOrCreateContact', { companyId, firstName: 'Bo', lastName: 'Ek' });
    expect(await run('findOrCreateContact', { companyId, firstName: 'Bo', lastName: 'Ek', email: 'bo@tailspin.example' })).toMatchObject({
      created: false,
      matchedBy: 'name',
      record: { id: nameless.record.id },
    });
    expect(
      await run('findOrCreateContact', { companyId, firstName: 'Ann', lastName: 'Lee', email: 'other@tailspin.example' }),
    ).toMatchObject({ created: true });
  });
});

describe('tickets', () => {
  test('one per external reference; the second time a note', async () => {
    const companyId = (await run('findOrCreateCompany', { name: unique('Litware') })).record.id;
    const input = {
      externalXRef: `sf-opp:${serial}-${Date.now()}`,
      summary: `Onboarding: ${'long '.repeat(40)}`,
      companyId,
      noteIfExists: 'Won again.',
    };
    const first = await run('createTicketOnce', input);
    expect(first).toMatchObject({ created: true, note: null, record: { externalXRef: input.externalXRef } });
    expect(String(first.record['summary']).length).toBeLessThanOrEqual(100);
    const second = await run('createTicketOnce', input);
    expect(second).toMatchObject({ created: false, record: { id: first.record.id }, note: { text: 'Won again.' } });
    expect(await find('ticket', { externalXRef: input.externalXRef })).toHaveLength(1);
  });

  test('a create that may have happened already is looked up, with a key or with ours', async () => {
    const companyId = (await run('findOrCreateCompany', { name: unique('Proseware') })).record.id;
    const input = { object: 'ticket', record: { summary: 'Printer', company: companyId } };
    const idempotencyKey = `run-${Date.now()}/ticket/`;
    const first = await run('createRecord', input, { idempotencyKey });
    const second = await run('createRecord', input, { idempotencyKey, mayHaveHappened: true });
    expect(second).toMatchObject({ created: false, record: { id: first.record.id } });
  });

  test('a status of another board is refused in the vendor’s words', async () => {
    const companyId = (await run('findOrCreateCompany', { name: unique('Adatum') })).record.id;
    await expect(
      psa.run('createTicketOnce', { externalXRef: unique('x'), summary: 'x', companyId, status: 'No such status' }),
    ).rejects.toMatchObject({ class: 'invalid', issues: [expect.objectContaining({ path: expect.stringContaining('status') })] });
  });

  test('a note is not written twice after an interruption', async () => {
    const companyId = (await run('findOrCreateCompany', { name: unique('Wingtip') })).record.id;
    const ticket = await run('createTicketOnce', { externalXRef: unique('note'), summary: 'x', companyId });
    const note = { object: 'ticket', id: ticket.record.id, text: 'Line one\nline two' };
    const first = (await psa.run('addNote', note)) as { note: { id: number } };
    const second = (await psa.run('addNote', note, { mayHaveHappened: true })) as { note: { id: number } };
    expect(second.note.id).toBe(first.note.id);
  });
});

describe('changing', () => {
  test('a change leaves the other fields and custom fields as they were', async () => {
    const salesforceId = sfId();
    const company = await run('findOrCreateCompany', { name: unique('Relecloud'), salesforceId });
    const updated = (await psa.run('updateRecord', {
      object: 'company',
      id: company.record.id,
      changes: { phoneNumber: '5550199', customFields: { Sync_Src: 'salesforce' } },
    })) as { record: Record<string, unknown>; changed: boolean };
    expect(updated).toMatchObject({ changed: true, record: { phoneNumber: '5550199', name: company.record['name'] } });
    expect([customValue(updated.record, 'SF Id'), customValue(updated.record, 'Sync Src')]).toEqual([salesforceId, 'salesforce']);
    expect(await psa.run('updateRecord', { object: 'company', id: company.record.id, changes: { phoneNumber: '5550199' } })).toMatchObject({
      changed: false,
    });
  });

  test('what is not there is said so, in one call', async () => {
    await expect(psa.run('getRecord', { object: 'ticket', id: 99_999_999 })).rejects.toMatchObject({
      class: 'notFound',
      message: expect.stringContaining('99999999'),
    });
  });

  test('a value cannot widen a search', async () => {
    expect(await find('company', { name: 'x" or id > 0 or name="y' })).toEqual([]);
  });
});

describe('watching', () => {
  test('begins now, gives each change once, and tells created from updated', async () => {
    const input = { object: 'company' };
    const begun = await psa.poll('recordChanged', input, undefined);
    expect(begun.events).toEqual([]);
    const company = await run('findOrCreateCompany', { name: unique('Watched') });
    const created = await psa.poll('recordChanged', input, begun.cursor);
    expect(created.events.map((event) => event.payload)).toEqual([
      expect.objectContaining({ event: 'created', object: 'company', record: expect.objectContaining({ id: company.record.id }) }),
    ]);
    expect((await psa.poll('recordChanged', input, created.cursor)).events).toEqual([]);
    expect(JSON.parse(JSON.stringify(created.cursor))).toEqual(created.cursor);
    // Stamps hold whole seconds: another change within that second is given as well.
    await psa.run('updateRecord', { object: 'company', id: company.record.id, changes: { city: 'Bath' } });
    const changed = await psa.poll('recordChanged', input, created.cursor);
    expect(changed.events.map((event) => event.payload)).toEqual([
      expect.objectContaining({ event: 'updated', record: expect.objectContaining({ id: company.record.id, city: 'Bath' }) }),
    ]);
    expect(changed.events[0]?.dedupKey).not.toBe(created.events[0]?.dedupKey);
  });
});

describe('callbacks', () => {
  test('are registered once and removed without complaint', async () => {
    const trigger = psa.connector.operations.find((operation) => operation.id === 'callback');
    if (trigger?.kind !== 'trigger' || trigger.mode !== 'push') throw new Error('callback is not a push trigger');
    const input = { object: 'ticket' } as never;
    const state = await trigger.activate(psa.context(), input, 'https://weft.example/hooks/abc', undefined);
    const registered = (): unknown[] => sandbox.connectwise.store.all('callback').map(({ values }) => values['url']);
    // What the searches begin with moves with the clock.
    const { callbackId } = state as { callbackId: number };
    expect(await trigger.activate(psa.context(), input, 'https://weft.example/hooks/abc', state)).toMatchObject({ callbackId });
    expect(registered()).toEqual(['https://weft.example/hooks/abc?recordId=']);
    const moved = await trigger.activate(psa.context(), input, 'https://weft.example/hooks/def', state);
    expect(moved).not.toEqual(state);
    expect(registered()).toEqual(['https://weft.example/hooks/def?recordId=']);
    await trigger.deactivate(psa.context(), input, moved);
    await trigger.deactivate(psa.context(), input, moved);
    expect(registered()).toEqual([]);
  });
});

describe('forms', () => {
  test('the mapper sees custom fields and the account’s own values', async () => {
    const fields = (await psa.connector.fields?.(psa.context(), 'company')) ?? [];
    expect(fields.map((field) => field.name)).toEqual(expect.arrayContaining(['identifier', 'name', 'customFields.SF_Id']));
    expect(fields.find((field) => field.name === 'name')).toMatchObject({ required: true, maxLength: 50 });
  });

  test('statuses belong to their board', async () => {
    const boards = (await psa.connector.choices?.(psa.context(), { operation: 'createTicketOnce', property: 'board', values: {} })) ?? [];
    expect(boards.length).toBeGreaterThan(0);
    const statuses =
      (await psa.connector.choices?.(psa.context(), {
        operation: 'createTicketOnce',
        property: 'status',
        values: { board: boards[0]?.value },
      })) ?? [];
    expect(statuses.length).toBeGreaterThan(0);
  });
});

test('every failure is one of ours', async () => {
  const failure = await psa.run('findRecords', { object: 'company', where: 'noSuchField = 1' }).catch((error: unknown) => error);
  expect(isWeftError(failure)).toBe(true);
  expect(failure).toMatchObject({ class: 'invalid', code: 'ApiFindCondition' });
});

describe('what no other operation does', () => {
  test('CW-086 what is gone already is no error of deleting, and books are not deleted', async () => {
    const { record: contact } = await run('createRecord', {
      object: 'contact',
      record: { firstName: 'Gone', lastName: unique('Soon'), company: 250 },
    });
    expect(await psa.run('deleteRecord', { object: 'contact', id: contact.id })).toEqual({ id: contact.id, deleted: true });
    expect(await psa.run('deleteRecord', { object: 'contact', id: contact.id })).toEqual({ id: contact.id, deleted: false });
    await expect(psa.run('deleteRecord', { object: 'invoice', id: 1 })).rejects.toMatchObject({ code: 'object_not_deletable' });
    await expect(psa.run('deleteRecord', { object: 'contact', id: 'abc' })).rejects.toThrow('which is a number');
  });

  test('notes come page by page, as many as asked for', async () => {
    const { record: ticket } = await run('createTicketOnce', { externalXRef: unique('notes'), summary: 'Notes', companyId: 250 });
    for (const word of ['one', 'two', 'three']) await run('addNote', { object: 'ticket', id: ticket.id, text: word });
    const texts = async (limit: number): Promise<unknown> => {
      const { notes, hasMore } = (await psa.run('listNotes', { object: 'ticket', id: ticket.id, limit })) as {
        notes: { text: string }[];
        hasMore: boolean;
      };
      return [notes.map(({ text }) => text), hasMore];
    };
    expect(await texts(2)).toEqual([['one', 'two'], true]);
    expect(await texts(3)).toEqual([['one', 'two', 'three'], false]);
  });

  test('any call of the API can be made, to the account’s own server only', async () => {
    expect(await psa.run('request', { method: 'GET', path: '/service/boards', query: { pageSize: 1 } })).toMatchObject({
      status: 200,
      body: [{ id: expect.any(Number) as number }],
    });
    await expect(psa.run('request', { method: 'GET', path: '/company/companies/99999999' })).rejects.toMatchObject({ class: 'notFound' });
    for (const path of ['https://evil.example/x', '//evil.example', '/../login', '/%2e%2e/login'])
      await expect(psa.run('request', { method: 'GET', path })).rejects.toMatchObject({ code: 'path_malformed' });
  });

  test('one project per external reference, however often it is asked for', async () => {
    const externalReference = unique('sf-opp');
    const input = {
      externalReference,
      name: `${unique('Roll-out')} ${'of everything '.repeat(12)}`,
      companyId: 250,
      board: 'Projects',
      estimatedStart: '2030-01-15',
      estimatedEnd: '2030-03-31T10:00:00.000Z',
      description: 'As sold.',
    };
    const first = await run('createProjectOnce', input);
    expect(first).toMatchObject({
      created: true,
      record: { description: `As sold.\n\n[${externalReference}]`, billingMethod: 'ActualRates', estimatedEnd: '2030-03-31T00:00:00Z' },
    });
    expect(String(first.record['name']).length).toBeLessThanOrEqual(100);
    expect(await run('createProjectOnce', input)).toMatchObject({ created: false, record: { id: first.record.id } });
    await expect(psa.run('createProjectOnce', { ...input, estimatedEnd: '2029-01-01' })).rejects.toMatchObject({ code: 'dates_reversed' });
    await expect(psa.run('createProjectOnce', { ...input, estimatedStart: 'soon' })).rejects.toMatchObject({ code: 'date_malformed' });
  });
});
