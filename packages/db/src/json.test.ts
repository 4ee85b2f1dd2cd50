import { expect, test } from 'vitest';
import { toStorableJson } from './json.ts';

const nested = (levels: number, inside: string): unknown => JSON.parse(`${'['.repeat(levels)}"${inside}"${']'.repeat(levels)}`);

/** The code of the refusal, or `stored`. */
function outcome(levels: number, inside: string): unknown {
  try {
    toStorableJson(nested(levels, inside));
    return 'stored';
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
}

test('what is nested too deeply is refused with a sentence', () => {
  expect(outcome(100_000, '')).toBe('not_storable');
  // A few thousand levels may be borne, or not: it depends on the stack, and on what is looked for level by level.
  const outcomes = [1000, 2000, 3000, 4000, 5000].map((levels) => outcome(levels, '\\u0000'));
  expect(outcomes.filter((one) => one !== 'stored' && one !== 'not_storable')).toEqual([]);
});

test('what Postgres refuses is replaced', () => {
  expect(toStorableJson({ 'a\0': '\ud800b' })).toEqual({ text: '{"a\uFFFD":"\uFFFDb"}', wasCleaned: true });
  expect(toStorableJson(undefined)).toEqual({ text: 'null', wasCleaned: false });
});
