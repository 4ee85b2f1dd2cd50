import { expect, test } from 'vitest';
import { listOf } from './view-model.ts';

test('a list counts all rows, draws the first, and keeps each cell under its column', () => {
  const rows = Array.from({ length: 300 }, (_, index) => ({ id: index + 1, name: `Row ${index + 1}`, amount: index }));
  const list = listOf({
    title: 'Rows',
    testId: 'row',
    rows,
    idOf: (row) => String(row.id),
    columns: [
      { key: 'name', label: 'Name', cell: (row) => ({ text: row.name }) },
      { key: 'amount', label: 'Amount', isNumber: true, cell: (row) => ({ text: String(row.amount) }) },
    ],
  });
  expect(list).toMatchObject({ title: 'Rows', total: 300, testId: 'row', figures: [] });
  expect(list.columns).toEqual([
    { key: 'name', label: 'Name' },
    { key: 'amount', label: 'Amount', isNumber: true },
  ]);
  expect(list.rows).toHaveLength(250);
  expect(list.rows[249]).toEqual({ id: '250', cells: { name: { text: 'Row 250' }, amount: { text: '249' } } });
});
