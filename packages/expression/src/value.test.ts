import { describe, expect, test } from 'vitest';
import { compileValue } from './value.ts';
import { evaluateGuarded } from './guarded.ts';
import { referencesOf, renameReferences } from './references.ts';
import { completeAt } from './complete.ts';
import { FUNCTIONS } from './functions.ts';
import { pathToExpression } from './path.ts';

const scope = { trigger: { n: 5, name: 'Acme', list: [1, 2] }, steps: { a: { id: 7 } } };

describe('compileValue', () => {
  test('keeps types of whole expressions, joins mixed text, leaves out what is missing', () => {
    const value = {
      n: '{{ trigger.n }}',
      text: 'No. {{ trigger.n }}{{ trigger.none }}',
      list: ['{{ trigger.none }}', '{{ trigger.list }}'],
      gone: '{{ trigger.none }}',
      fixed: true,
    };
    expect(compileValue(value).resolve(scope, evaluateGuarded)).toEqual({ n: 5, text: 'No. 5', list: [null, [1, 2]], fixed: true });
  });

  test('sends heavy expressions to where they may die', async () => {
    const sent: string[] = [];
    const heavy = (text: string): Promise<unknown> => {
      sent.push(text);
      return Promise.resolve('there');
    };
    expect(await compileValue('{{ [1..2] }}').resolve(scope, heavy)).toBe('there');
    expect(sent).toEqual(['[1..2]']);
  });

  test('a failing expression fails with the place of its field, never as empty text', async () => {
    const value = compileValue({ a: { b: 'x {{ trigger.name * 2 }}' } });
    await expect(value.resolve(scope, evaluateGuarded)).rejects.toMatchObject({
      code: 'expression_failed',
      detail: { at: ['a', 'b'], expression: 'trigger.name * 2' },
    });
  });

  test('without expressions it is constant', () => {
    const value = { a: [1, 'x \\{{ y'] };
    expect(compileValue({ a: [1, 'x'] }).isConstant).toBe(true);
    expect(compileValue(value).resolve({}, evaluateGuarded)).toEqual({ a: [1, 'x {{ y'] });
  });
});

describe('references', () => {
  test('are found with their node ids and places', () => {
    const found = referencesOf({ a: ['{{ steps.a.id & $string(steps.`b`.x[y = 1].z) }}'] });
    expect(found.map(({ nodeId, path, at }) => ({ nodeId, path, at }))).toEqual([
      { nodeId: 'a', path: ['steps', 'a', 'id'], at: ['a', 0] },
      { nodeId: 'b', path: ['steps', 'b', 'x', 'z'], at: ['a', 0] },
    ]);
  });

  test('say whether the expression itself asks for the node', () => {
    const asked = (text: string) => referencesOf(text).map(({ nodeId, isAskedFor }) => `${nodeId} ${isAskedFor}`);
    expect(asked('{{ steps.a.id }} {{ steps.a.id ?? "none" }}')).toEqual(['a false', 'a true']);
    expect(asked('{{ $exists(steps.a) ? steps.a.id : steps.b.id }}')).toEqual(['a true', 'a true', 'b false']);
    expect(asked('{{ steps.a.name ?: steps.b.name }}')).toEqual(['a true', 'b false']);
  });

  test('are renamed by syntax, not by text', () => {
    const before = { x: '{{ steps.a.id }} steps.a {{ "steps.a" & steps.a.a & steps.aa }}' };
    expect(renameReferences(before, 'a', 'account')).toEqual({
      x: '{{ steps.account.id }} steps.a {{ "steps.a" & steps.account.a & steps.aa }}',
    });
  });
});

describe('completion', () => {
  test('offers members of the object before the cursor', () => {
    expect(completeAt('trigger.na', 10, scope)).toEqual({
      from: 8,
      to: 10,
      options: [{ label: 'name', kind: 'path', detail: '“Acme”', insert: 'name' }],
    });
  });

  test('offers functions behind a dollar sign', () => {
    expect(completeAt('$upper', 6, scope).options[0]).toMatchObject({ label: '$uppercase', kind: 'function' });
  });
});

test('every example of a function gives the result that stands beside it', async () => {
  for (const { example, result } of FUNCTIONS) {
    const value = await evaluateGuarded(example, { trigger: {}, run: { startedAt: '2026-01-31T09:00:00.000Z' } });
    expect([example, value]).toEqual([example, JSON.parse(result)]);
  }
});

test('paths are written so that they can be read again', () => {
  expect(pathToExpression(['steps', 'a b', 0, 'and', 'x'])).toBe('steps.`a b`[0].`and`.x');
});
