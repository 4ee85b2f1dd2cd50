/** Drop-downs of a connected account: searched live and read a page at a time, so that a person reaches the 500th entry as well. */
import type { Choice, ChoicePage } from '@weft/connector-kit';
import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectwiseBench, salesforceBench } from './accounts.ts';

let sandbox: Sandbox;
let crm: TestBench;
let psa: TestBench;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo', limits: { connectwisePerMinute: 100_000 } });
  crm = salesforceBench(sandbox.url);
  psa = connectwiseBench(sandbox.url);
  for (let at = 1; at <= 600; at += 1) {
    const name = `Zulu Customer ${String(at).padStart(4, '0')}`;
    await crm.run('createRecord', { object: 'Account', record: { Name: name } });
    await psa.run('createRecord', { object: 'company', record: { identifier: `ZULU${at}`, name, site: { name: 'Main' } } });
  }
}, 120_000);
afterAll(() => sandbox.close());

interface Want {
  readonly object: string;
  readonly field: string;
  readonly record?: Record<string, unknown>;
  readonly search?: string;
}

const ask = (bench: TestBench, want: Want & { page?: string }): Promise<ChoicePage> =>
  bench.connector.fieldValues?.(bench.context(), { record: {}, ...want }) ?? Promise.reject(new Error('none'));

/** All pages, as somebody gets them who scrolls to the end. */
async function scroll(bench: TestBench, want: Want): Promise<{ all: Choice[]; pages: number }> {
  const all: Choice[] = [];
  let pages = 0;
  for (let page: string | undefined; ;) {
    const found = await ask(bench, { ...want, ...(page === undefined ? {} : { page }) });
    all.push(...found.choices);
    pages += 1;
    if (found.next === undefined) return { all, pages };
    page = found.next;
  }
}

const labels = (choices: readonly Choice[]): string[] => choices.map(({ label }) => label);

describe.each([
  ['Salesforce', () => crm, { object: 'Contact', field: 'AccountId' }],
  ['ConnectWise', () => psa, { object: 'ticket', field: 'company.id' }],
])('the companies of %s', (_vendor, bench, want) => {
  test('are reached to the last, each once, in order', async () => {
    const { all, pages } = await scroll(bench(), want);
    expect(all.length).toBeGreaterThan(600);
    expect(pages).toBeGreaterThan(12);
    expect(new Set(all.map(({ value }) => value)).size).toBe(all.length);
    const zulus = labels(all).filter((label) => label.startsWith('Zulu'));
    expect(zulus).toHaveLength(600);
    expect(zulus[499]).toBe('Zulu Customer 0500');
    expect(zulus).toEqual(zulus.toSorted());
  });

  test('are found by a part of the name, quotes and wildcards taken as they are', async () => {
    expect(labels((await ask(bench(), { ...want, search: 'customer 0500' })).choices)).toEqual(['Zulu Customer 0500']);
    expect((await ask(bench(), { ...want, search: `O'Brien "x" % _ *` })).choices).toEqual([]);
    expect((await ask(bench(), { ...want, search: 'no such customer' })).choices).toEqual([]);
  });

  test('one that is chosen is shown by its name, however far down it is', async () => {
    const [last] = (await ask(bench(), { ...want, search: 'Zulu Customer 0600' })).choices;
    const { choices } = await ask(bench(), { ...want, record: { [want.field]: last?.value } });
    expect(choices[0]).toMatchObject({ value: last?.value, label: 'Zulu Customer 0600' });
    expect((await ask(bench(), { ...want, record: { [want.field]: 'not an id' } })).choices[0]?.label).not.toContain('Zulu');
  });
});

describe('ConnectWise', () => {
  test('what hangs on a board is offered once the board is chosen, by name, id or reference', async () => {
    const boards = (await ask(psa, { object: 'ticket', field: 'board.name' })).choices;
    expect(boards.length).toBeGreaterThan(0);
    const board = boards[0]?.value;
    const statuses = await ask(psa, { object: 'ticket', field: 'status.name', record: { 'board.name': board } });
    expect(statuses.choices.length).toBeGreaterThan(1);
    expect((await ask(psa, { object: 'ticket', field: 'status.name', record: { board: { name: board } } })).choices).toEqual(
      statuses.choices,
    );
    expect((await ask(psa, { object: 'ticket', field: 'status.name' })).choices).toEqual([]);
    const fields = (await psa.connector.fields?.(psa.context(), 'ticket')) ?? [];
    expect(fields.find(({ name }) => name === 'status.name')).toMatchObject({
      searched: true,
      dependsOn: expect.arrayContaining(['board.name']),
    });
    expect(fields.find(({ name }) => name === 'id')?.searched).toBeUndefined();
  });

  test('contacts are those of the chosen company', async () => {
    const { all } = await scroll(psa, { object: 'ticket', field: 'contact.id' });
    const first = (await psa.run('getRecord', { object: 'contact', id: all[0]?.value })) as { record: { company: { id: number } } };
    const own = await scroll(psa, { object: 'ticket', field: 'contact.id', record: { 'company.id': first.record.company.id } });
    expect(own.all.length).toBeGreaterThan(0);
    expect(own.all.length).toBeLessThan(all.length);
  });

  test.each(['createTicketOnce', 'createProjectOnce', 'findOrCreateContact', 'matchContact'])(
    'the company of %s is chosen from a list: searched, to the last page, the chosen one by its name',
    async (operation) => {
      const property = psa.connector.operations.find(({ id }) => id === operation)?.properties.find(({ name }) => name === 'companyId');
      expect(property).toMatchObject({ kind: 'select', remote: { what: 'choices', dependsOn: [], search: true } });
      const page = async (more: { search?: string; page?: string; values?: Record<string, unknown> }): Promise<ChoicePage> =>
        (await psa.connector.choicePage?.(psa.context(), { operation, property: 'companyId', values: {}, ...more })) ?? { choices: [] };
      const all: Choice[] = [];
      for (let next: string | undefined = '1'; next !== undefined;) {
        const found: ChoicePage = await page({ page: next });
        all.push(...found.choices);
        next = found.next;
      }
      expect(labels(all)).toEqual(labels((await scroll(psa, { object: 'ticket', field: 'company.id' })).all));
      const [found, ...others] = (await page({ search: 'customer 0599' })).choices;
      expect(others).toEqual([]);
      expect(found).toMatchObject({ label: 'Zulu Customer 0599', value: expect.stringMatching(/^\d+$/) as string });
      expect((await page({ values: { companyId: found?.value } })).choices[0]).toEqual(found);
      expect((await page({ values: { companyId: Number(found?.value) } })).choices[0]).toEqual(found);
      expect(labels((await page({ values: { companyId: '{{ trigger.id }}' } })).choices)).toEqual(labels(all.slice(0, 50)));
    },
  );

  test('every look-up that a form offers is answered', async () => {
    const empty: string[] = [];
    for (const object of ['company', 'contact', 'ticket', 'agreement', 'project', 'opportunity', 'configuration', 'timeEntry', 'invoice']) {
      const fields = (await psa.connector.fields?.(psa.context(), object)) ?? [];
      for (const field of fields.filter(({ searched }) => searched === true)) {
        const record = { 'board.name': 'Service Desk', ...(field.name === 'site.id' ? { 'company.id': 250 } : {}) };
        const { choices } = await ask(psa, { object, field: field.name, record });
        if (choices.length === 0) empty.push(`${object}.${field.name}`);
      }
    }
    // The demo's board has types without subtypes, and no teams.
    expect(empty).toEqual(['ticket.subType.name', 'ticket.item.name', 'ticket.team.name']);
  });
});

describe('Salesforce', () => {
  test('owners are active people, and queues where a queue may own it', async () => {
    const { all } = await scroll(crm, { object: 'Case', field: 'OwnerId' });
    expect(all.length).toBeGreaterThan(0);
    const inactive = (await crm.run('query', { soql: 'SELECT Id FROM User WHERE IsActive = false' })) as { records: { Id: string }[] };
    for (const { Id } of inactive.records) expect(all.map(({ value }) => value)).not.toContain(Id);
  });

  test('a look-up to several objects offers those of each, and says which', async () => {
    const { all } = await scroll(crm, { object: 'Task', field: 'WhatId' });
    expect(new Set(all.map(({ hint }) => hint)).size).toBeGreaterThan(1);
    const chosen = all.find(({ hint }) => hint === 'Opportunity');
    const { choices } = await ask(crm, { object: 'Task', field: 'WhatId', record: { WhatId: chosen?.value } });
    expect(choices[0]).toMatchObject({ value: chosen?.value, label: chosen?.label });
  });

  test('a field that is no look-up has no values', async () => {
    expect(await ask(crm, { object: 'Account', field: 'Name' })).toEqual({ choices: [] });
    expect(await ask(crm, { object: 'Account', field: 'NoSuchField' })).toEqual({ choices: [] });
  });

  test('objects and fields come in pages as well', async () => {
    const page = (more: object) =>
      crm.connector.choicePage?.(crm.context(), { operation: 'getRecord', property: 'fields', values: { object: 'Account' }, ...more });
    const first = await page({});
    expect(first?.choices.length).toBeGreaterThan(5);
    expect((await page({ search: 'billing city' }))?.choices.map(({ value }) => value)).toEqual(['BillingCity']);
    expect((await page({ page: '100000' }))?.choices).toEqual([]);
  });
});
