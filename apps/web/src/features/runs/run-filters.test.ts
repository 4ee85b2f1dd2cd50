import { expect, it } from 'vitest';
import { readFilters, writeFilters } from './run-filters.ts';

it('reads what it wrote', () => {
  const filters = { status: ['failed', 'cancelled'] as const, workflowId: 'w-1', search: 'Acme & Sons' };
  expect(readFilters(new URLSearchParams(writeFilters(filters)))).toEqual(filters);
});

it('leaves out statuses it does not know', () =>
  expect(readFilters(new URLSearchParams('status=failed,broken')).status).toEqual(['failed']));

it('writes nothing for no filters', () => expect(writeFilters({ status: [], workflowId: undefined, search: '' })).toBe(''));
