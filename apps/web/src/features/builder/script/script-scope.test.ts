import { expect, it } from 'vitest';
import { makeDocument, step, trigger } from '../../canvas/document/document.fixture.ts';
import { trialScope } from './script-scope.ts';

const script = (id: string, more: object = {}) => ({ id, kind: 'script', code: 'return 1', ...more });
const sample = {
  trigger: { n: 1 },
  steps: { account: { name: 'Acme' }, after: 1, each: { count: 2 } },
  config: { board: 'B' },
  run: { id: 'sample' },
  items: { each: { sku: 'a' } },
};
const now = new Date('2026-01-05T08:00:00Z');

it('a trial is given what runs before the script, and nothing that has no sample', () => {
  const document = makeDocument(
    [trigger, step('account'), step('unknown'), script('shape'), step('after')],
    ['start>account', 'account>unknown', 'unknown>shape', 'shape>after'],
  );
  expect(trialScope(document, 'shape', sample, now)).toEqual({
    trigger: { n: 1 },
    steps: { account: { name: 'Acme' } },
    config: { board: 'B' },
    run: { id: 'sample', startedAt: '2026-01-05T08:00:00.000Z' },
  });
});

it('inside a loop it has the first item, behind an error port a failure', () => {
  const loop = { id: 'each', kind: 'loop', items: '{{ trigger.lines }}', concurrency: 1, onItemError: 'stop' };
  const inLoop = makeDocument([trigger, loop, script('shape', { parent: 'each' })], ['start>each']);
  expect(trialScope(inLoop, 'shape', sample, now)).toMatchObject({ item: { sku: 'a' }, index: 0 });
  const behind = makeDocument([trigger, step('account'), script('shape')], ['start>account', 'account:error>shape']);
  expect(trialScope(behind, 'shape', sample, now)).toMatchObject({ error: { message: 'A failure, as a sample.' } });
});
