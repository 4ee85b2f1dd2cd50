import { expect, it } from 'vitest';
import { heldRows } from './held-rows.ts';

const row = (id: string, status = 'running') => ({ id, status });

it('shows everything while nothing is held', () =>
  expect(heldRows([row('b'), row('a')], undefined)).toEqual({ shown: [row('b'), row('a')], waiting: 0 }));

it('updates held rows in place and counts the new ones', () => {
  const fresh = [row('d'), row('c'), row('b', 'succeeded'), row('a')];
  expect(heldRows(fresh, ['b', 'a'])).toEqual({ shown: [row('b', 'succeeded'), row('a')], waiting: 2 });
});

it('drops what the list no longer has', () => expect(heldRows([row('b')], ['b', 'a'])).toEqual({ shown: [row('b')], waiting: 0 }));
