/** Reads a list to its end, or to where it is told to stop. */
import { doNotRetry, sha256Hex, type CallContext, type HttpResponse } from '@weft/connector-kit';
import { failure, type Request } from './client.ts';
import { itemsOf } from './page-items.ts';
import { firstAddress, nextAddress, pointsOn, type Follow } from './paging.ts';
import { patientSender } from './waiting.ts';

export interface PagesInput {
  /** Without page parameters. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly follow: Follow;
  readonly itemsPath: readonly string[] | undefined;
  readonly maxPages: number;
  readonly maxItems: number;
}

/** Why reading ended. Only the first two mean that the list is whole. */
export type Ending = 'noNext' | 'emptyPage' | 'repeated' | 'tooManyEmpty' | 'maxPages' | 'maxItems';

export interface Pages {
  readonly items: readonly unknown[];
  readonly pages: number;
  /** The list has been read to its end. */
  readonly complete: boolean;
  readonly ended: Ending;
}

/** What one answer may hold, all may hold together: they become one output. */
const MAX_BYTES = 20 * 1024 * 1024;
/** Some services give empty pages on the way, but none gives this many in a row and then goes on. */
const MAX_EMPTY_IN_A_ROW = 3;

/**
 * Reads pages until nothing points on, a counted page is empty, or a limit is reached. A cursor, an address or a page
 * that comes again ends it as well, since it would come for ever. Throws for an answer of status 400 and above.
 */
export async function readPages(context: CallContext, input: PagesInput): Promise<Pages> {
  const { follow } = input;
  const send = patientSender(context);
  const start = firstAddress(follow, input.url);
  const seen = new Seen();
  const items: unknown[] = [];
  let bytes = 0;
  let emptyInARow = 0;
  let address = start;
  const end = (pages: number, ended: Ending): Pages => ({ items, pages, complete: ended === 'noNext' || ended === 'emptyPage', ended });

  for (let pages = 1; ; pages += 1) {
    seen.address(address);
    const request: Request = { method: 'GET', url: address, headers: input.headers, timeoutSeconds: input.timeoutSeconds };
    const response = await send(request);
    // Behind the last page some frameworks answer "not found" instead of an empty page.
    if (response.status === 404 && pages > 1 && !pointsOn(follow)) return end(pages - 1, 'emptyPage');
    if (response.status >= 400) throw failure(context, request, response);
    bytes += response.bytes.byteLength;
    if (bytes > MAX_BYTES) throw tooLarge(pages);

    const body = response.json();
    const found = itemsOf(body, { path: input.itemsPath, isFirst: pages === 1 });
    emptyInARow = found.length === 0 ? emptyInARow + 1 : 0;
    if (!pointsOn(follow)) {
      if (found.length === 0) return end(pages, 'emptyPage');
      if (seen.page(found)) return end(pages, 'repeated');
    }
    for (const item of found) items.push(item);
    const next = nextAddress(follow, { start, url: response.url, link: linkOf(response), body, pages, items: items.length });
    if (items.length > input.maxItems || (items.length === input.maxItems && next !== undefined)) {
      items.length = input.maxItems;
      return end(pages, 'maxItems');
    }
    if (next === undefined) return end(pages, 'noNext');
    if (seen.has(next)) return end(pages, 'repeated');
    if (emptyInARow >= MAX_EMPTY_IN_A_ROW) return end(pages, 'tooManyEmpty');
    if (pages >= input.maxPages) return end(pages, 'maxPages');
    address = next;
  }
}

/** Addresses asked and pages got, by which a circle is noticed. */
class Seen {
  readonly #addresses = new Set<string>();
  readonly #pages = new Set<string>();

  address(address: string): void {
    this.#addresses.add(address);
  }

  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** Whether a page with just these records has been there; it has from now on. */
  page(items: readonly unknown[]): boolean {
    const print = sha256Hex(JSON.stringify(items));
    const isKnown = this.#pages.has(print);
    this.#pages.add(print);
    return isKnown;
  }
}

function linkOf(response: HttpResponse): string | undefined {
  return response.headers['link'];
}

function tooLarge(pages: number): Error {
  return doNotRetry(
    `The first ${pages} pages together are larger than ${MAX_BYTES / 1024 / 1024} MB. Ask for fewer fields, or read at most fewer records.`,
    { code: 'response_too_large' },
  );
}
