import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  await dialog.getByText('There is a workflow of this name already').waitFor();
  await picture(page, 'import-3-again');
  await page.getByTestId('import-create').click();
  await page.waitForURL(made);
  await page.goto(`${weft.url}/workflows?import=1`);
  await paste(JSON.stringify({ ...DOCUMENT, nodes: DOCUMENT.nodes.slice(0, 1), edges: [] }));
  await page.getByTestId('import-create').click();
  await page.waitForURL(made);
  await page.getByTestId('canvas-node-start').waitFor();
  await page.getByTestId('canvas-node-far').waitFor({ state: 'detached' });
  expect(await count()).toBe(1);
  expect(await page.evaluate(() => (globalThis as { pwned?: number }).pwned)).toBeUndefined();
  // The browser notes refused requests by itself.
  expect(troubles.filter((line) => !/\b4\d\d\b/.test(line))).toEqual([]);
}, 90_000);
