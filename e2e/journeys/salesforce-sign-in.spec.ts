/** Connecting Salesforce by signing in at its page: there and back, refused, used twice, taken away and mended. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../support/browser.ts';
import { becomes, fillSignIn, signedIn, startWithAdmin } from '../support/desk.ts';
import type { Product } from '../support/product.ts';

let weft: Product;
let browser: Browser;
let page: Page;
let troubles: string[];
let vendorUrl: string;
/** What our server could not find or do. */
const failed: string[] = [];
/** Everything our server ever sent to the browser, addresses it was sent on to included. */
const sent: string[] = [];

beforeAll(async () => {
  [weft, browser] = await Promise.all([startWithAdmin(), launchBrowser()]);
  ({ page, troubles } = await signedIn(weft, browser));
  page.on('response', (response) => {
    if (!response.url().startsWith(weft.url)) return;
    if (response.status() === 404 || response.status() >= 500) failed.push(`${response.status()} ${response.url()}`);
    sent.push(JSON.stringify(response.headers()));
    response.text().then(
      (text) => sent.push(text),
      () => undefined, // gone with the page it belonged to
    );
  });
});

afterAll(async () => {
  await browser?.close();
  await weft?.[Symbol.asyncDispose]();
});

const row = (name: string): Locator => page.getByTestId('connection-row').filter({ hasText: name });
const field = (name: string): Locator => page.getByTestId(`auth-${name}`);

interface Connection {
  name: string;
  publicValues: Record<string, string>;
}

async function connections(): Promise<Connection[]> {
  return (await page.evaluate(async () => {
    const response = await fetch('/api/trpc/connections.list');
    return ((await response.json()) as { result: { data: unknown } }).result.data;
  })) as Connection[];
}

async function findings(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** Fills in the form for signing in with a browser and leaves for the vendor's page. */
async function leaveFor(name: string, { secret = 'weft-demo-secret', ends = '' } = {}): Promise<void> {
  await page.goto(`${weft.url}/connections?add=salesforce`);
  await page.getByRole('combobox', { name: 'Way to sign in' }).click();
  await page.getByRole('option', { name: 'Sign in with a browser' }).click();
  await page.getByTestId('connection-name').fill(name);
  await field('signInUrl').fill(vendorUrl);
  await field('clientId').fill('weft-demo-client');
  await field('clientSecret').fill(secret);
  if (ends !== '') await page.getByTestId('connection-ends').fill(ends);
  await page.getByRole('button', { name: 'Sign in with Salesforce' }).click();
  await page.getByTestId('allow').waitFor();
  expect(new URL(page.url()).origin).toBe(vendorUrl);
}

test('a person signs in at the vendor’s page and the account works', async () => {
  await page.goto(`${weft.url}/connections`);
  await row('Demo CRM').getByText('Works').waitFor();
  vendorUrl = new URL((await connections()).find(({ name }) => name === 'Demo CRM')?.publicValues['loginUrl'] ?? '').origin;

  // The address to enter at the vendor is there to be copied; what is missing is said before anybody leaves.
  await page.goto(`${weft.url}/connections?add=salesforce`);
  await page.getByRole('combobox', { name: 'Way to sign in' }).click();
  await page.getByRole('option', { name: 'Sign in with a browser' }).click();
  await becomes(() => page.getByTestId('callback-address').inputValue(), `${weft.url}/api/oauth/callback`);
  await page.getByTestId('save-connection').click();
  await page.getByText('Consumer key is needed').waitFor();
  await picture(page, 'sign-in-1-form');
  expect(await findings()).toEqual([]);

  await leaveFor('Our Salesforce', { ends: '2031-05-17' });
  expect(page.url()).not.toContain('weft-demo-secret');
  await picture(page, 'sign-in-2-consent');
  await page.getByTestId('allow').click();
  await row('Our Salesforce').getByText('Works').waitFor();
  await page.getByText('Connected Our Salesforce').waitFor();
  await page.waitForURL(`${weft.url}/connections`);
  await row('Our Salesforce').getByText('Ends on 17 May 2031').waitFor();
  await picture(page, 'sign-in-3-connected');

  // The test calls the vendor anew, with what the sign-in has obtained.
  await row('Our Salesforce').getByTestId('test-connection').click();
  await page.getByText('Our Salesforce answers:').waitFor();
  await row('Our Salesforce').getByText('Works').waitFor();
}, 60_000);

test('who denies is told so, and nothing is connected', async () => {
  await leaveFor('Denied org');
  await page.getByTestId('deny').click();
  await page.getByText('Access was not allowed at the sign-in page').waitFor();
  await picture(page, 'sign-in-4-denied');
  expect(await findings()).toEqual([]);
  expect((await connections()).map(({ name }) => name)).not.toContain('Denied org');
}, 60_000);

test('a wrong secret, a way back that was used, and one that nobody began are told in words', async () => {
  await leaveFor('Wrong secret', { secret: 'not-the-secret-91' });
  const [back] = await Promise.all([
    page.waitForRequest((request) => request.url().startsWith(`${weft.url}/api/oauth/callback`)),
    page.getByTestId('allow').click(),
  ]);
  await page.getByText('The consumer secret does not belong to this consumer key.').waitFor();
  expect((await connections()).map(({ name }) => name)).not.toContain('Wrong secret');

  await page.goto(back.url());
  await page.getByText('it was used before').waitFor();
  await page.goto(`${weft.url}/api/oauth/callback?state=made-up&error=server_error&error_description=Call+0800+123`);
  await page.getByText('The sign-in page refused').waitFor();
  expect(await page.getByText('0800').count()).toBe(0);
  await page.goto(`${weft.url}/connections?connected=Nobody%20made%20this`);
  await row('Our Salesforce').waitFor();
  expect(await page.getByText('Nobody made this').count()).toBe(0);
}, 60_000);

test('whose session has ended meanwhile signs in first, and goes on', async () => {
  await leaveFor('Long lunch');
  const decided = await fetch(`${page.url()}&decision=allow`, { redirect: 'manual' });
  await page.context().clearCookies();
  await page.goto(decided.headers.get('location') ?? '');
  await page.getByTestId('sign-in-email').waitFor();
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  await fillSignIn(page);
  await row('Long lunch').getByText('Works').waitFor();
  await page.waitForURL(`${weft.url}/connections`);
}, 60_000);

test('access that was taken away is mended by signing in again', async () => {
  const ended = await fetch(`${vendorUrl}/demo/api/salesforce/sessions/expire`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshTokens: true }),
  });
  expect(ended.ok).toBe(true);
  await page.goto(`${weft.url}/connections`);
  await row('Our Salesforce').getByTestId('test-connection').click();
  await row('Our Salesforce').getByText('Sign in again and reconnect').waitFor();
  await picture(page, 'sign-in-5-revoked');
  expect(await findings()).toEqual([]);
  await row('Our Salesforce').getByTestId('sign-in-again').click();
  await page.getByTestId('allow').click();
  await row('Our Salesforce').getByText('Works').waitFor();
  expect(await row('Our Salesforce').getByTestId('sign-in-again').count()).toBe(0);
}, 60_000);

test('no secret reached the browser or the log', async () => {
  const all = sent.join('\n');
  expect(all).toContain('Our Salesforce');
  // What refresh tokens and secrets look like at this vendor.
  expect(all).not.toMatch(/5Aep861|weft-demo-secret|not-the-secret-91/);
  expect(weft.output()).not.toMatch(/5Aep861|aPrx|weft-demo-secret|not-the-secret-91/);
  expect(failed).toEqual([]);
  // The vendor's page has no icon, which the browser notes by itself.
  expect(troubles.filter((line) => !line.includes('Failed to load resource'))).toEqual([]);
});
