import { describe, expect, test } from 'vitest';
import { parsePath, valueAt } from './data-path.ts';
import { nextLink } from './link-header.ts';
import { itemsOf } from './page-items.ts';
import { firstAddress, nextAddress, type Follow, type SoFar } from './paging.ts';

const soFar = (more: Partial<SoFar>): SoFar => ({
  start: 'https://api.example.com/orders?a=1',
  url: 'https://api.example.com/orders?a=1',
  link: undefined,
  body: {},
  pages: 1,
  items: 10,
  ...more,
});

describe('the Link header', () => {
  test.each([
    ['<https://a/b?page=2>; rel="next", <https://a/b?page=9>; rel="last"', 'https://a/b?page=2'],
    ['<https://a/b?page=1>; rel="prev",<https://a/b?page=3>;rel=next', 'https://a/b?page=3'],
    ['</b?x=1,2;3>; title="a, b; rel=next"; rel="next last"', '/b?x=1,2;3'],
    ['<https://a/b>; REL="Next"', 'https://a/b'],
    ['<https://a/b>; rel="last"', undefined],
    ['<https://a/b>; title="rel=next"', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j leads to %j', (header, target) => {
    expect(nextLink(header)).toBe(target);
  });

  test('a long one that never fits is read in no time', () => {
    const started = performance.now();
    expect(nextLink('<a>' + '; a=b'.repeat(20_000) + ' !')).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('a path', () => {
  test.each([
    ['data.items', ['data', 'items']],
    ['$.data[0].next', ['data', '0', 'next']],
    ["meta['next page']", ['meta', 'next page']],
    ['["@odata.nextLink"]', ['@odata.nextLink']],
    ['@odata', ['@odata']],
    ['$', []],
  ])('%j', (path, steps) => {
    expect(parsePath(path)).toEqual(steps);
  });

  test.each(['a..b', 'a[', 'a[x]', 'a b'])('%j is none', (path) => {
    expect(() => parsePath(path)).toThrow(`"${path}" is not a path.`);
  });

  test('leads to own members only', () => {
    expect(valueAt({ a: [{ b: 0 }] }, ['a', '0', 'b'])).toBe(0);
    expect(valueAt({}, ['constructor'])).toBeUndefined();
    expect(valueAt(null, ['a'])).toBeUndefined();
  });
});

describe('the next address', () => {
  const after = (follow: Follow, more: Partial<SoFar>): string | undefined => nextAddress(follow, soFar(more));

  test('by a link, which may be relative', () => {
    expect(after({ kind: 'link' }, { link: '<?page=2>; rel=next', url: 'https://api.example.com/v2/orders' })).toBe(
      'https://api.example.com/v2/orders?page=2',
    );
    expect(after({ kind: 'link' }, {})).toBeUndefined();
  });

  test('by an address in the answer; null, false and an empty text end the list', () => {
    const follow: Follow = { kind: 'nextAddress', path: ['next'] };
    expect(after(follow, { body: { next: '/orders?after=7' } })).toBe('https://api.example.com/orders?after=7');
    for (const next of [null, '', false, undefined]) expect(after(follow, { body: { next } })).toBeUndefined();
    expect(() => after(follow, { body: { next: { href: '/x' } } })).toThrow('neither text nor a number: {"href":"/x"}');
  });

  test('on another site it is refused; the own site with http is put right', () => {
    const follow: Follow = { kind: 'nextAddress', path: ['next'] };
    expect(after(follow, { body: { next: 'http://api.example.com/orders?after=7' } })).toBe('https://api.example.com/orders?after=7');
    expect(() => after(follow, { body: { next: 'https://evil.example/orders' } })).toThrow(
      'The next page is on another site: https://evil.example instead of https://api.example.com.',
    );
    expect(() => after(follow, { body: { next: '//evil.example/orders' } })).toThrow('another site');
    expect(() => after(follow, { body: { next: 'https://api.example.com:8443/' } })).toThrow('another site');
    // Wherever a redirect has led, the site that was entered decides.
    expect(() => after({ kind: 'link' }, { url: 'https://other.example/', link: '</p2>; rel=next' })).toThrow('another site');
  });

  test('by a cursor, which takes the place of the one before', () => {
    const follow: Follow = { kind: 'cursor', path: ['meta', 'cursor'], parameter: 'after' };
    expect(after(follow, { body: { meta: { cursor: 'a b/=' } } })).toBe('https://api.example.com/orders?a=1&after=a+b%2F%3D');
    expect(after(follow, { body: { meta: { cursor: 0 } } })).toContain('after=0');
    expect(after(follow, { body: { meta: {} } })).toBeUndefined();
  });

  test('by counting', () => {
    const page: Follow = { kind: 'pageNumber', parameter: 'page', first: 0 };
    expect(firstAddress(page, 'https://api.example.com/')).toBe('https://api.example.com/?page=0');
    expect(after(page, { pages: 3 })).toBe('https://api.example.com/orders?a=1&page=3');
    const offset: Follow = { kind: 'offset', parameter: 'skip', first: 0 };
    expect(firstAddress(offset, 'https://api.example.com/')).toBe('https://api.example.com/?skip=0');
    expect(after(offset, { items: 137 })).toBe('https://api.example.com/orders?a=1&skip=137');
  });
});

describe('the records of a page', () => {
  const first = { path: undefined, isFirst: true };
  test('are the answer itself, its only list, or what the path leads to', () => {
    expect(itemsOf([1], first)).toEqual([1]);
    expect(itemsOf({ total: 1, data: [2] }, first)).toEqual([2]);
    expect(itemsOf({ data: { rows: [3] }, warnings: [] }, { path: ['data', 'rows'], isFirst: true })).toEqual([3]);
    expect(itemsOf({ data: null }, { path: ['data'], isFirst: true })).toEqual([]);
    expect(itemsOf({ done: true }, { path: ['data'], isFirst: false })).toEqual([]);
    expect(itemsOf(null, first)).toEqual([]);
  });

  test('that cannot be found are told with what is there', () => {
    expect(() => itemsOf({ data: [1], warnings: [] }, first)).toThrow(
      'The answer is no list but a record with data, warnings. Give the path of the list of records: data, warnings.',
    );
    expect(() => itemsOf({ result: { rows: [] } }, { path: ['rows'], isFirst: true })).toThrow(
      '"rows" in the answer is no list but not there. Give the path of the list of records: result.rows.',
    );
    expect(() => itemsOf('done', first)).toThrow('The answer is no list but text: done. Give the path of the list of records.');
  });
});
