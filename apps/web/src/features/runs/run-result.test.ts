import { expect, it } from 'vitest';
import { runResult } from './run-result.ts';

it('tells a failure with its sentence and its node', () => {
  expect(runResult({ status: 'failed', error: { message: 'Status “New” is not on the board.' }, failedNode: 'ticket' })).toEqual({
    tone: 'fail',
    text: 'Status “New” is not on the board. (at ticket)',
  });
});

it('tells why a run was skipped', () =>
  expect(runResult({ status: 'skipped', reason: 'echo of our own write' }).text).toBe('echo of our own write'));

it('warns when a queued run cannot go on', () =>
  expect(runResult({ status: 'queued', attention: 'No worker is running.' })).toEqual({ tone: 'warn', text: 'No worker is running.' }));
