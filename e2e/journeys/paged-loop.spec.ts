/** A loop over all pages of an operation: built with the mouse, published, run, and read. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../support/browser.ts';
import { becomes, callApi, drag, middle, signedIn, startWithAdmin } from '../support/desk.ts';
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

interface Answer {
  readonly run: { readonly status: string };
  readonly steps: readonly { readonly path: string; readonly nodeId: string; readonly output?: unknown }[];
}

const START = { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} };
const node = (id: string) => page.getByTestId(`canvas-node-${id}`);
const panel = () => page.getByTestId('node-panel');
const handle = (id: string, port: string) => page.locator(`.react-flow__handle[data-nodeid="${id}"][data-handleid="${port}"]`);

async function choose(name: string, option: RegExp | string): Promise<void> {
  await panel().getByRole('combobox', { name, exact: true }).click();
  await page.getByRole('option', { name: option }).first().click();
}

async function findings(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

async function inBothThemes(name: string): Promise<void> {
  for (const theme of ['dark', 'light']) {
    await page.evaluate((isDark) => document.documentElement.classList.toggle('dark', isDark), theme === 'dark');
    // Colours go over into each other.
    await page.waitForFunction(() => document.getAnimations().every((one) => !(one instanceof CSSTransition)));
    await picture(page, `${name}-${theme}`);
  }
}

test('all accounts of the demo CRM are gone through page by page, and what became of each is seen', async () => {
  const { id } = await callApi(weft, 'POST', '/workflows', {
    format: 'weft/workflow@1',
    name: 'All accounts',
    nodes: [START],
    edges: [],
  });
  const draft = async () =>
    ((await callApi(weft, 'GET', `/workflows/${String(id)}`)) as { draft: { nodes: Record<string, unknown>[] } }).draft;
  const saved = async (nodeId: string) => (await draft()).nodes.find((one) => one['id'] === nodeId);
  await page.goto(`${weft.url}/workflows/${String(id)}`);
  await node('start').waitFor();

  // The loop hangs on the trigger, straight below it.
  await drag(page, await middle(page.getByTestId('palette-item-logic-loop')), await middle(handle('start', 'next')));
  await node('loop').waitFor();
  // The view may still be on its way to show the loop, so both are asked until they agree.
  await expect
    .poll(async () => Math.abs((await middle(handle('loop', 'in'))).x - (await middle(handle('start', 'next'))).x))
    .toBeLessThan(0.5);

  // It goes through the accounts of the demo CRM.
  await choose('Goes through', 'All pages of an operation');
  await choose('Operation', 'Salesforce: Find records');
  await choose('Account', 'Demo CRM');
  await panel().getByText('Works', { exact: true }).waitFor();
  await panel().getByRole('combobox', { name: 'Object' }).click();
  await page.keyboard.type('Account');
  await page
    .getByRole('option', { name: /^Account\b/ })
    .first()
    .click();
  await node('loop').getByText('page by page').waitFor();
  await inBothThemes('paged-loop-1-setup');
  expect(await findings()).toEqual([]);

  // Reading a page is tried again as any call is.
  await panel().getByRole('tab', { name: 'Errors' }).click();
  await panel().getByLabel('Attempts').fill('6');
  await panel().getByLabel('Longest time for one attempt').fill('30');
  await panel().getByRole('checkbox', { name: 'The record is gone' }).click();
  await becomes(async () => {
    const loop = await saved('loop');
    return [loop?.['pages'], loop?.['retry'], loop?.['timeoutMs']];
  }, [
    {
      connector: 'salesforce',
      operation: 'findRecords',
      slot: 'salesforce',
      input: expect.objectContaining({ object: 'Account' }) as unknown,
    },
    { attempts: 6, baseMs: 1000, capMs: 300_000, on: ['throttled', 'transient', 'conflict', 'notFound'] },
    30_000,
  ]);
  await inBothThemes('paged-loop-2-errors');
  expect(await findings()).toEqual([]);

  // One map for each account, fed with an account's name.
  await page.getByRole('button', { name: 'Add what happens for each item' }).click();
  await page.getByTestId('add-list').getByText('Build one object from earlier data').click();
  await node('map').waitFor();
  await panel().getByRole('tab', { name: 'Setup' }).click();
  await panel().getByRole('combobox', { name: 'Add field' }).click();
  await page.keyboard.type('company');
  await page.getByRole('option', { name: /company/ }).click();
  const row = panel().getByRole('group', { name: 'Field company' });
  await row.getByRole('textbox').first().click();
  await page.getByRole('treeitem', { name: /^Name\b/ }).click();
  await row.getByText('Acme Ltd').waitFor();
  await becomes(async () => (await saved('map'))?.['fields'], [{ to: 'company', from: '{{ item.Name }}' }]);
  await picture(page, 'paged-loop-3-map');

  // The published version is run.
  await page.getByTestId('publish').click();
  await becomes(async () => (await callApi(weft, 'GET', `/workflows/${String(id)}`))['publishedVersion'], 1);
  const { runId } = await callApi(weft, 'POST', `/workflows/${String(id)}/run`, { payload: {} });
  const run = async () => (await callApi(weft, 'GET', `/runs/${String(runId)}`)) as unknown as Answer;
  await becomes(async () => (await run()).run.status, 'succeeded');
  const { steps } = await run();
  const loop = steps.find(({ path }) => path === 'loop')?.output as { count: number; pages: number; items: { output: unknown }[] };
  expect(loop).toMatchObject({ succeeded: loop.count, failed: 0, failures: [] });
  expect(loop.count).toBeGreaterThan(20);
  const names = steps.filter(({ nodeId }) => nodeId === 'map').map(({ output }) => (output as { company: string }).company);
  expect(names).toHaveLength(loop.count);
  expect(names.every((name) => name !== '')).toBe(true);

  // Its page shows the page that was read, each item, and what it gave.
  await page.goto(`${weft.url}/runs/${String(runId)}`);
  await page.getByTestId('step-loop[page0].loop').getByText('Page 1, read').waitFor();
  await page.getByTestId('step-loop[2].map').getByText('Item 3', { exact: true }).waitFor();
  await node('map').getByText(`${loop.count}×`).waitFor();
  await node('loop').click({ position: { x: 60, y: 16 } });
  await page.getByText(String(loop.count), { exact: true }).first().waitFor();
  await inBothThemes('paged-loop-4-run');
  expect(await findings()).toEqual([]);
  const item = (index: number) => page.getByTestId(`step-loop[${index}].map`);
  await item(4).click();
  await page
    .getByText(names[4] ?? '', { exact: true })
    .first()
    .waitFor();
  await page.getByRole('combobox', { name: 'Which time' }).click();
  await page.getByRole('option', { name: /^Item 3\b/ }).click();
  await page
    .getByText(names[2] ?? '', { exact: true })
    .first()
    .waitFor();
  expect([await item(2).getAttribute('aria-current'), await item(4).getAttribute('aria-current')]).toEqual(['true', null]);
  await picture(page, 'paged-loop-5-item');
  expect(troubles).toEqual([]);
}, 180_000);
