import { expect, it } from 'vitest';
import { splitMany, toggleMany } from './many.ts';

it('reads several values with commas between', () => {
  expect(splitMany(' a, b ,,c ')).toEqual(['a', 'b', 'c']);
  expect(splitMany('')).toEqual([]);
});

it('adds and removes a value in the order of the list, what is not in the list last', () => {
  const order = ['one', 'two', 'three'];
  expect(toggleMany('three', 'one', order)).toBe('one, three');
  expect(toggleMany('old, three', 'two', order)).toBe('two, three, old');
  expect(toggleMany('one, three', 'three', order)).toBe('one');
});
