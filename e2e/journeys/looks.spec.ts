/** Every page, in both themes and two sizes: nothing overflows, nothing breaks, the accessibility checker finds nothing serious. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launchBrowser, picture } from '../support/browser.ts';
import { callApi, signedIn, startWithAdmin } from '../support/desk.ts';
import type { Product } from '../support/product.ts';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';
const LONG = 'A workflow whose name is far longer than anybody should ever give to one, and which must be cut, not push others away';

let weft: Product;
let browser: Browser;
let workflowId: string;
let runId: string;

beforeAll(async () => {
  [weft, browser] = await Promise.all([startWithAdmin(), launchBrowser()]);
  const { id } = await callApi(weft, 'POST', '/workflows', {
    format: 'weft/workflow@1',
    name: LONG,
    nodes: [
      { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} },
      { id: 'good', kind: 'map', title: LONG, fields: [{ to: 'company', from: '{{ trigger.company }}' }] },
      { id: 'bad', kind: 'map', title: 'Counts letters', fields: [{ to: 'letters', from: '{{ $length(trigger.company.employees) }}' }] },
    ],
    edges: [
      { from: 'start', to: 'good' },
      { from: 'good', to: 'bad' },
    ],
  });
  workflowId = String(id);
  const run = await callApi(weft, 'POST', `/workflows/${workflowId}/run`, {
    version: 'draft',
    payload: { company: { name: 'Donaudampfschifffahrtsgesellschaft'.repeat(4), employees: 12 } },
  });
  runId = String(run['runId']);
  const status = async (): Promise<unknown> => ((await callApi(weft, 'GET', `/runs/${runId}`))['run'] as { status: string }).status;
  await vi.waitUntil(async () => (await status()) === 'failed', { timeout: 15_000, interval: 200 });
});

afterAll(async () => {
  await browser?.close();
  await weft?.[Symbol.asyncDispose]();
});

const pages = (): Record<string, string> => ({
  home: '/',
  workflows: '/workflows',
  templates: '/templates',
  wizard: '/templates/closed-won-to-connectwise/install',
  connections: '/connections',
  runs: '/runs',
  'run-failed': `/runs/${runId}`,
  'run-unknown': `/runs/${UNKNOWN}`,
  builder: `/workflows/${workflowId}`,
  'builder-unknown': `/workflows/${UNKNOWN}`,
  settings: '/settings',
  nowhere: '/nowhere/at/all',
});

async function look(page: Page, name: string, path: string): Promise<string[]> {
  await page.goto(`${weft.url}${path}`);
  // Lists go on asking for news, so that the network never rests: what is still a skeleton is waited for instead.
  await page.waitForFunction(() => globalThis.document.querySelector('[aria-busy=true], .animate-breathe') === null);
  await page.waitForTimeout(800); // entrances end
  await picture(page, name);
  const sideways = await page.evaluate(() => globalThis.document.documentElement.scrollWidth - globalThis.innerWidth);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return [
    ...(sideways > 0 ? [`${name}: ${sideways} px wider than the window`] : []),
    ...violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
  ];
}

test.each([
  { theme: 'light', width: 1440, height: 900 },
  { theme: 'dark', width: 1280, height: 720 },
] as const)(
  'every page in $theme at $width × $height',
  async ({ theme, width, height }) => {
    const { page } = await signedIn(weft, browser, { colorScheme: theme });
    await page.setViewportSize({ width, height });
    const findings: string[] = [];
    const broken: string[] = [];
    page.on('pageerror', (error) => broken.push(error.message));
    for (const [name, path] of Object.entries(pages())) findings.push(...(await look(page, `look-${theme}-${name}`, path)));
    expect(findings).toEqual([]);
    expect(broken).toEqual([]);
    // An open page follows the system, without being loaded again.
    await page.goto(weft.url);
    await page.emulateMedia({ colorScheme: theme === 'dark' ? 'light' : 'dark' });
    await expect.poll(() => page.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(theme === 'light');
    await page.context().close();
  },
  120_000,
);
