import type { RowColumn } from '@weft/workflow';
import { describe, expect, test } from 'vitest';
import { newRow, readRows, shownColumns, writeRows } from './rows.ts';

const choices = [
  { value: '=', label: 'is' },
  { value: 'isEmpty', label: 'is empty' },
];
const columns: readonly RowColumn[] = [
  { name: 'path', label: 'Field', kind: 'path' },
  { name: 'operator', label: 'Operator', kind: 'select', initial: '=', choices },
  { name: 'value', label: 'Value', kind: 'text', hiddenWhen: { column: 'operator', is: ['isEmpty'] } },
];

describe('the rows of a table field', () => {
  test('that nobody filled in are no part of the value', () => {
    const fresh = newRow(columns);
    expect(fresh).toEqual({ operator: '=' });
    expect(writeRows([fresh], columns)).toBeUndefined();
    expect(writeRows([fresh, { path: 'a', operator: '=', value: 'x' }, fresh], columns)).toEqual([
      { path: 'a', operator: '=', value: 'x' },
    ]);
    expect(writeRows([{ operator: 'isEmpty' }], columns)).toEqual([{ operator: 'isEmpty' }]);
  });

  test('lose the cell that another one hides, and keep what the table does not know', () => {
    const row = { path: 'a', operator: 'isEmpty', value: 'left over', note: 'by hand' };
    expect(shownColumns(columns, row).map(({ name }) => name)).toEqual(['path', 'operator']);
    expect(shownColumns(columns, {}).map(({ name }) => name)).toEqual(['path', 'operator', 'value']);
    expect(writeRows([row], columns)).toEqual([{ path: 'a', operator: 'isEmpty', note: 'by hand' }]);
  });

  test('are read from whatever stands in the document', () => {
    expect(readRows([{ path: 'a' }, 'text', null, ['x'], { path: 'b' }])).toEqual([{ path: 'a' }, { path: 'b' }]);
    expect(readRows('{{ config.rows }}')).toEqual([]);
    expect(readRows(undefined)).toEqual([]);
  });
});
