import { createTestBench, startStub, type Stub, type StubRequest } from '@weft/connector-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { http } from '../index.ts';

let api: Stub;
let other: Stub;
type Answer = Awaited<ReturnType<Parameters<typeof startStub>[0]>>;
let answer: (request: StubRequest) => Answer;
let from: number;

beforeAll(async () => {
  api = await startStub((request) => answer(request));
  other = await startStub(() => ({ body: [{ stolen: true }] }));
});
afterAll(async () => {
  await Promise.all([api.close(), other.close()]);
});
beforeEach(() => {
  from = api.requests.length;
});

const open = createTestBench({ connector: http });
const getAll = (input: Record<string, unknown>, bench = open) => bench.run('getAll', { url: `${api.url}/orders`, ...input });
const asked = () => api.requests.slice(from).map(({ path, query }) => `${path}${query.size > 0 ? `?${query.toString()}` : ''}`);
/** Twenty-five records, a slice at a time. */
const records = Array.from({ length: 25 }, (_, id) => ({ id }));

describe('pages are followed', () => {
  test('by the Link header', async () => {
    answer = ({ query }) => {
      const page = Number(query.get('page') ?? 1);
      const link = page < 3 ? { link: `<${api.url}/orders?page=${page + 1}>; rel="next"` } : {};
      return { headers: link, body: records.slice((page - 1) * 10, page * 10) };
    };
    expect(await getAll({})).toEqual({ items: records, pages: 3, complete: true, ended: 'noNext' });
    expect(asked()).toEqual(['/orders', '/orders?page=2', '/orders?page=3']);
  });

  test('by an address in the answer, with headers and credentials on each call', async () => {
    answer = ({ query, headers }) => {
      if (headers['authorization'] !== 'Bearer t0ken' || headers['x-tenant'] !== 'acme') return { status: 401 };
      const after = Number(query.get('after') ?? 0);
      return {
        body: { data: { rows: records.slice(after, after + 20) }, '@odata.nextLink': after === 0 ? '/orders?after=20' : null },
      };
    };
    const bench = createTestBench({ connector: http, values: { site: api.url, token: 't0ken' } });
    const input = { itemsPath: 'data.rows', follow: 'nextAddress', nextPath: '["@odata.nextLink"]', headers: { 'X-Tenant': 'acme' } };
    expect(await getAll(input, bench)).toEqual({ items: records, pages: 2, complete: true, ended: 'noNext' });
  });

  test('by a cursor; an empty page on the way does not end the list', async () => {
    const pages: Record<string, { rows: unknown[]; next?: string }> = {
      '': { rows: [1], next: 'a/b' },
      'a/b': { rows: [], next: 'c' },
      c: { rows: [2] },
    };
    answer = ({ query }) => ({ body: pages[query.get('page_token') ?? ''] ?? {} });
    const input = { query: { q: 'x' }, follow: 'cursor', cursorPath: 'next', cursorParameter: 'page_token' };
    expect(await getAll(input)).toEqual({ items: [1, 2], pages: 3, complete: true, ended: 'noNext' });
    expect(asked()).toEqual(['/orders?q=x', '/orders?q=x&page_token=a%2Fb', '/orders?q=x&page_token=c']);
  });

  test('by page number, until a page is empty', async () => {
    answer = ({ query }) => {
      const at = (Number(query.get('p')) - 1) * 10;
      return { body: { items: records.slice(at, at + Number(query.get('per_page'))) } };
    };
    const input = { follow: 'pageNumber', pageParameter: 'p', limitParameter: 'per_page', pageSize: 10 };
    expect(await getAll(input)).toEqual({ items: records, pages: 4, complete: true, ended: 'emptyPage' });
    expect(asked()[0]).toBe('/orders?per_page=10&p=1');
  });

  test('by page number, until "not found" stands behind the last page', async () => {
    answer = ({ query }) =>
      query.get('page') === '3' ? { status: 404, body: { detail: 'Invalid page.' } } : { body: [query.get('page')] };
    expect(await getAll({ follow: 'pageNumber' })).toEqual({ items: ['1', '2'], pages: 2, complete: true, ended: 'emptyPage' });
  });

  test('by offset, which counts what came: a service may give fewer than it was asked for', async () => {
    answer = ({ query }) => {
      const at = Number(query.get('offset'));
      return { body: records.slice(at, at + 12) };
    };
    expect(await getAll({ follow: 'offset', pageSize: 100 })).toEqual({ items: records, pages: 4, complete: true, ended: 'emptyPage' });
    expect(asked()).toEqual([0, 12, 24, 25].map((offset) => `/orders?limit=100&offset=${offset}`));
  });
});

describe('reading stops', () => {
  test('when a cursor comes again', async () => {
    answer = () => ({ body: { rows: [1], next: 'same' } });
    expect(await getAll({ follow: 'cursor', cursorPath: 'next' })).toEqual({ items: [1, 1], pages: 2, complete: false, ended: 'repeated' });
  });

  test('when addresses go in a circle', async () => {
    answer = ({ path }) => ({ body: { rows: [path], next: path === '/a' ? '/b' : '/a' } });
    expect(await getAll({ follow: 'nextAddress', nextPath: 'next', url: `${api.url}/a` })).toEqual({
      items: ['/a', '/b'],
      pages: 2,
      complete: false,
      ended: 'repeated',
    });
  });

  test('when the same page comes again: the service does not know the parameter', async () => {
    answer = () => ({ body: records });
    expect(await getAll({ follow: 'pageNumber' })).toEqual({ items: records, pages: 2, complete: false, ended: 'repeated' });
  });

  test('when nothing but empty pages comes', async () => {
    let n = 0;
    answer = () => ({ body: { rows: [], next: `/orders?n=${(n += 1)}` } });
    expect(await getAll({ follow: 'nextAddress', nextPath: 'next' })).toEqual({
      items: [],
      pages: 3,
      complete: false,
      ended: 'tooManyEmpty',
    });
  });

  test('at the most pages and the most records; a list of just that length is whole', async () => {
    answer = ({ query }) => {
      const at = Number(query.get('after') ?? 0);
      return { body: { rows: records.slice(at, at + 10), next: at + 10 < 25 ? at + 10 : null } };
    };
    const input = { follow: 'cursor', cursorPath: 'next', cursorParameter: 'after' };
    expect(await getAll({ ...input, maxPages: 2 })).toMatchObject({ pages: 2, complete: false, ended: 'maxPages', items: { length: 20 } });
    expect(await getAll({ ...input, maxItems: 13 })).toEqual({ items: records.slice(0, 13), pages: 2, complete: false, ended: 'maxItems' });
    expect(await getAll({ ...input, maxItems: 20 })).toMatchObject({ pages: 2, complete: false, ended: 'maxItems' });
    expect(await getAll({ ...input, maxItems: 25, maxPages: 3 })).toMatchObject({ pages: 3, complete: true, ended: 'noNext' });
  });

  test('when the pages together are too large', async () => {
    const large = 'x'.repeat(8 * 1024 * 1024);
    answer = ({ query }) => ({ body: [`${query.get('page')}${large}`] });
    await expect(getAll({ follow: 'pageNumber' })).rejects.toMatchObject({
      class: 'invalid',
      code: 'response_too_large',
      message: expect.stringContaining('The first 3 pages together are larger than 20 MB'),
    });
  });
});

describe('another site', () => {
  test.each([['link'], ['nextAddress']])('is never asked for a next page (%s)', async (follow) => {
    const before = other.requests.length;
    answer = () => ({ headers: { link: `<${other.url}/steal>; rel="next"` }, body: { rows: [1], next: `${other.url}/steal` } });
    for (const bench of [open, createTestBench({ connector: http, values: { site: api.url, queryName: 'key', queryValue: 'secret-1' } })]) {
      await expect(getAll({ follow, nextPath: 'next', headers: { authorization: 'Bearer own' } }, bench)).rejects.toMatchObject({
        class: 'invalid',
        code: 'next_page_elsewhere',
        message: `The next page is on another site: ${other.url} instead of ${api.url}. It is not followed, so that headers and credentials stay with the site they were entered for.`,
      });
    }
    expect(other.requests.length).toBe(before);
  });
});

describe('a service in trouble', () => {
  test('that says when to come again is waited for, and no page is read twice', async () => {
    let refusals = 2;
    answer = ({ query }) => {
      if (query.get('page') === '2' && (refusals -= 1) >= 0) return { status: 429, headers: { 'retry-after': '0.02' }, body: 'slow' };
      return { body: query.get('page') === '3' ? [] : [query.get('page')] };
    };
    expect(await getAll({ follow: 'pageNumber' })).toMatchObject({ items: ['1', '2'], complete: true });
    expect(asked()).toEqual([1, 2, 2, 2, 3].map((page) => `/orders?page=${page}`));
  });

  test('that wants a long wait, or none it names, fails the step with the wait', async () => {
    answer = () => ({ status: 429, headers: { 'retry-after': '90' }, body: { message: 'Quota used up' } });
    await expect(getAll({})).rejects.toMatchObject({
      class: 'throttled',
      retryAfterMs: 90_000,
      message: `${new URL(api.url).host} answered 429 for GET /orders: Quota used up.`,
    });
    answer = () => ({ status: 503, body: '' });
    await expect(getAll({})).rejects.toMatchObject({ class: 'transient' });
    expect(asked()).toHaveLength(2);
  });

  test('that says "now" again and again is not asked for ever', async () => {
    answer = () => ({ status: 429, headers: { 'retry-after': '0' }, body: 'slow' });
    await expect(getAll({})).rejects.toMatchObject({ class: 'throttled' });
    expect(asked()).toHaveLength(31);
  });

  test('is not waited for when the run is stopped', async () => {
    const stop = new AbortController();
    answer = () => {
      setImmediate(() => stop.abort());
      return { status: 429, headers: { 'retry-after': '10' }, body: 'slow' };
    };
    await expect(open.run('getAll', { url: `${api.url}/orders` }, { signal: stop.signal })).rejects.toMatchObject({ class: 'cancelled' });
  });

  test('that fails in the middle fails the step; a first page that is not found is an error', async () => {
    answer = ({ query }) => (query.get('page') === '2' ? { status: 500, body: { error: 'boom' } } : { body: [1] });
    await expect(getAll({ follow: 'pageNumber' })).rejects.toMatchObject({ class: 'transient', message: expect.stringContaining('boom') });
    answer = () => ({ status: 404, body: '' });
    await expect(getAll({ follow: 'pageNumber' })).rejects.toMatchObject({ class: 'notFound' });
  });
});

test('what a way of paging needs is asked for by the name of its field', async () => {
  await expect(getAll({ follow: 'cursor' })).rejects.toMatchObject({
    class: 'invalid',
    message: expect.stringMatching(/^Path of the cursor: /),
  });
  await expect(getAll({ follow: 'nextAddress' })).rejects.toMatchObject({ message: expect.stringMatching(/^Path of the next address: /) });
});
