import AxeBuilder from '@axe-core/playwright';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../support/browser.ts';
import { callApi, signedIn, startWithAdmin } from '../support/desk.ts';
import type { Product } from '../support/product.ts';

let weft: Product;
let browser: Browser;
let page: Page;
let troubles: string[];
/** Everything the server ever sent to the browser, to look for secrets in. */
const bodies: string[] = [];

beforeAll(async () => {
  [weft, browser] = await Promise.all([startWithAdmin(), launchBrowser()]);
  ({ page, troubles } = await signedIn(weft, browser));
  page.on('response', (response) => {
    if (!response.url().includes('/api/')) return;
    response.text().then(
      (text) => bodies.push(text),
      () => undefined, // gone with the page it belonged to
    );
  });
});

afterAll(async () => {
  await browser?.close();
  await weft?.[Symbol.asyncDispose]();
});

interface Connection {
  id: string;
  name: string;
  isDemo: boolean;
  status: string;
  publicValues: Record<string, string>;
}

async function connections(): Promise<Connection[]> {
  return (await page.evaluate(async () => {
    const response = await fetch('/api/trpc/connections.list');
    return ((await response.json()) as { result: { data: unknown } }).result.data;
  })) as Connection[];
}

/** Calls a mutation as the page does. */
async function send(procedure: string, input: unknown): Promise<void> {
  const status = await page.evaluate(
    async ([name, body]) =>
      (await fetch(`/api/trpc/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: body ?? '' })).status,
    [procedure, JSON.stringify(input)],
  );
  expect(status).toBe(200);
}

async function findings(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

const row = (name: string): Locator => page.getByTestId('connection-row').filter({ hasText: name });
const dialog = (): Locator => page.getByRole('dialog');
const field = (name: string): Locator => page.getByTestId(`auth-${name}`);

test('an account is connected, refused with the reason at its field, given new keys, used, and removed only when unused', async () => {
  await page.goto(`${weft.url}/connections`);
  await row('Demo PSA').getByText('Works').waitFor();
  const sandboxUrl = (await connections()).find(({ name }) => name === 'Demo PSA')?.publicValues['site'] ?? '';
  expect(sandboxUrl).toMatch(/^http/);

  await page.getByTestId('add-connection').click();
  await page.getByTestId('connector-connectwise').waitFor();
  await picture(page, 'connections-1-choice');
  expect(await findings()).toEqual([]);
  await page.getByTestId('connector-connectwise').click();

  // Nothing filled in: every field that is needed says so, and nothing is sent.
  await page.getByTestId('save-connection').click();
  await dialog().getByText('Private key is needed').waitFor();
  await dialog().getByText('Company id is needed').waitFor();

  // Wrong keys: the vendor's reason, in words, and nothing stored.
  await page.getByTestId('connection-name').fill('Our service desk');
  await field('site').fill(sandboxUrl);
  await field('companyId').fill('demo');
  await field('publicKey').fill('DemoPublicKey');
  await field('privateKey').fill('a-wrong-private-key-42');
  await field('clientId').fill('00000000-0000-4000-8000-000000000001');
  await page.getByTestId('save-connection').click();
  await dialog()
    .getByText(/key|refuse/i)
    .filter({ hasText: /wrong|refuse|not accept|do not|does not/i })
    .first()
    .waitFor();
  await picture(page, 'connections-2-refused');
  expect(await findings()).toEqual([]);
  expect((await connections()).map(({ name }) => name)).not.toContain('Our service desk');

  // Right keys.
  await field('privateKey').fill('DemoPrivateKey');
  await page.getByTestId('save-connection').click();
  await dialog().waitFor({ state: 'hidden' });
  await row('Our service desk').getByText('Works').waitFor();
  await row('Our service desk').getByText('no workflow').waitFor();
  const id = (await connections()).find(({ name }) => name === 'Our service desk')?.id ?? '';

  // A workflow uses it: the list says so, and it cannot be taken from under the workflow.
  const workflow = await callApi(weft, 'POST', '/workflows', {
    format: 'weft/workflow@1',
    name: 'Uses the desk',
    slots: { psa: { connector: 'connectwise' } },
    nodes: [{ id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} }],
    edges: [],
  });
  await send('workflows.setBindings', { id: workflow['id'], bindings: { psa: id } });
  await page.reload();
  await row('Our service desk').getByRole('link', { name: 'Uses the desk' }).waitFor();
  await page.getByRole('button', { name: 'Acts for Our service desk' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByText('1 workflow uses it').waitFor();
  await page.getByRole('button', { name: 'Remove connection' }).click();
  await dialog().getByText('is used by “Uses the desk”').waitFor();
  await picture(page, 'connections-3-in-use');
  expect((await connections()).map(({ name }) => name)).toContain('Our service desk');
  await page.keyboard.press('Escape');

  // New keys: a secret left empty stays; one that is refused changes nothing until somebody insists, and can be mended in the list.
  const change = async (values: Record<string, string>): Promise<void> => {
    await page.getByRole('button', { name: 'Acts for Our service desk' }).click();
    await page.getByRole('menuitem', { name: 'Rename or change keys' }).click();
    expect(await field('privateKey').inputValue()).toBe('');
    for (const [name, value] of Object.entries(values)) await field(name).fill(value);
    await page.getByTestId('save-connection').click();
  };
  await change({ apiVersion: '2025.1' });
  await dialog().waitFor({ state: 'hidden' });
  await row('Our service desk').getByText('Works').waitFor();
  await change({ privateKey: 'rotated-to-something-wrong-43' });
  await dialog().getByText('Nothing was changed').waitFor();
  await picture(page, 'connections-4-not-changed');
  expect(await findings()).toEqual([]);
  expect((await connections()).find((account) => account.id === id)).toMatchObject({ status: 'ok' });
  await page.getByTestId('save-anyway').click();
  await dialog().waitFor({ state: 'hidden' });
  await row('Our service desk').getByText('Disconnected').waitFor();
  await row('Our service desk').getByText('waits until it is reconnected').waitFor();
  await picture(page, 'connections-5-disconnected');
  expect(await findings()).toEqual([]);
  await row('Our service desk').getByTestId('reconnect').click();
  await field('privateKey').fill('DemoPrivateKey');
  // The end of the keys is kept with them, and told when it comes near.
  const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  await page.getByTestId('connection-ends').fill(soon);
  await page.getByTestId('save-connection').click();
  await dialog().waitFor({ state: 'hidden' });
  await row('Our service desk').getByText('Works').waitFor();
  await row('Our service desk').getByText('Ends in 10 days').waitFor();

  // No workflow uses it any more: it goes.
  await send('workflows.delete', { id: workflow['id'] });
  await page.reload();
  await row('Our service desk').getByText('no workflow').waitFor();
  await page.getByRole('button', { name: 'Acts for Our service desk' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove connection' }).click();
  await row('Our service desk').waitFor({ state: 'detached' });

  // No answer of the server held a secret, whatever was asked.
  const sent = bodies.join('\n');
  expect(sent.length).toBeGreaterThan(1000);
  for (const secret of ['DemoPrivateKey', 'weft-demo-secret', 'a-wrong-private-key-42', 'rotated-to-something-wrong-43'])
    expect(sent).not.toContain(secret);
  expect(weft.output()).not.toMatch(/DemoPrivateKey|a-wrong-private-key-42|rotated-to-something-wrong-43/);
  // The browser notes the refused removal by itself.
  expect(troubles.filter((line) => !/409|412|400/.test(line))).toEqual([]);
}, 60_000);
