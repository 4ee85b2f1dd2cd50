/** What the pages of a loop amount to. Few outcomes are kept whole; of many, only the numbers and the first that failed. */
import type { StepRecord } from '../journal.ts';
import { asObject } from '../plain.ts';
import type { ItemOutcome } from './loop-items.ts';

/** Up to so many items a loop through pages gives what became of each. */
export const MOST_ITEMS = 1000;
/** So many failed items are named beyond that; the others stand in the run's steps. */
export const MOST_FAILURES = 1000;

/** What became of a page: the output of the step that says that it is done. */
export interface PageDone {
  readonly page: number;
  /** Index of its first item. */
  readonly from: number;
  readonly count: number;
  readonly failed: number;
  /** All outcomes, while those of all pages are few. */
  readonly items?: readonly ItemOutcome[];
  /** Else those that failed, while these are few. */
  readonly failures?: readonly ItemOutcome[];
  /** Behind what the next page begins; absent after the last one. */
  readonly next?: unknown;
}

/** The output of the loop. */
export interface PagesOutput {
  readonly count: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly pages: number;
  /** Absent when there are more than {@link MOST_ITEMS}. */
  readonly items?: readonly ItemOutcome[];
  /** The first {@link MOST_FAILURES} items that failed. */
  readonly failures: readonly ItemOutcome[];
}

/** The pages that are done, added up. */
export class PageProgress {
  pages = 0;
  count = 0;
  #failed = 0;
  #items: ItemOutcome[] | undefined = [];
  #failures: ItemOutcome[] = [];
  /** Behind what the next page begins. */
  cursor: unknown;
  isComplete = false;

  /** What is to be written down of the next page. */
  doneOf(outcomes: readonly ItemOutcome[], next: unknown): PageDone {
    const items = outcomes.toSorted((a, b) => a.index - b.index);
    const failures = items.filter(({ ok }) => !ok);
    const isFew = this.#items !== undefined && this.count + items.length <= MOST_ITEMS;
    return {
      page: this.pages,
      from: this.count,
      count: items.length,
      failed: failures.length,
      ...(isFew ? { items } : { failures: failures.slice(0, Math.max(0, MOST_FAILURES - this.#failures.length)).map(inShort) }),
      ...(next === undefined ? {} : { next }),
    };
  }

  add({ count, failed, items, failures, next }: PageDone): void {
    this.pages += 1;
    this.count += count;
    this.#failed += failed;
    this.#failures.push(...(failures ?? (items ?? []).filter(({ ok }) => !ok).map(inShort)));
    if (items === undefined) this.#items = undefined;
    else this.#items?.push(...items);
    this.cursor = next;
    this.isComplete = next === undefined;
  }

  output(): PagesOutput {
    return {
      count: this.count,
      succeeded: this.count - this.#failed,
      failed: this.#failed,
      pages: this.pages,
      ...(this.#items === undefined ? {} : { items: this.#items }),
      failures: this.#failures.slice(0, MOST_FAILURES),
    };
  }
}

/** The page that a record says is done. */
export function pageDoneOf(record: StepRecord): PageDone {
  // Written by us from a PageDone.
  return asObject(record.output) as unknown as PageDone;
}

/** Of a failure, what tells it from others: details of a thousand are too many. */
function inShort({ index, error }: ItemOutcome): ItemOutcome {
  return { index, ok: false, ...(error ? { error: { class: error.class, code: error.code, message: error.message } } : {}) };
}
