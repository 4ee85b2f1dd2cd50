import { expect, it } from 'vitest';
import { describeRules } from './mapping-rules.ts';

it('tells every rule', () => {
  expect(
    describeRules({
      to: 'status',
      from: '{{ x }}',
      values: { A: 1 },
      otherwise: 'Prospect',
      maxLength: 50,
      transform: 'trim',
      whenNull: 'fail',
    }),
  ).toBe('1 value mapped, else Prospect, trimmed, cut at 50, must not be empty');
});

it('is empty for a plain copy', () => expect(describeRules({ to: 'name', from: '{{ x }}' })).toBe(''));
