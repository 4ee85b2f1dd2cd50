import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test, vi } from 'vitest';
import { compileExpression } from './compile.ts';
import { evaluateGuarded } from './guarded.ts';

const scope = {
  trigger: { record: { Name: 'Acme', Amount: 5, Tags: ['a', 'b'], 'Order No': 7 }, rows: [{ x: 1 }, { x: 2 }, {}] },
  steps: { account: { record: { Name: 'Northwind' } } },
};

describe('tiers', () => {
  test.each([
    ['trigger.record.Name', 'path', 'Acme'],
    ['trigger.record.`Order No`', 'path', 7],
    ['trigger.rows.x', 'path', [1, 2]],
    ['trigger.rows[1].x', 'path', 2],
    ['trigger.rows[-1].x', 'path', undefined],
    ['trigger.nothing.here', 'path', undefined],
    ['$uppercase(steps.account.record.Name) & "!"', 'simple', 'NORTHWIND!'],
    ['trigger.record.Amount > 3 and $exists(trigger.record.Name)', 'simple', true],
    ['trigger.rows[x = 2].x', 'simple', 2],
    ['$map(trigger.rows.x, function($v) { $v * 10 })', 'heavy', [10, 20]],
    ['$replace(trigger.record.Name, /c/, "k")', 'heavy', 'Akme'],
    ['[1..3]', 'heavy', [1, 2, 3]],
    ['$pad("x", 3, "-")', 'heavy', 'x--'],
  ])('%s is %s', async (text, tier, value) => {
    const compiled = compileExpression(text);
    expect(compiled.tier).toBe(tier);
    expect(await compiled.evaluate(scope)).toEqual(value);
  });

  test('a path is read at once, without a promise', () => {
    expect(compileExpression('trigger.record.Name').evaluate(scope)).toBe('Acme');
  });

  test('$now gives the time at which the run began', async () => {
    expect(await compileExpression('$now()').evaluate({ run: { startedAt: '2026-01-31T09:00:00.000Z' } })).toBe('2026-01-31T09:00:00.000Z');
  });
});

describe('paths mean what JSONata means by them', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const json = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.constantFrom('s', 't'), fc.boolean(), tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  })).object;
  const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

  test.each([
    ['no member', { a: [{ b: [] }] }, []],
    ['one member', { a: [{ b: [5] }, {}] }, [5]],
    ['two lists', { a: [{ b: [5] }, { b: [] }] }, 5],
  ])('the only list found at the end stays a list: %s', async (_case, data, value) => {
    expect(compileExpression('a.b').evaluate(data)).toEqual(value);
    expect(plain(await jsonata('a.b').evaluate(data))).toEqual(value);
  });

  test('for names', async () => {
    await fc.assert(
      fc.asyncProperty(json, fc.array(name, { minLength: 1, maxLength: 4 }), async (data, names) => {
        const text = names.join('.');
        fc.pre(!hasNestedLists(data));
        expect(plain(compileExpression(text).evaluate(data as Record<string, unknown>))).toEqual(plain(await jsonata(text).evaluate(data)));
      }),
      { numRuns: 400 },
    );
  });
});

/** Lists directly in lists: JSONata's own results there depend on marks that JSON does not carry. */
function hasNestedLists(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((member) => Array.isArray(member) || hasNestedLists(member));
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNestedLists);
}

describe('failures', () => {
  test('a wrong type names the expression and a plain reason', async () => {
    await expect(compileExpression('trigger.record.Amount + trigger.record.Name').evaluate(scope)).rejects.toMatchObject({
      class: 'invalid',
      code: 'expression_failed',
      message: 'The expression {{ trigger.record.Amount + trigger.record.Name }} failed: the right side of the arithmetic is not a number.',
    });
  });

  test('a syntax error has its position', () => {
    expect(() => compileExpression('a + + b')).toThrow(
      expect.objectContaining({ code: 'expression_syntax', detail: expect.objectContaining({ position: 5 }) }),
    );
  });
});

describe('what would block', () => {
  test('nested conditions are refused before the parser doubles its time on each', () => {
    const nested = Array.from({ length: 30 }).reduce<string>((inner) => `a ? ${inner} : b`, 'c');
    expect(() => compileExpression(nested)).toThrow(expect.objectContaining({ code: 'expression_syntax' }));
    expect(compileExpression('a = "?????????????" ? 1 : 2').tier).toBe('simple');
  });

  test.each(['$distinct(trigger.rows)', '$join(trigger.rows, ",")', '$toMillis(trigger.at, "[Y]")'])('%s runs where it may die', (text) => {
    expect(compileExpression(text).tier).toBe('heavy');
  });

  test('a list of 300,000 members is read through', () => {
    const rows = [{ inner: Array.from({ length: 300_000 }, () => ({ x: 1 })) }];
    expect(compileExpression('rows.inner.x').evaluate({ rows })).toHaveLength(300_000);
  });

  test('a result that is no finite number fails', async () => {
    await expect(evaluateGuarded('$power(10, 308) * 10', {})).rejects.toMatchObject({ code: 'expression_failed' });
  });

  test('$eval does not exist', async () => {
    await expect(evaluateGuarded('$eval("1 + 1")', {})).rejects.toMatchObject({ code: 'expression_failed' });
  });
});

describe('attacks', () => {
  test.each([
    'trigger.__proto__',
    'trigger.constructor',
    'trigger.record.constructor.prototype',
    '$lookup(trigger, "__proto__")',
    '$lookup(trigger, "constructor")',
    'trigger.record.Name.constructor',
  ])('%s reaches nothing', async (text) => {
    expect(await compileExpression(text).evaluate(scope)).toBeUndefined();
  });

  test('a result carries no key that could become a prototype', async () => {
    const result = (await evaluateGuarded('{"__proto__": {"polluted": true}, "a": 1}', {})) as Record<string, unknown>;
    expect(result['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ['($f := function() { $f() }; $f())', 'endless tail call'],
    ['($f := function($n) { $f($n + 1) + 1 }; $f(1))', 'deep recursion'],
    ['[1..1000000000]', 'long range'],
    ['$map([1..5000], function($x) { $map([1..5000], function($y) { $x * $y }) })', 'nested loops'],
    ['$contains($join($map([1..200000], function($x) { "a" }), "") , /^(a+)+$/)', 'long list'],
    ['$pad("x", 100000000)', 'string bomb by padding'],
  ])('%s is heavy and stopped (%s)', async (text) => {
    expect(compileExpression(text).tier).toBe('heavy');
    await expect(evaluateGuarded(text, {})).rejects.toMatchObject({ code: 'expression_failed' });
  });

  test('a catastrophic pattern takes linear time', async () => {
    expect(await evaluateGuarded('$contains(text, /^(a+)+$/)', { text: `${'a'.repeat(5000)}!` })).toBe(false);
  });

  test('a simple expression does not fail because the machine was busy with something else', async () => {
    const busy = (times: number) => {
      let [now, left] = [Date.now(), times];
      // The clock goes on by a second between the beginning of the evaluation and its first look.
      return vi.spyOn(Date, 'now').mockImplementation(() => (left-- > 0 ? (now += 1000) : now));
    };
    const clock = busy(4);
    expect(await compileExpression('trigger.a & "!" & trigger.a').evaluate({ trigger: { a: 'x' } })).toBe('x!x');
    clock.mockRestore();
    const always = busy(Infinity);
    await expect(compileExpression('trigger.a & "?" & trigger.a').evaluate({ trigger: { a: 'x' } })).rejects.toThrow(/took too long/);
    always.mockRestore();
  });

  test('string doubling is heavy, so that it runs where it may die', () => {
    expect(compileExpression('($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $d("x", 40))').tier).toBe('heavy');
  });

  test('an oversize result is refused', async () => {
    const limits = { timeoutMs: 500, maxDepth: 100, maxSequence: 1000, maxResultChars: 10 };
    await expect(evaluateGuarded('"12345678901"', {}, limits)).rejects.toMatchObject({ code: 'expression_failed' });
  });
});
