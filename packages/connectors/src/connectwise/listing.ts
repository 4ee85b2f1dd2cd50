/** Reading lists by conditions: in pages, in requests whose address is not too long, and with the fields that are wanted. */
import { doNotRetry, type CallContext, type WeftError } from '@weft/connector-kit';
import { openConnectWise, type CwRecord, type ListQuery } from './client.ts';
import { withCaptions } from './condition-rows.ts';
import { buildFilter, cwOrder, cwPath, type Combine, type Condition, type Filter } from './conditions.ts';
import type { ObjectInfo } from './objects.ts';

const PAGE = 1000;
/** Addresses above 2000 characters are refused by some servers on the way; host and paging need the rest. */
const LONGEST_FILTER = 1700;

/** What is wanted of a list. */
export interface Listing {
  readonly object: ObjectInfo;
  readonly path: string;
  readonly rows: readonly Condition[];
  readonly combine?: Combine | undefined;
  /** In the vendor's own language. */
  readonly raw?: Filter;
}

/** The filters by which all of a list is read: one, or several when a list of values is too long for one address. */
export async function filtersOf(context: CallContext, { object, rows, combine, raw }: Listing): Promise<readonly Filter[]> {
  const named = await withCaptions(context, object, rows);
  const whole = buildFilter(named, raw, combine);
  if (lengthOf(whole) <= LONGEST_FILTER) return [whole];
  const long = combine === 'any' ? undefined : named.find((row) => row.operator === 'in' && valuesOf(row).length > 1);
  if (long === undefined) throw tooLong(named);
  const others = named.filter((row) => row !== long);
  return chunked(long, (values) => buildFilter([...others, { ...long, value: values }], raw, combine));
}

/** Divides the values of a row so that each filter is short enough; each value is in one of them, once. */
function chunked(row: Condition, filterWith: (values: readonly unknown[]) => Filter): readonly Filter[] {
  const filters: Filter[] = [];
  let values: unknown[] = [];
  for (const value of new Set(valuesOf(row))) {
    if (values.length > 0 && lengthOf(filterWith([...values, value])) > LONGEST_FILTER) {
      filters.push(filterWith(values));
      values = [];
    }
    values.push(value);
    if (lengthOf(filterWith(values)) > LONGEST_FILTER) throw tooLong([row]);
  }
  return [...filters, filterWith(values)];
}

function tooLong(rows: readonly Condition[]): WeftError {
  const longest = rows.toSorted((a, b) => String(b.value).length - String(a.value).length)[0];
  const named = longest === undefined ? '' : ` The longest is on ${longest.field}.`;
  return doNotRetry(`These conditions are longer than an address may be.${named} Use fewer or shorter ones, or a list with "is one of".`, {
    code: 'filter_too_long',
  });
}

function valuesOf({ value }: Condition): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return String(value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const lengthOf = (filter: Filter): number =>
  Object.values(filter).reduce((length: number, text: string) => length + encodeURIComponent(text).length, 0);

/** The fields to ask for; undefined means all. The id and the stamps are always among them. */
export function fieldsParameter(names: readonly string[] | undefined): string | undefined {
  if (names === undefined || names.length === 0) return undefined;
  const paths = names.map((name) => (/^customFields?[:.]/i.test(name) ? 'customFields' : cwPath(name)));
  return [...new Set(['id', ...paths, '_info'])].join(',');
}

/** Reads a list, at most `limit` records. */
export async function listRecords(
  context: CallContext,
  listing: Listing,
  { limit, orderBy, fields }: { limit: number; orderBy?: string | undefined; fields?: readonly string[] | undefined },
): Promise<readonly CwRecord[]> {
  const filters = await filtersOf(context, listing);
  if (orderBy !== undefined && filters.length > 1)
    throw doNotRetry('A list of values this long is read in several requests, in which no order can be kept. Leave the order out.', {
      code: 'filter_too_long',
    });
  const chosen = fieldsParameter(fields);
  const records: CwRecord[] = [];
  for (const filter of filters) {
    if (records.length >= limit) break;
    const query: ListQuery = { ...filter, ...(chosen === undefined ? {} : { fields: chosen }) };
    const rest = limit - records.length;
    records.push(
      ...(orderBy === undefined
        ? await forward(context, listing.path, { query, limit: rest })
        : await ordered(context, listing.path, { query, limit: rest, orderBy })),
    );
  }
  return records.slice(0, limit);
}

/** Where a page begins: behind `pageId`, of the list by the filter with this number. */
export interface ListCursor {
  readonly filter: number;
  readonly pageId?: number;
}

/** Reads one page of a list, in the order of ids: what comes and goes meanwhile moves nothing. */
export async function listPage(
  context: CallContext,
  listing: Listing,
  { cursor, pageSize, fields }: { cursor: ListCursor; pageSize: number; fields?: readonly string[] | undefined },
): Promise<{ readonly items: readonly CwRecord[]; readonly next?: ListCursor }> {
  const filters = await filtersOf(context, listing);
  const chosen = fieldsParameter(fields);
  const query: ListQuery = { ...filters[cursor.filter], ...(chosen === undefined ? {} : { fields: chosen }) };
  const { records, nextPageId } = await openConnectWise(context).forward(listing.path, query, { pageSize, pageId: cursor.pageId });
  if (nextPageId !== undefined) return { items: records, next: { filter: cursor.filter, pageId: nextPageId } };
  return cursor.filter + 1 < filters.length ? { items: records, next: { filter: cursor.filter + 1 } } : { items: records };
}

/** By ids, each page behind the last one: what comes and goes meanwhile moves nothing. */
async function forward(context: CallContext, path: string, { query, limit }: { query: ListQuery; limit: number }): Promise<CwRecord[]> {
  const cw = openConnectWise(context);
  const records: CwRecord[] = [];
  for (let pageId: number | undefined; records.length < limit;) {
    const page = await cw.forward(path, query, { pageSize: Math.min(PAGE, limit - records.length), pageId });
    records.push(...page.records);
    pageId = page.nextPageId;
    if (pageId === undefined) break;
  }
  return records;
}

async function ordered(
  context: CallContext,
  path: string,
  { query, limit, orderBy }: { query: ListQuery; limit: number; orderBy: string },
): Promise<CwRecord[]> {
  const cw = openConnectWise(context);
  const order = cwOrder(orderBy);
  // Equal ones would change their places between two pages.
  const stable = /(^|, )id( |$)/.test(order) ? order : `${order}, id asc`;
  const pageSize = Math.min(PAGE, limit);
  const records: CwRecord[] = [];
  for (let page = 1; records.length < limit; page += 1) {
    const found = await cw.page(path, { ...query, orderBy: stable }, { page, pageSize });
    records.push(...found);
    if (found.length < pageSize) break;
  }
  return records;
}
