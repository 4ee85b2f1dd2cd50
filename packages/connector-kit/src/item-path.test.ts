import { describe, expect, test } from 'vitest';
import { itemReader } from './item-path.ts';

const at = (item: unknown, path: string) => itemReader(path)(item);

describe('paths into items', () => {
  test('go through records and lists, and prefer a member with the whole name', () => {
    const item = { a: { 'b.c': 1, d: [{ e: 5 }, { e: 6 }] }, 'Unit.Price': 9, 'x]y': 7, 'Price [EUR]': 3, 'First Name': 'Ann' };
    expect(at(item, 'a.`b.c`')).toBe(1);
    expect(at(item, "a['b.c']")).toBe(1);
    expect(at(item, 'a.d[0].e')).toBe(5);
    expect(at(item, 'a.d[-1].e')).toBe(6);
    expect(at(item, 'a.d.1.e')).toBe(6);
    expect(at(item, ' First Name ')).toBe('Ann');
    for (const name of ['Unit.Price', 'x]y', 'Price [EUR]']) expect(at(item, name)).toBe(item[name as 'x]y']);
    expect(at(item, 'a.d.length')).toBeUndefined();
    expect(at({ text: 'abc' }, 'text.length')).toBeUndefined();
    expect(at(null, 'a.b')).toBeUndefined();
  });

  test('that are empty or a dot mean the item itself', () => {
    for (const path of ['', ' ', '.']) expect(at('x', path)).toBe('x');
    expect(itemReader(undefined)(7)).toBe(7);
  });

  test('never reach what an item does not own', () => {
    for (const path of ['constructor', 'constructor.name', '__proto__', '__proto__.toString', 'toString', 'a.constructor'])
      expect(at({ a: {} }, path)).toBeUndefined();
    const own = JSON.parse('{"__proto__":{"x":1},"constructor":"c"}') as unknown;
    expect(at(own, '__proto__.x')).toBe(1);
    expect(at(own, 'constructor')).toBe('c');
  });

  test.each(['a..b', 'a.', '.a', 'a[x]', 'a[0]b', '[', '`a'])('%j is none', (path) => {
    expect(() => at({ a: 1 }, path)).toThrowError(expect.objectContaining({ class: 'invalid', code: 'path_malformed' }));
  });
});
