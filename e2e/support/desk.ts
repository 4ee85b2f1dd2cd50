/** What journeys behind the sign-in share: a product with an administrator, the API, a signed-in page, the mouse. */
import { expect } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import { openPage } from './browser.ts';
import { startProduct } from './product.ts';
import type { Product } from './product.ts';

const ADMIN = { email: 'ada@example.com', password: 'correct-horse-battery' };
const TOKEN = 'a-token-for-the-journeys-only';

/** A product whose administrator and API token exist from the start. */
export function startWithAdmin(env: Record<string, string> = {}): Promise<Product> {
  return startProduct({
    env: { WEFT_ADMIN_EMAIL: ADMIN.email, WEFT_ADMIN_PASSWORD: ADMIN.password, WEFT_API_TOKEN: TOKEN, ...env },
  });
}

/** Calls REST v1 and gives the body; anything but success is an error. */
export async function callApi(weft: Product, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${weft.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
}

/** A page of the administrator, signed in. */
export async function signedIn(
  weft: Product,
  browser: Browser,
  options: { colorScheme?: 'light' | 'dark' } = {},
): Promise<{ page: Page; troubles: string[] }> {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${weft.url}/sign-in`);
  await fillSignIn(opened.page);
  await opened.page.waitForURL(`${weft.url}/`);
  return opened;
}

/** Signs the administrator in on the page that asks for it. */
export async function fillSignIn(page: Page): Promise<void> {
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
}

/** Drags from one point to another in small steps, as a hand does. */
export async function drag(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 6 });
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
}

/** A place on the screen, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The middle of something. */
export async function middle(of: Locator): Promise<Point> {
  await of.waitFor();
  const box = await of.boundingBox();
  if (!box) throw new Error('It is not on the screen');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Waits until what a function gives is as expected. */
export function becomes<Value>(read: () => Promise<Value>, expected: unknown): Promise<void> {
  return expect.poll(read, { timeout: 15_000 }).toEqual(expected);
}
