import { describe, expect, it } from 'vitest';
import { tests } from '../tests/index.ts';
import { mutants } from './list.ts';
import { mutatedText, originalText } from './mutant.ts';

describe('the mutants of the fault suite', () => {
  it.each(mutants.map((mutant) => [mutant.id, mutant] as const))('%s fits the code as it is', (_id, mutant) => {
    const text = originalText(mutant);
    expect(mutatedText(mutant, text)).not.toBe(text);
    expect(tests.map(({ id }) => id)).toContain(mutant.test);
  });

  it('do not pass over code that has changed', () => {
    const mutant = mutants[0];
    if (!mutant) throw new Error('There is none');
    expect(() => mutatedText(mutant, 'something else')).toThrow(/stands 0 times/);
    expect(() => mutatedText(mutant, mutant.replace + mutant.replace)).toThrow(/stands 2 times/);
  });
});
