import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../support/browser.ts';
import { becomes, callApi, signedIn, startWithAdmin } from '../support/desk.ts';
import type { Product } from '../support/product.ts';

let weft: Product;
let browser: Browser;
let page: Page;
let troubles: string[];

beforeAll(async () => {
  [weft, browser] = await Promise.all([startWithAdmin(), launchBrowser()]);
  ({ page, troubles } = await signedIn(weft, browser));
});

afterAll(async () => {
  await browser?.close();
  await weft?.[Symbol.asyncDispose]();
});

const DEALS = 'name,city,amount\n"Acme, Ltd",Springfield,2400\nGlobex,Springfield,900\nInitech,Austin,50\n=EVIL(),,7\n';
const step = (id: string, connector: string, operation: string, input: object): object => ({
  id,
  kind: 'connector',
  connector,
  operation,
  input,
});

test('a table of conditions is filled in; a CSV file is read, filtered, summed up and written', async () => {
  const created = await callApi(weft, 'POST', '/workflows', {
    format: 'weft/workflow@1',
    name: 'Deals',
    nodes: [
      { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} },
      step('read', 'csv', 'parse', { source: DEALS }),
      step('keep', 'list', 'filter', { items: '{{ steps.read.rows }}' }),
      step('sums', 'list', 'group', {
        items: '{{ steps.keep.items }}',
        by: [{ path: 'city' }],
        calculations: [{ calculation: 'sum', path: 'amount', as: 'total' }],
        withItems: false,
      }),
      step('file', 'csv', 'write', {
        items: '{{ steps.keep.items }}',
        columns: [{ path: 'name', as: 'deal' }, { path: 'amount' }],
        fileName: 'deals.csv',
      }),
    ],
    edges: [
      { from: 'start', to: 'read' },
      { from: 'read', to: 'keep' },
      { from: 'keep', to: 'sums' },
      { from: 'sums', to: 'file' },
    ],
  });
  const id = String(created['id']);
  await page.goto(`${weft.url}/workflows/${id}`);
  await page.getByTestId('canvas-node-keep').click();

  const panel = page.getByTestId('node-panel');
  const cell = (row: number, column: string) => panel.getByLabel(`Conditions, row ${row}, ${column}`, { exact: true });
  await cell(1, 'Field').fill('amount');
  await cell(1, 'Operator').click();
  await page.getByRole('option', { name: 'is at least' }).click();
  await cell(1, 'Value').click();
  await page.keyboard.type('7');
  await panel.getByRole('group', { name: 'Conditions' }).getByRole('button', { name: 'Add row' }).click();
  await cell(2, 'Field').fill('city');
  await cell(2, 'Operator').click();
  await page.getByRole('option', { name: 'has a value' }).click();
  expect(await cell(2, 'Value').count()).toBe(0);
  await panel.getByRole('group', { name: 'Conditions' }).getByRole('button', { name: 'Add row' }).click();
  await picture(page, 'list-tools-conditions');

  const conditions = async (): Promise<unknown> => {
    const { draft } = (await callApi(weft, 'GET', `/workflows/${id}`)) as {
      draft: { nodes: { id: string; input: { conditions?: unknown } }[] };
    };
    return draft.nodes.find((node) => node.id === 'keep')?.input.conditions;
  };
  // The row that nobody filled in is no part of the document.
  await becomes(conditions, [
    { path: 'amount', operator: '>=', value: '7' },
    { path: 'city', operator: 'isNotEmpty' },
  ]);

  const { runId } = await callApi(weft, 'POST', `/workflows/${id}/run`, { payload: {}, version: 'draft' });
  const run = async () =>
    (await callApi(weft, 'GET', `/runs/${String(runId)}`)) as { run: { status: string }; steps: { nodeId: string; output?: unknown }[] };
  await becomes(async () => (await run()).run.status, 'succeeded');
  const outputs = new Map((await run()).steps.map((done) => [done.nodeId, done.output]));
  expect(outputs.get('keep')).toMatchObject({ count: 3, leftOut: 1 });
  expect(outputs.get('sums')).toMatchObject({
    groups: [
      { key: 'Springfield', count: 2, values: { total: 3300 } },
      { key: 'Austin', count: 1, values: { total: 50 } },
    ],
  });
  expect(outputs.get('file')).toMatchObject({
    text: 'deal,amount\r\n"Acme, Ltd",2400\r\nGlobex,900\r\nInitech,50\r\n',
    file: { name: 'deals.csv' },
  });
  expect(troubles).toEqual([]);
});
