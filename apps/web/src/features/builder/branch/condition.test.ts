import { evaluateGuarded } from '@weft/expression';
import { describe, expect, it } from 'vitest';
import { CONDITION_OPERATORS, readCondition, writeCondition } from './condition.ts';
import type { Condition, ConditionOperator } from './condition.ts';

const operators = Object.keys(CONDITION_OPERATORS) as ConditionOperator[];

describe('conditions as text', () => {
  it.each(operators)('reads back what it writes: %s', (operator) => {
    const takesNothing = CONDITION_OPERATORS[operator].takes === 'nothing';
    const row = takesNothing
      ? { left: 'trigger.record.Name', operator }
      : { left: 'trigger.record.Name', operator, value: { literal: 'a "quoted" and (odd) or text' } };
    const condition: Condition = {
      join: 'or',
      rows: [row, { left: 'steps.account.`Odd key`[0]', operator: 'over', value: { literal: 12.5 } }],
    };
    expect(readCondition(writeCondition(condition))).toEqual(condition);
    expect(readCondition(`{{ ${writeCondition(condition)} }}`)).toEqual(condition);
  });

  it('reads paths on the right and nothing at all', () => {
    expect(readCondition('item.a = trigger.b')).toEqual({
      join: 'and',
      rows: [{ left: 'item.a', operator: 'equals', value: { path: 'trigger.b' } }],
    });
    expect(readCondition('  ')).toEqual({ join: 'and', rows: [] });
  });

  it.each([
    '$count(trigger.rows) > 2',
    'trigger.a = 1 and (trigger.b = 2 or trigger.c = 3)',
    'trigger.a = 1 and trigger.b = 2 or trigger.c = 3',
    '(trigger.a != null and trigger.b != "")',
  ])('leaves other formulas alone: %s', (text) => {
    expect(readCondition(text)).toBeUndefined();
  });
});

describe('what they mean', () => {
  const ask = (condition: Condition, value: unknown) => evaluateGuarded(writeCondition(condition), { trigger: { value } });
  const one = (operator: ConditionOperator, literal?: string | number): Condition => ({
    join: 'and',
    rows: [{ left: 'trigger.value', operator, ...(literal === undefined ? {} : { value: { literal } }) }],
  });

  it.each([
    [
      'filled',
      undefined,
      [
        ['x', true],
        ['', false],
        [null, false],
        [undefined, false],
        [0, true],
        [false, true],
      ],
    ],
    [
      'empty',
      undefined,
      [
        ['x', false],
        ['', true],
        [null, true],
        [undefined, true],
        [0, false],
      ],
    ],
    [
      'contains',
      'cm',
      [
        ['Acme', true],
        ['Other', false],
      ],
    ],
    [
      'lacks',
      'cm',
      [
        ['Acme', false],
        ['Other', true],
      ],
    ],
    [
      'atLeast',
      5,
      [
        [5, true],
        [4, false],
      ],
    ],
    [
      'under',
      5,
      [
        [5, false],
        [4, true],
      ],
    ],
    [
      'isTrue',
      undefined,
      [
        [true, true],
        [false, false],
        [undefined, false],
      ],
    ],
    [
      'isFalse',
      undefined,
      [
        [false, true],
        [true, false],
      ],
    ],
  ] as const)('%s', async (operator, literal, cases) => {
    for (const [value, expected] of cases) expect({ value, is: await ask(one(operator, literal), value) }).toEqual({ value, is: expected });
  });
});
