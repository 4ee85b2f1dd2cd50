import { expect, test } from 'vitest';
import { workflowSchema } from '../document.ts';
import { checkResponses } from './respond-rules.ts';

const answer = (more: Record<string, unknown> = {}): Record<string, unknown> => ({ id: 'answer', kind: 'respond', ...more });

function codes(
  respond: string | undefined,
  nodes: Record<string, unknown>[],
  edges = [{ from: 'start', to: 'answer' }],
  connector = 'webhook',
) {
  const start = { id: 'start', kind: 'trigger', connector, operation: 'received', input: respond === undefined ? {} : { respond } };
  const document = workflowSchema.parse({ format: 'weft/workflow@1', name: 'Test', nodes: [start, ...nodes], edges });
  return checkResponses(document).map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

test('an answer belongs to a workflow whose trigger waits for it', () => {
  expect(codes('custom', [answer()])).toEqual([]);
  for (const mode of ['immediately', 'atEnd', undefined])
    expect(codes(mode, [answer()])).toEqual(['error respond_without_request nodes.answer']);
  expect(codes('custom', [answer()], undefined, 'schedule')).toEqual(['error respond_without_request nodes.answer']);
});

test('a trigger that waits is warned of when no answer can be reached', () => {
  const expected = ['warning no_respond nodes.start.input.respond'];
  expect(codes('custom', [], [])).toEqual(expected);
  expect(codes('custom', [answer()], [])).toEqual(expected);
  expect(codes('custom', [answer({ disabled: true })])).toEqual(expected);
});

test('an answer in a loop is one of many', () => {
  const nodes = [{ id: 'each', kind: 'loop', items: [] }, answer({ parent: 'each' })];
  expect(codes('custom', nodes, [{ from: 'start', to: 'each' }])).toEqual(['warning respond_in_loop nodes.answer']);
});
