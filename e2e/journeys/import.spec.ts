import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../support/browser.ts';
import { callApi, signedIn, startWithAdmin } from '../support/desk.ts';
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

const NAME = '<img src=x onerror="window.pwned = 1"> & friends';
const DOCUMENT = {
  format: 'weft/workflow@1',
  name: NAME,
  slots: { crm: { connector: 'salesforce' } },
  nodes: [
    { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} },
    { id: 'far', kind: 'connector', connector: 'acme', operation: 'fly', title: '<b>Fly</b>', input: {} },
  ],
  edges: [{ from: 'start', to: 'far' }],
};

async function paste(text: string): Promise<void> {
  await page.getByTestId('import-text').fill(text);
}

test('a file shows what it holds and needs before anything is made; a bad one is refused with line or path; again, it updates', async () => {
  const count = async (): Promise<number> => ((await callApi(weft, 'GET', '/workflows')) as unknown as unknown[]).length;
  await page.goto(`${weft.url}/workflows?import=1`);
  const dialog = page.getByRole('dialog');

  // Bad texts: each with its place, none of them creates anything.
  await paste('{ "format": "weft/workflow@1",\n  "name": }');
  await dialog
    .getByText(/line 2/i)
    .first()
    .waitFor();
  await paste('{"format":"weft/workflow@9","name":"From the future","nodes":[],"edges":[]}');
  await dialog
    .getByText(/newer Weft/)
    .first()
    .waitFor();
  await picture(page, 'import-1-newer');
  await paste(JSON.stringify({ ...DOCUMENT, name: 'Polluted' }).replace('"slots"', '"__proto__":{"admin":true},"slots"'));
  await dialog.getByText('__proto__').first().waitFor();
  await paste(`${'['.repeat(300)}${']'.repeat(300)}`);
  await dialog.getByText(/deep/).first().waitFor();
  const big = join(weft.dataDir, 'big.json');
  writeFileSync(big, JSON.stringify({ ...DOCUMENT, description: 'x'.repeat(10_500_000) }));
  await page.getByTestId('import-file').setInputFiles(big);
  await dialog.getByText(/10 MB/).first().waitFor();
  expect(await count()).toBe(0);

  // A good one with a connector that is not here: contents, needs and the finding, then a draft.
  const good = join(weft.dataDir, 'good.json');
  writeFileSync(good, JSON.stringify(DOCUMENT));
  await page.getByTestId('import-file').setInputFiles(good);
  await dialog.getByText('2 nodes').waitFor();
  await dialog.getByText('nodes.far.connector').waitFor();
  await picture(page, 'import-2-preview');
  expect(await count()).toBe(0);
  await page.getByTestId('import-create').click();
  await page.waitForURL(/\/workflows\/[0-9a-f-]{36}/);
  const made = page.url();
  await page.getByTestId('canvas-node-far').getByText('<b>Fly</b>').waitFor();
  expect(await count()).toBe(1);

  // The same file again makes nothing; a changed one updates the draft.
  await page.goto(`${weft.url}/workflows?import=1`);
  await page.getByTestId('import-file').setInputFiles(good);
  await dialog.getByText('here already').waitFor();
  await picture(page, 'import-3-again');
  await page.getByTestId('import-create').click();
  await page.waitForURL(made);
  await page.goto(`${weft.url}/workflows?import=1`);
  await paste(JSON.stringify({ ...DOCUMENT, nodes: DOCUMENT.nodes.slice(0, 1), edges: [] }));
  await dialog.getByText('There is a workflow of this name already').waitFor();
  await page.getByTestId('import-create').click();
  await page.waitForURL(made);
  await page.getByTestId('canvas-node-start').waitFor();
  await page.getByTestId('canvas-node-far').waitFor({ state: 'detached' });
  expect(await count()).toBe(1);
  expect(await page.evaluate(() => (globalThis as { pwned?: number }).pwned)).toBeUndefined();
  // The browser notes refused requests by itself.
  expect(troubles.filter((line) => !/\b4\d\d\b/.test(line))).toEqual([]);
}, 90_000);

const TEMPLATE_FILE = resolve(import.meta.dirname, '../../templates/invoice-overdue-to-task.json');

test('a template file shows its workflows, needs, questions and writes, comes in as drafts, and is updated when it comes again', async () => {
  const dialog = page.getByRole('dialog');
  const list = async (): Promise<{ id: string; name: string }[]> =>
    (await callApi(weft, 'GET', '/workflows')) as unknown as { id: string; name: string }[];
  const before = (await list()).length;
  const give = async (text: string): Promise<void> => {
    const file = join(weft.dataDir, 'bundle.json');
    writeFileSync(file, text);
    await page.goto(`${weft.url}/workflows?import=1`);
    await page.getByTestId('import-file').setInputFiles(file);
  };
  const template = JSON.parse(readFileSync(TEMPLATE_FILE, 'utf8')) as { format: string; workflows: Record<string, unknown>[] };
  const changed = (change: (copy: typeof template) => void): string => {
    const copy = structuredClone(template);
    change(copy);
    return JSON.stringify(copy, null, 2);
  };

  // What is wrong stands there with line and path, and nothing is made.
  await give(changed((copy) => Object.assign(copy.workflows[1] ?? {}, { nodes: 'none' })));
  await dialog.getByText('workflows.1.nodes').waitFor();
  await dialog.getByText(/^line \d+$/).waitFor();
  await picture(page, 'import-4-bundle-refused');
  await give(changed((copy) => Object.assign(copy, { format: 'weft/template@2' })));
  await dialog.getByText(/newer Weft/).waitFor();
  await give(changed(() => undefined).replace('"systems"', '"__proto__": { "admin": true }, "systems"'));
  await dialog.getByText('__proto__').first().waitFor();
  expect(await page.getByTestId('import-create').isDisabled()).toBe(true);

  // A good one shows all it holds and asks for.
  await give(changed((copy) => Object.assign(copy.workflows[0] ?? {}, { description: '<img src=x onerror="window.pwned = 1">' })));
  await page.getByTestId('import-contents').getByText('Settled ConnectWise invoices close their Salesforce tasks').waitFor();
  const needs = page.getByTestId('import-needs');
  await needs.getByText('Demo PSA').waitFor();
  await needs.getByText(/Days after the due date/).waitFor();
  await needs.getByText(/Open one task \(Salesforce\)/).waitFor();
  await needs.getByText(/CW_Invoice_Key__c/).waitFor();
  await picture(page, 'import-5-bundle');
  expect(await list()).toHaveLength(before);
  await page.getByTestId('import-create').click();
  await page.getByText('2 workflows created. Nothing was turned on.').waitFor();
  expect(await list()).toHaveLength(before + 2);

  // Again it makes nothing; changed it updates the one that differs.
  await give(changed((copy) => Object.assign(copy.workflows[0] ?? {}, { description: 'Better.' })));
  await dialog.getByText('differs from the one here').waitFor();
  await dialog.getByText('here already').waitFor();
  await page.getByTestId('import-create').click();
  await page.getByText('1 workflow updated, 1 workflow unchanged. Nothing was turned on.').waitFor();
  expect(await list()).toHaveLength(before + 2);

  // Both go out again as one file, and that file is what is here.
  await page.goto(`${weft.url}/workflows`);
  const row = page.getByTestId('workflow-row').filter({ hasText: 'Overdue ConnectWise invoices' });
  await row.getByRole('button', { name: /^Acts for/ }).click();
  await page.getByRole('menuitem', { name: 'Export as a template file' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-template').click()]);
  const exported = readFileSync(await download.path(), 'utf8');
  expect(download.suggestedFilename()).toBe('connectwise-invoice-overdue-alert-to-salesforce-task.json');
  expect((JSON.parse(exported) as typeof template).workflows).toHaveLength(2);
  await give(exported);
  await expect.poll(() => dialog.getByText('here already').count()).toBe(2);
  await picture(page, 'import-6-same');
  expect(await page.evaluate(() => (globalThis as { pwned?: number }).pwned)).toBeUndefined();
}, 90_000);

test('what an imported workflow asks is answered where it is turned on', async () => {
  const text = readFileSync(TEMPLATE_FILE, 'utf8');
  const [document] = (JSON.parse(text) as { workflows: Record<string, unknown>[] }).workflows;
  const { config } = document as { config: Record<string, Record<string, unknown>> };
  delete config['timezone']?.['default'];
  const { id } = (await callApi(weft, 'POST', '/workflows', { ...document, name: 'Asks first', config })) as { id: string };
  await callApi(weft, 'POST', `/workflows/${id}/publish`);
  await page.goto(`${weft.url}/workflows`);
  await page.getByRole('switch', { name: 'Asks first: on or off' }).click();
  await page.getByTestId('answers').waitFor();
  await page.getByTestId('config-timezone').click();
  await page
    .getByRole('textbox', { name: 'Search' })
    .or(page.getByRole('combobox', { name: 'Search' }))
    .fill('Berlin');
  await page.getByRole('option', { name: 'Europe/Berlin' }).click();
  await picture(page, 'import-7-answers');
  await page.getByTestId('answers-save').click();
  await page.getByTestId('answers').waitFor({ state: 'detached' });
  expect((await callApi(weft, 'GET', `/workflows/${id}`))['config']).toMatchObject({ timezone: 'Europe/Berlin' });
  await page.getByRole('switch', { name: 'Asks first: on or off' }).click();
  await page.getByText('Asks first is on').waitFor();
}, 60_000);
