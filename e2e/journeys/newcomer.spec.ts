import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage, picture } from '../support/browser.ts';
import { startProduct } from '../support/product.ts';
import type { Product } from '../support/product.ts';

let weft: Product;
let browser: Browser;

beforeAll(async () => {
  [weft, browser] = await Promise.all([startProduct(), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await weft?.[Symbol.asyncDispose]();
});

const DEAL = 'Northwind Robotics';

/** Serious findings of the accessibility checker on a page, one line each. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

test('a newcomer signs up, installs the template, marks a deal won and finds company, contact and ticket; twice', async () => {
  const { page, troubles } = await openPage(browser);

  // Sign-up: one form.
  await page.goto(weft.url);
  await page.waitForURL('**/sign-up');
  expect(await findings(page)).toEqual([]);
  await picture(page, '01-sign-up');
  await page.getByTestId('sign-up-name').fill('Ada Lovelace');
  await page.getByTestId('sign-up-email').fill('ada@example.com');
  await page.getByTestId('sign-up-password').fill('correct horse battery staple');
  await page.getByTestId('sign-up-submit').click();
  await page.waitForURL(`${weft.url}/`);
  await page.getByTestId('first-run').waitFor();
  expect(await findings(page)).toEqual([]);
  await picture(page, '02-home-first-run');

  // Install from the gallery: both demo accounts are bound already.
  await page.goto(`${weft.url}/templates`);
  await page.locator('a[href="/templates/closed-won-to-connectwise/install"]').click();
  await page.waitForURL('**/install');
  await picture(page, '03-install-accounts');
  const enable = page.getByTestId('wizard-enable');
  for (let step = 0; step < 5 && !(await enable.isVisible()); step += 1) {
    const before = await page.getByRole('heading').allTextContents();
    await page.getByTestId('wizard-next').click();
    await expect.poll(() => page.getByRole('heading').allTextContents()).not.toEqual(before);
  }
  expect(await findings(page)).toEqual([]);
  await picture(page, '04-install-review');
  await enable.click();
  await page.waitForURL(/\/workflows\/[0-9a-f-]{36}/);
  await page.getByTestId('canvas-node-won').waitFor();
  await picture(page, '05-builder');
  const workflowId = /workflows\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';

  // The trigger is set up before anything happens in the CRM.
  await expect.poll(async () => (await triggerOf(page, workflowId))?.activatedAt, { timeout: 20_000 }).toBeTruthy();

  // Mark the deal won, as a user of the CRM does.
  const crm = (await openPage(browser)).page;
  await crm.goto(`${weft.url}/demo/crm`);
  await crm.getByTestId('opp-row').filter({ hasText: DEAL }).first().click();
  await picture(crm, '06-demo-crm');
  const psa = (await openPage(browser)).page;
  await psa.goto(`${weft.url}/demo/psa#/tickets`);
  await psa.getByTestId('ticket-row').first().waitFor();
  const clickedAt = performance.now();
  await crm.getByTestId('mark-won').click();
  await psa
    .getByTestId('ticket-row')
    .filter({ hasText: `Onboarding: ${DEAL}` })
    .first()
    .waitFor();
  process.stdout.write(
    `From the click on Closed Won to the ticket in the demo PSA: ${((performance.now() - clickedAt) / 1000).toFixed(1)} s\n`,
  );
  await picture(psa, '07-demo-psa-ticket');

  // The run, on the same canvas.
  await page.goto(`${weft.url}/runs`);
  await page.getByTestId('run-row').filter({ hasText: DEAL }).first().click();
  await page
    .getByTestId('run-status')
    .filter({ hasText: /succeeded/i })
    .waitFor();
  await page.getByTestId('canvas-node-ticket').waitFor();
  expect(await findings(page)).toEqual([]);
  await picture(page, '08-run');

  await expectOnce(psa);

  // Again: lost, then won once more. One ticket, with a note.
  await crm.getByRole('button', { name: /reopen/i }).click();
  await crm.getByTestId('mark-won').waitFor();
  const reopenedAt = Date.now();
  await expect
    .poll(async () => Date.parse((await triggerOf(page, workflowId))?.lastPolledAt ?? '') - reopenedAt, { timeout: 20_000 })
    .toBeGreaterThan(1000);
  await crm.getByTestId('mark-won').click();
  await page.goto(`${weft.url}/runs`);
  await expect
    .poll(
      () =>
        page
          .getByTestId('run-row')
          .filter({ hasText: DEAL })
          .filter({ hasText: /succeeded/i })
          .count(),
      { timeout: 20_000 },
    )
    .toBe(2);
  await picture(page, '09-runs');
  await expectOnce(psa);
  await psa.goto(`${weft.url}/demo/psa#/tickets`);
  await psa
    .getByTestId('ticket-row')
    .filter({ hasText: `Onboarding: ${DEAL}` })
    .click();
  await psa.getByText('No second ticket was made').waitFor();

  expect(troubles).toEqual([]);
}, 180_000);

/** How the trigger of a workflow stands, as the page itself is told. */
function triggerOf(page: Page, id: string): Promise<{ activatedAt: string | null; lastPolledAt: string | null } | null | undefined> {
  return page.evaluate(async (workflowId) => {
    const response = await fetch(`/api/trpc/workflows.get?input=${encodeURIComponent(JSON.stringify({ id: workflowId }))}`);
    const body = (await response.json()) as {
      result?: { data?: { trigger?: { activatedAt: string | null; lastPolledAt: string | null } | null } };
    };
    return body.result?.data?.trigger;
  }, id);
}

/** Exactly one company, one ticket and the contact of the deal are in the PSA. */
async function expectOnce(psa: Page): Promise<void> {
  for (const [place, row, text] of [
    ['companies', 'company-row', DEAL],
    ['contacts', 'contact-row', 'Helena Brandt'],
    ['tickets', 'ticket-row', `Onboarding: ${DEAL}`],
  ] as const) {
    await psa.goto(`${weft.url}/demo/psa#/${place}`);
    await psa.getByTestId('search').fill(place === 'contacts' ? 'Brandt' : DEAL);
    const rows = psa.getByTestId(row).filter({ hasText: text });
    await rows.first().waitFor();
    expect(await rows.count()).toBe(1);
  }
}
