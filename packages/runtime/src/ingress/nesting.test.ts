import { expect, test } from 'vitest';
import { MOST_LEVELS, isTooDeep } from './nesting.ts';

const nested = (levels: number): string => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;

test.each([
  ['as many levels as there may be', nested(MOST_LEVELS), false],
  ['two more', nested(MOST_LEVELS + 2), true],
  ['brackets that are never closed', '['.repeat(MOST_LEVELS + 1), true],
  ['brackets in a string', JSON.stringify('['.repeat(5 * MOST_LEVELS)), false],
  ['a string with quotation marks and brackets', JSON.stringify({ a: '\\"[['.repeat(MOST_LEVELS), b: '\\' }), false],
  ['a string that ends in a backslash, before too many', `["\\\\",${nested(MOST_LEVELS)}]`, true],
  ['many beside each other', `[${'[],{},'.repeat(MOST_LEVELS)}1]`, false],
  ['a string without an end', `"${'['.repeat(5 * MOST_LEVELS)}`, false],
])('%s', (_, text, expected) => {
  expect(isTooDeep(text)).toBe(expected);
});
