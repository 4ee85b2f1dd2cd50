/** Each test is named by the symptom that it keeps away. */
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { compileExpression } from './compile.ts';
import { evaluateGuarded } from './guarded.ts';
import { BUILT_IN_FUNCTIONS } from './known-functions.ts';
import { referencesOf, renameInExpression } from './references.ts';
import { parseTemplate } from './template.ts';
import { compileValue } from './value.ts';

const started = { run: { startedAt: '2026-01-31T09:00:00.000Z' } };

function refused(run: () => unknown): { code: string; message: string; detail: Record<string, unknown> } {
  try {
    run();
  } catch (thrown) {
    return thrown as { code: string; message: string; detail: Record<string, unknown> };
  }
  throw new Error('Nothing was thrown');
}

describe('parsing', () => {
  test.each(['?:', '??'])('a long row of %s does not keep the parser busy', (operator) => {
    const deep = `${'('.repeat(18)}a${` ${operator} a)`.repeat(18)}`;
    expect(refused(() => compileExpression(deep))).toMatchObject({
      code: 'expression_syntax',
      message: expect.stringContaining('question marks'),
    });
    expect(() => evaluateGuarded(deep, {})).toThrow(expect.objectContaining({ code: 'expression_syntax' }));
  });

  test('question marks in texts, names, patterns and comments are not counted', () => {
    const marks = '?'.repeat(11);
    for (const text of [`"${marks}"`, `\`${marks}\` & ""`, `$contains(a, /${'a?'.repeat(11)}/)`, `1 /* ${marks} */`]) {
      expect(() => compileExpression(text)).not.toThrow();
    }
    expect(() => compileExpression(`a ${'?: a '.repeat(10)}`)).not.toThrow();
    expect(refused(() => compileExpression(`4 / 2 ${'?: a / 2 '.repeat(11)}`)).message).toContain('question marks');
  });

  test.each([
    ['"abc', 'the quote "', 0],
    ["a & 'b", "the quote '", 4],
    ['a & `b', 'the backtick `', 4],
    ['$match(a, /b', 'the pattern /', 10],
    ['a /* b', 'the comment /*', 2],
  ])('%s tells what is not closed', (text, what, position) => {
    expect(refused(() => compileExpression(text))).toMatchObject({
      message: expect.stringContaining(`${what} is not closed`),
      detail: { position },
    });
  });

  test('a misspelt function is found before the run, with its neighbour', () => {
    expect(refused(() => compileExpression('1 & $upercase(a)'))).toMatchObject({
      code: 'expression_syntax',
      message: expect.stringContaining('there is no function $upercase; did you mean $uppercase?'),
      detail: { position: 4 },
    });
    for (const text of ['a ~> $sume', '$sume(?)', '[a.$sume(b)]'])
      expect(refused(() => compileExpression(text)).message).toContain('$sum?');
    expect(refused(() => compileExpression('$zzzzzzzzz()')).message).not.toContain('did you mean');
  });

  test('functions that the expression itself names are known', () => {
    for (const text of ['($f := function($g) { $g(1) }; $f($sum))', 'a@$h.b#$i[$h($i())]', '$map(a, function($x) { $x() })']) {
      expect(() => compileExpression(text)).not.toThrow();
    }
  });

  test('every built-in function is one of JSONata', async () => {
    for (const name of BUILT_IN_FUNCTIONS) expect([name, await jsonata(`$exists($${name})`).evaluate({})]).toEqual([name, true]);
  });
});

describe('blocking', () => {
  test.each([
    '$distinct(a)',
    '$join(a)',
    '$split(a, ",")',
    '$toMillis(a, "[Y]")',
    '$fromMillis(a, "[Y]")',
    'a.$fromMillis("[Y]")',
    '$now("[Y]")',
  ])('%s is not evaluated in the process of the caller', (text) => {
    expect(compileExpression(text).tier).toBe('heavy');
  });

  test('a list of 300,000 members below a list does not overflow the stack', () => {
    const rows = [{ cells: Array.from({ length: 300_000 }, (_, index) => index) }, { cells: [1] }];
    expect(compileExpression('rows.cells').evaluate({ rows })).toHaveLength(300_001);
  });
});

describe('renaming', () => {
  test.each([
    ['steps."a".x', 'steps.account.x'],
    ["steps.'a'.x", 'steps.account.x'],
    ['steps. "a" [0].x', 'steps. account [0].x'],
    ['"steps".`a`.x', '"steps".account.x'],
    ['$$.steps.a', '$$.steps.account'],
    ['$.steps.a.x', '$.steps.account.x'],
    ['trigger.rows[$$.steps.a.id = id].($$.steps."a".x)', 'trigger.rows[$$.steps.account.id = id].($$.steps.account.x)'],
    ['trigger.rows[$.steps.a.id = id]', 'trigger.rows[$.steps.a.id = id]'],
    ['steps.a.x ?: steps.a.y ?? 1', 'steps.account.x ?: steps.account.y ?? 1'],
    ['(steps.a.x).y', '(steps.account.x).y'],
  ])('%s is not corrupted and not missed', (before, after) => {
    expect(renameInExpression(before, 'a', 'account')).toBe(after);
  });

  test('a quoted name with an escaped quote has its whole span', () => {
    expect(renameInExpression('steps."a\\"b".x', 'a"b', 'account')).toBe('steps.account.x');
  });

  test('a reserved word as the new name stands in backticks', () => {
    expect(renameInExpression('steps.a.x', 'a', 'in')).toBe('steps.`in`.x');
  });

  test('a reference through $$ is reported with its node', () => {
    expect(referencesOf('{{ $$.steps."a".x }}')).toMatchObject([{ nodeId: 'a', path: ['steps', 'a', 'x'] }]);
  });
});

describe('evaluating', () => {
  test.each(['$now()', '$millis()', '$now("[Y]")'])('%s never reads the real clock', async (text) => {
    await expect(evaluateGuarded(text, { run: {} })).rejects.toMatchObject({
      code: 'expression_failed',
      message: expect.stringContaining('the time of the run is not known here'),
    });
  });

  test('$now honours its picture and its time zone', async () => {
    expect(await evaluateGuarded('$now("[D].[M].[Y]")', started)).toBe('31.1.2026');
    expect(await evaluateGuarded('$now("[H01]:[m01]", "+0200")', started)).toBe('11:00');
    expect(await evaluateGuarded('$now()', started)).toBe('2026-01-31T09:00:00.000Z');
    await expect(evaluateGuarded('$now(5)', started)).rejects.toMatchObject({ message: expect.stringContaining('is not a text') });
    await expect(evaluateGuarded('$now("[D")', started)).rejects.toMatchObject({ code: 'expression_failed' });
  });

  test.each(['$eval("1 + 1")', '($e := $eval; $e("1 + 1"))', '"1 + 1" ~> $eval', '$map(["1"], $eval)'])(
    '%s does not evaluate text',
    async (text) => {
      await expect(evaluateGuarded(text, {})).rejects.toMatchObject({
        code: 'expression_failed',
        message: expect.stringContaining('$eval is not available'),
      });
    },
  );

  test.each(['trigger.__proto__', 'trigger.`__proto__`.x', 'rows.__proto__'])(
    "%s does not read an object's own key of that name",
    (text) => {
      const own: unknown = JSON.parse('{"__proto__": {"x": 1}}');
      expect(compileExpression(text).evaluate({ trigger: own, rows: [own] })).toBeUndefined();
    },
  );

  test.each(['1 / 0', '0 / 0', '[1 / 0]', '{"a": {"b": -1 / 0}}'])('%s does not become null', async (text) => {
    await expect(evaluateGuarded(text, {})).rejects.toMatchObject({
      code: 'expression_failed',
      message: expect.stringMatching(/finite number|too large/),
    });
  });
});

describe('templates', () => {
  test.each([
    '$replace(a, /\\}\\}/, "x")',
    '$replace(a, /(x{1})|{{1}}/, "x")',
    '$contains(a, /[/"]\\}/i)',
    '$contains(a, /\\/"/) & b',
    "a /* it's }} */ & b",
    "a.it's & b",
    '{"n": a / 2, "m": 4 / 2}',
    '(a) / 2 & b[0] / 3',
  ])('%s is one expression', (text) => {
    expect(parseTemplate(`x {{ ${text} }} it's`)).toMatchObject([{ text: 'x ' }, { kind: 'expression', text }, { text: " it's" }]);
    expect(() => compileExpression(text)).not.toThrow();
  });

  test('the message for an unclosed quote says which', () => {
    expect(refused(() => parseTemplate("x {{ a & 'b }}"))).toMatchObject({
      code: 'expression_syntax',
      message: expect.stringContaining("the quote ' is not closed. Near"),
      detail: { position: 9 },
    });
  });

  test.each(['{{ a + }}', '{{ a', 'x {{ $nothere() }}'])('the syntax error of %s has the place of its field', (text) => {
    expect(refused(() => compileValue({ list: [{ field: text }] }))).toMatchObject({
      code: 'expression_syntax',
      detail: { at: ['list', 0, 'field'] },
    });
  });
});
