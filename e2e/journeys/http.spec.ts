import AxeBuilder from '@axe-core/playwright';
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../support/browser.ts';
import { becomes, callApi, signedIn, startWithAdmin } from '../support/desk.ts';
import type { Product } from '../support/product.ts';

const TOKEN = 'tok-3n-of-the-vendor';

let weft: Product;
let browser: Browser;
let page: Page;
let troubles: string[];
/** A web service that wants a token. */
let service: Server;
let api: string;
let asked: { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers']; body: string }[];

beforeAll(async () => {
  asked = [];
  service = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ method: request.method, url: request.url, headers: request.headers, body });
      const isKnown = request.headers.authorization === `Bearer ${TOKEN}` || request.url === '/';
      response
        .writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' })
        .end(isKnown ? '{"id":7}' : '{"message":"Who are you?"}');
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  api = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  [weft, browser] = await Promise.all([startWithAdmin({ WEFT_ALLOW_PRIVATE_HOSTS: new URL(api).host }), launchBrowser()]);
  ({ page, troubles } = await signedIn(weft, browser));
});

afterAll(async () => {
  await browser?.close();
  await weft?.[Symbol.asyncDispose]();
  service.close();
});

interface Draft {
  readonly slots: Record<string, unknown>;
  readonly nodes: { id: string; operation?: string; slot?: string; input: Record<string, unknown> }[];
}

async function open(name: string, input: object = {}): Promise<string> {
  const { id } = await callApi(weft, 'POST', '/workflows', {
    format: 'weft/workflow@1',
    name,
    nodes: [
      { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} },
      { id: 'ask', kind: 'connector', connector: 'http', operation: 'request', input },
    ],
    edges: [{ from: 'start', to: 'ask' }],
  });
  await page.goto(`${weft.url}/workflows/${String(id)}`);
  await page.getByTestId('canvas-node-ask').click({ position: { x: 40, y: 20 } });
  return String(id);
}

function draft(id: string): Promise<Draft> {
  return page.evaluate(async (workflowId) => {
    const response = await fetch(`/api/trpc/workflows.get?input=${encodeURIComponent(JSON.stringify({ id: workflowId }))}`);
    return ((await response.json()) as { result: { data: { draft: Draft } } }).result.data.draft;
  }, id);
}
const ask = async (id: string) => (await draft(id)).nodes.find((node) => node.id === 'ask');
const panel = () => page.getByTestId('node-panel');

async function paste(command: string): Promise<void> {
  await page.getByTestId('curl-open').click();
  await page.getByTestId('curl-text').fill(command);
}

async function findings(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

test('a cURL command fills in a step, its token becomes an account, undo takes it back, and the step runs', async () => {
  const id = await open('From cURL', { url: 'https://before.example', method: 'PUT', bodyKind: 'text', text: 'before' });
  await paste('wget https://example.com');
  await page.getByText('This is not a cURL command').waitFor();
  expect(await page.getByTestId('curl-apply').isDisabled()).toBe(true);

  await page.getByTestId('curl-text').fill(`curl '${api}/v1/orders?expand=lines' \\
  -H 'Authorization: Bearer ${TOKEN}' \\
  -H 'X-Tenant: acme' \\
  -H 'sec-fetch-mode: cors' \\
  -k --frobnicate \\
  --json $'{"name":"O\\'Neil","note":"{{ not an expression }}"}'`);
  const fields = page.getByTestId('curl-fields');
  await fields.getByText('Send a web request').waitFor();
  await fields.getByText(`${api}/v1/orders`, { exact: true }).waitFor();
  await page.getByTestId('curl-credential').getByText('A bearer token').waitFor();
  const notes = page.getByTestId('curl-notes');
  for (const note of ['-k is left out: certificates are always checked.', '--frobnicate is not known here', 'sec-fetch-mode: left out'])
    await notes.getByText(note).waitFor();
  await picture(page, 'http-1-curl');
  expect(await findings()).toEqual([]);

  // Applied: the fields are there, the token is not, and the form of an account has it.
  await page.getByTestId('curl-apply').click();
  await page.getByTestId('auth-token').waitFor();
  expect(await page.getByTestId('auth-token').inputValue()).toBe(TOKEN);
  expect(await page.getByTestId('auth-site').inputValue()).toBe(api);
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  await picture(page, 'http-2-account');
  await page.getByTestId('connection-name').fill('Orders service');
  await page.getByTestId('save-connection').click();
  await panel().getByText('Orders service').waitFor();
  const filledIn = {
    url: `${api}/v1/orders`,
    query: { expand: 'lines' },
    headers: { 'X-Tenant': 'acme', Accept: 'application/json' },
    bodyKind: 'json',
    body: { name: "O'Neil", note: '\\{{ not an expression }}' },
  };
  await expect.poll(async () => (await ask(id))?.input, { timeout: 15_000 }).toMatchObject({ ...filledIn, method: 'POST' });
  await becomes(async () => (await ask(id))?.slot, 'http');
  expect(JSON.stringify(await draft(id))).not.toContain(TOKEN);
  expect(await panel().locator('textarea[aria-label=Body]').inputValue()).toContain("O'Neil");
  await picture(page, 'http-3-filled-in');
  expect(await findings()).toEqual([]);

  // It runs, with the token from the account.
  await page.getByTestId('run-sample').click();
  await page.getByTestId('run-start').click();
  await page
    .getByTestId('run-status')
    .filter({ hasText: /succeeded/i })
    .waitFor();
  const call = asked.find(({ url }) => url === '/v1/orders?expand=lines');
  expect(call).toMatchObject({ method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'x-tenant': 'acme' } });
  expect(JSON.parse(call?.body ?? '')).toEqual({ name: "O'Neil", note: '{{ not an expression }}' });

  // Undone: the account first, then what was filled in, also on the screen.
  await page.goto(`${weft.url}/workflows/${id}?node=ask`);
  await panel().locator('textarea[aria-label=Body]').waitFor();
  await page.locator('.react-flow__pane').click({ position: { x: 60, y: 500 } });
  await page.keyboard.press('Control+z');
  await becomes(async () => (await ask(id))?.slot, undefined);
  await page.keyboard.press('Control+z');
  await expect
    .poll(async () => (await ask(id))?.input, { timeout: 15_000 })
    .toEqual({
      url: 'https://before.example',
      method: 'PUT',
      bodyKind: 'text',
      text: 'before',
    });
  expect(troubles).toEqual([]);
}, 90_000);

test('what is shown follows undo; a field that is of no use goes; typing keeps its place', async () => {
  const id = await open('Fields', { url: `${api}/x`, bodyKind: 'json', body: { a: 1 } });
  const body = panel().locator('textarea[aria-label=Body]');
  await body.fill('{"a": 2, "b": 3}');
  await becomes(async () => (await ask(id))?.input['body'], { a: 2, b: 3 });
  // The text stays as it is typed.
  expect(await body.inputValue()).toBe('{"a": 2, "b": 3}');
  await panel().getByRole('combobox', { name: 'Send' }).click();
  await page.getByRole('option', { name: 'Form', exact: true }).click();
  await becomes(async () => (await ask(id))?.input, { url: `${api}/x`, bodyKind: 'form' });
  expect(await body.count()).toBe(0);
  const form = panel().getByRole('group', { name: 'Fields' });
  await form.getByRole('button', { name: 'Add row' }).click();
  await form.getByRole('textbox', { name: 'Fields, key 1' }).pressSequentially('name');
  await form.getByRole('textbox', { name: 'Fields, value 1' }).click();
  await page.keyboard.type('Acme');
  await becomes(async () => (await ask(id))?.input['form'], { name: 'Acme' });
  await picture(page, 'http-4-form');
  // Undo brings the JSON back, in the open panel and in the document.
  await node().click({ position: { x: 40, y: 20 } });
  for (let times = 0; times < 8 && (await body.count()) === 0; times += 1) await page.keyboard.press('Control+z');
  expect(JSON.parse(await body.inputValue())).toEqual({ a: 2, b: 3 });
  await becomes(async () => (await ask(id))?.input, { url: `${api}/x`, bodyKind: 'json', body: { a: 2, b: 3 } });
  expect(troubles).toEqual([]);
}, 60_000);

function node() {
  return page.getByTestId('canvas-node-ask');
}

test('an answer that refuses is told in one sentence with the service’s own words beneath', async () => {
  await open('Refused', { url: `${api}/v1/orders?key=hidden`, bodyKind: 'json', body: { a: 1 } });
  await page.getByTestId('run-sample').click();
  await page.getByTestId('run-start').click();
  await page
    .getByTestId('run-status')
    .filter({ hasText: /failed/i })
    .waitFor();
  await node().click({ position: { x: 40, y: 20 } });
  await panel()
    .getByText(`${new URL(api).host} answered 401 for POST /v1/orders: Who are you? It may need an account: choose one.`)
    .first()
    .waitFor();
  await panel().getByText('In its own words').waitFor();
  await picture(page, 'http-5-refused');
  expect(await findings()).toEqual([]);
  expect(troubles).toEqual([]);
}, 60_000);

test('in the dark', async () => {
  const { page: dark } = await signedIn(weft, browser, { colorScheme: 'dark' });
  page = dark;
  await open('In the dark', { url: `${api}/x` });
  await paste(`curl -u me:pw '${api}/v1/orders' -d 'a=1&b=2' -x http://proxy:1`);
  await page.getByTestId('curl-notes').waitFor();
  await picture(page, 'http-6-curl-dark');
  expect(await findings()).toEqual([]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await panel().getByRole('combobox', { name: 'Operation' }).click();
  await page.getByRole('option', { name: 'Get all pages' }).click();
  await panel().getByText('The next page is found by').waitFor();
  await panel().getByRole('combobox', { name: 'The next page is found by' }).click();
  await page.getByRole('option', { name: 'Counting records' }).click();
  await panel().getByText('Parameter for the offset').waitFor();
  expect(await panel().getByText('Path of the cursor').count()).toBe(0);
  await picture(page, 'http-7-get-all-dark');
  expect(await findings()).toEqual([]);
}, 60_000);
