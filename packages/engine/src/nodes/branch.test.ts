import { expect, test } from 'vitest';
import { connector, documentOf, run } from '../../test/run-document.ts';

const branch = (...conditions: string[]): object => ({
  id: 'way',
  kind: 'branch',
  cases: conditions.map((when, index) => ({ port: `p${index}`, label: `Case ${index}`, when })),
});

test('takes the first case that holds and skips the other ways', async () => {
  const document = documentOf(
    [branch('trigger.n = 2', 'trigger.n = 1', 'true'), connector('a'), connector('b'), connector('c')],
    ['start > way', 'way:p0 > a', 'way:p1 > b', 'way:p2 > c'],
  );
  const { steps, records } = await run(document);
  expect(steps.toSorted()).toEqual(['a#1 skipped', 'b#1 succeeded next', 'c#1 skipped', 'start#1 succeeded next', 'way#1 succeeded p1']);
  expect(records.find(({ path }) => path === 'way')?.output).toEqual({ port: 'p1', label: 'Case 1' });
});

test.each(['false', 'trigger.missing', 'null', 'trigger.missing > 3'])('%s does not hold', async (condition) => {
  expect((await run(documentOf([branch(condition)], ['start > way']))).steps).toContain('way#1 succeeded otherwise');
});

test.each([
  ['"yes"', 'the text “yes”'],
  ['trigger.n', 'the number 1'],
  ['trigger.list', 'a list'],
  ['trigger', 'an object'],
])('%s is neither true nor false and fails', async (condition, words) => {
  const { outcome } = await run(documentOf([branch(condition)], ['start > way']));
  expect(outcome).toMatchObject({
    status: 'failed',
    nodeId: 'way',
    error: { class: 'invalid', code: 'condition_not_boolean', message: expect.stringContaining(`gave ${words}, not true or false`) },
  });
});

test('an expression that fails names its case, a field of a map its field, an input its place', async () => {
  const messageOf = async (node: object): Promise<string | undefined> =>
    (await run(documentOf([node], [`start > ${(node as { id: string }).id}`]))).records.find(({ status }) => status === 'failed')?.error
      ?.message;
  expect(await messageOf(branch('$length(1) = 2'))).toMatch(
    /^Case “Case 0”: The expression .* failed: argument 1 of \$length is of the wrong type\.$/,
  );
  expect(await messageOf({ id: 'shape', kind: 'map', fields: [{ to: 'deal.name', from: '{{ $length(1) }}' }] })).toMatch(/^deal\.name: /);
  expect(await messageOf({ ...connector('call'), input: { body: [{ title: 'a {{ $length(1) }}' }] } })).toMatch(/^body\.0\.title: /);
});
