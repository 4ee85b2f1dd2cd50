/**
 * The steps of a loop that goes through the pages of an operation, and what is forgotten of them.
 *
 * Page 3 of the loop `contacts` is read by the step `contacts[page3].contacts`, whose output holds its items; they run as
 * `contacts[412].create`, numbered on from page to page. When all of them are settled, `contacts[done3].contacts` says what
 * became of them and behind what the next page begins. From then on nobody asks for the page's steps: they are for people.
 */
import { WeftError } from '@weft/errors';
import type { StepRecord } from './journal.ts';
import { asObject } from './plain.ts';

/** The step that reads a page. `loop`: path of the loop. */
export function readPath(loop: string, page: number): string {
  return `${loop}[page${page}].${idOf(loop)}`;
}

/** The step that says that a page is done. */
export function donePath(loop: string, page: number): string {
  return `${loop}[done${page}].${idOf(loop)}`;
}

function idOf(loop: string): string {
  return loop.slice(loop.lastIndexOf('.') + 1);
}

const PAGE_STEP = /\[(page|done)(\d+)\]\.\w+$/;

/** Whether a step is about a page of a loop, so that it says nothing of how the loop itself stands. */
export function isPageStep(path: string): boolean {
  return PAGE_STEP.test(path);
}

/** Whether a step reads a page of a loop. */
export function isReadStep(path: string): boolean {
  return PAGE_STEP.exec(path)?.[1] === 'page';
}

/** What is done of a loop: the pages before `pages`, the items before `items`. `prefix`: the loop's path and a bracket. */
export interface DonePages {
  readonly prefix: string;
  readonly pages: number;
  readonly items: number;
}

/** What the records that say that a page is done amount to. Others are passed over. */
export function donePagesOf(records: Iterable<Pick<StepRecord, 'path' | 'output'>>): DonePages[] {
  const done = new Map<string, DonePages>();
  for (const { path, output } of records) {
    const [whole, kind, number] = PAGE_STEP.exec(path) ?? [];
    if (whole === undefined || kind !== 'done') continue;
    const prefix = path.slice(0, path.length - whole.length + 1);
    const pages = Number(number) + 1;
    // Written by us: `from` and `count` of the page.
    const { from, count } = asObject(output);
    if (pages > (done.get(prefix)?.pages ?? 0)) done.set(prefix, { prefix, pages, items: Number(from) + Number(count) });
  }
  return [...done.values()];
}

/** Whether a step belongs to a page that is done, and need not be known to go on. */
export function isForgotten(path: string, done: readonly DonePages[]): boolean {
  return done.some(({ prefix, pages, items }) => {
    if (!path.startsWith(prefix)) return false;
    const [, kind, number] = /^(page|done|)(\d+)\]/.exec(path.slice(prefix.length)) ?? [];
    if (kind === 'done' || number === undefined) return false;
    return Number(number) < (kind === 'page' ? pages : items);
  });
}

/** A page as it was read. */
export interface Page {
  readonly items: readonly unknown[];
  /** Behind what the next one begins; undefined when there is none. */
  readonly next: unknown;
}

/** Reads what an operation gave as a page. Throws when it is none, and when the next page would be this one again. */
export function pageOf(output: unknown, cursor: unknown, nodeId: string): Page {
  const { items, next } = asObject(output);
  if (!Array.isArray(items)) throw broken(nodeId, 'what was read is no page of a list');
  if (next !== undefined && next !== null && JSON.stringify(next) === JSON.stringify(cursor))
    throw broken(nodeId, 'the next page would be the same one again');
  return { items, next: next ?? undefined };
}

function broken(nodeId: string, why: string): WeftError {
  return new WeftError({
    class: 'bug',
    code: 'page_broken',
    message: `“${nodeId}” goes through pages, but ${why}. Tell the maker of the connector.`,
  });
}
