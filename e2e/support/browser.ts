/** A real browser: the Chromium that the test runner found. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

/** Launches Chromium without the background traffic it makes by itself. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['WEFT_CHROMIUM'];
  if (!executablePath) throw new Error('WEFT_CHROMIUM is not set; run the browser tests with `npm run e2e`.');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A page of 1440 × 900 that collects its console errors and failed requests in `troubles`. */
export async function openPage(
  browser: Browser,
  options: { colorScheme?: 'light' | 'dark' } = {},
): Promise<{ page: Page; troubles: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: options.colorScheme ?? 'light' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  return { page, troubles };
}

/** Saves a picture of the page under e2e/test-results, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  const dir = resolve(import.meta.dirname, '../test-results');
  mkdirSync(dir, { recursive: true });
  await page.screenshot({ path: join(dir, `${name}.png`) });
}
