import { WeftError } from '@weft/errors';
import { describe, expect, test } from 'vitest';
import { faultOf, isAway } from './database-faults.ts';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });
const unexpected = (cause: unknown): WeftError =>
  new WeftError({ class: 'bug', code: 'connector_failed', message: 'It failed unexpectedly.', cause });

describe('a step that failed because the database was away', () => {
  test.each([
    ['a connection that broke', coded('ECONNRESET')],
    ['a server that shuts down', coded('57P01')],
    ['a lock that was not given', coded('55P03')],
    ['what the driver says of a lost connection', new Error('Connection terminated unexpectedly')],
    ['what the pool says when nobody answers', new Error('timeout exceeded when trying to connect')],
    ['any of these, met inside a connector', unexpected(coded('08006'))],
  ])('is told by %s', (_, thrown) => {
    expect(isAway(thrown)).toBe(true);
  });

  test.each([
    ['a vendor whose connection broke', new WeftError({ class: 'transient', code: 'network', message: 'x', cause: coded('ECONNRESET') })],
    ['data that is refused', coded('22P05')],
    ['a fault of ours that speaks of a connection', new TypeError('Cannot read properties of undefined (reading "connection")')],
    ['a fault of a connector that speaks of a timeout', unexpected(new Error('timeout is not a function'))],
    ['an error without a cause', unexpected(undefined)],
    ['what is no error', 'Connection terminated'],
  ])('is not told by %s', (_, thrown) => {
    expect(isAway(thrown)).toBe(false);
  });
});

test('a group write is cut in halves for what is refused, and repeated for an answer that was lost', () => {
  expect([coded('22P05'), coded('54000'), coded('40001'), coded('EPIPE'), coded('42601')].map(faultOf)).toEqual([
    'poison',
    'poison',
    'lostAnswer',
    'lostAnswer',
    'final',
  ]);
});
