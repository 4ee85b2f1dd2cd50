/** People decide in Review, addresses are called from outside, and one workflow calls another. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Browser, Page } from 'playwright-core';
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

const MANUAL = { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} };

async function publish(document: object): Promise<string> {
  const { id } = (await callApi(weft, 'POST', '/workflows', { format: 'weft/workflow@1', ...document })) as { id: string };
  await callApi(weft, 'POST', `/workflows/${id}/publish`);
  return id;
}

async function run(workflowId: string, payload: object): Promise<string> {
  return ((await callApi(weft, 'POST', `/workflows/${workflowId}/run`, { payload })) as { runId: string }).runId;
}

interface RunAnswer {
  readonly run: { readonly status: string };
  readonly steps: readonly { readonly path: string; readonly output?: unknown }[];
}

const runOf = async (id: string) => (await callApi(weft, 'GET', `/runs/${id}`)) as unknown as RunAnswer;
const untilEnded = (id: string, status = 'succeeded') =>
  vi.waitFor(async () => expect((await runOf(id)).run.status).toBe(status), { timeout: 30_000, interval: 200 });
const openReviews = async () =>
  ((await callApi(weft, 'GET', '/reviews')) as unknown as { reviews: { id: string; subject: string }[] }).reviews;

const QUOTE = {
  name: 'Quote approval',
  settings: { businessKey: '{{ trigger.customer }}' },
  nodes: [
    MANUAL,
    {
      id: 'check',
      kind: 'review',
      subject: 'Send {{ trigger.customer }} the quote?',
      details: 'Above the limit.\nPaid in time last year.',
      facts: [{ label: 'Amount', value: '{{ trigger.amount }}' }],
    },
  ],
  edges: [{ from: 'start', to: 'check' }],
};

describe('Review', () => {
  test('is empty at first and says what belongs there', async () => {
    await page.goto(`${weft.url}/review`);
    await page.getByText('Nothing waits for a decision').waitFor();
    expect(await page.getByTestId('review-count').count()).toBe(0);
    await picture(page, 'review-empty');
  });

  test('is decided by keyboard; the run goes on with who decided and why', async () => {
    const workflowId = await publish(QUOTE);
    const runs = [await run(workflowId, { customer: 'Acme', amount: 1200 }), await run(workflowId, { customer: 'Birch', amount: 90 })];
    await vi.waitFor(async () => expect(await openReviews()).toHaveLength(2), { timeout: 30_000, interval: 200 });
    await page.goto(`${weft.url}/review`);
    await page.getByRole('heading', { name: 'Send Acme the quote?' }).waitFor();
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'Send Birch the quote?' }).waitFor();
    // Nothing is chosen yet: Enter decides nothing.
    await page.keyboard.press('Enter');
    await page.keyboard.press('2');
    await page.keyboard.press('c');
    await page.keyboard.type('Too small, j and 1 are only letters here.');
    await picture(page, 'review-choice');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Decided: Reject').waitFor();
    await page.getByRole('heading', { name: 'Send Acme the quote?' }).waitFor();
    await untilEnded(runs[1] ?? '');
    expect((await runOf(runs[1] ?? '')).steps.find(({ path }) => path === 'check')?.output).toMatchObject({
      choice: 'rejected',
      comment: 'Too small, j and 1 are only letters here.',
      decidedBy: { via: 'session' },
    });
    await vi.waitFor(async () => expect(await page.getByTestId('review-count').first().innerText()).toMatch(/^1/), { timeout: 20_000 });
  });

  test('tells the second of two people whose decision counts', async () => {
    const [review] = await openReviews();
    const other = await signedIn(weft, browser, { colorScheme: 'dark' });
    await other.page.goto(`${weft.url}/review?id=${review?.id}`);
    await other.page.getByTestId('choice-1').check();
    await callApi(weft, 'POST', `/reviews/${review?.id}/answer`, { choice: 'rejected' });
    await other.page.keyboard.press('Enter');
    await other.page.getByTestId('review-ended').getByText('decided: Reject').waitFor();
    await expect(callApi(weft, 'POST', `/reviews/${review?.id}/answer`, { choice: 'approved' })).rejects.toThrow(
      /409.*has decided this already/,
    );
    await picture(other.page, 'review-second-dark');
    await other.page.context().close();
    await page.goto(`${weft.url}/review?show=done`);
    await vi.waitFor(async () => expect(await page.locator('[data-review-row]').count()).toBe(2), { timeout: 20_000 });
  });
});

describe('an address', () => {
  test('is shown on request, answers once, and a look at it decides nothing', async () => {
    const workflowId = await publish({
      name: 'Wait for payment',
      nodes: [MANUAL, { id: 'paid', kind: 'wait', mode: 'event' }],
      edges: [{ from: 'start', to: 'paid' }],
    });
    const runId = await run(workflowId, {});
    await page.goto(`${weft.url}/runs/${runId}?node=paid`);
    await page.getByTestId('wait-show-address').click();
    const url = await page.getByTestId('wait-address').innerText();
    expect(new URL(url).pathname).toMatch(/^\/resume\/[A-Za-z0-9_-]{43}$/);
    const address = `${weft.url}${new URL(url).pathname}`;
    for (const method of ['GET', 'HEAD']) expect((await fetch(address, { method })).status).toBe(405);
    expect((await runOf(runId)).run.status).toBe('waiting');
    const post = () => fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"amount":7}' });
    expect(await (await post()).json()).toEqual({ status: 'accepted' });
    await untilEnded(runId);
    const late = await post();
    expect([late.status, await late.json()]).toEqual([200, { status: 'already handled' }]);
    expect((await runOf(runId)).steps.find(({ path }) => path === 'paid')?.output).toMatchObject({ body: { amount: 7 } });
  });
});

describe('a call', () => {
  test('links both runs, and a timer in the called one is let go on by hand', async () => {
    const callee = await publish({
      name: 'Book the visit',
      nodes: [
        {
          id: 'start',
          kind: 'trigger',
          connector: 'workflow',
          operation: 'called',
          input: { fields: [{ name: 'id', type: 'number', required: 'yes' }] },
        },
        { id: 'rest', kind: 'wait', duration: { amount: 3, unit: 'days' } },
        { id: 'made', kind: 'map', fields: [{ to: 'number', from: '{{ trigger.id + 1 }}' }] },
      ],
      edges: [
        { from: 'start', to: 'rest' },
        { from: 'rest', to: 'made' },
      ],
    });
    await callApi(weft, 'POST', `/workflows/${callee}/enable`);
    const caller = await publish({
      name: 'Above',
      nodes: [MANUAL, { id: 'book', kind: 'call', workflowId: callee, workflowName: 'Book the visit', input: { id: '{{ trigger.id }}' } }],
      edges: [{ from: 'start', to: 'book' }],
    });
    const runId = await run(caller, { id: 41 });
    await page.goto(`${weft.url}/runs/${runId}?node=book`);
    await page.getByTestId('called-book').click();
    await page.getByTestId('called-by').getByText('called by Above').waitFor();
    await page.getByTestId('waiting-rest').click();
    await picture(page, 'run-waiting');
    await page.getByTestId('wait-resume').click();
    await untilEnded(runId);
    expect((await runOf(runId)).steps.find(({ path }) => path === 'book')?.output).toEqual({ number: 42 });
  });
});

test('nothing on the way made the browser complain', () => {
  expect(troubles.filter((trouble) => !trouble.includes('409'))).toEqual([]);
});
