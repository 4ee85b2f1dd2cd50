import { requestError } from '../errors.ts';
import { isSortable } from '../schema/traits.ts';
import { comparable } from './conditions.ts';
import type { Reader } from './operands.ts';
import type { SoqlOperand, SoqlQuery } from './parser.ts';

/** ORDER BY. Nulls come first whatever the direction, unless the query says otherwise; equal rows keep their order. */
export function sortRows<Row>(rows: Row[], order: SoqlQuery['order'], reader: (operand: SoqlOperand) => Reader<Row>): Row[] {
  if (order.length === 0) return rows;
  const keys = order.map((item) => ({ ...item, by: reader(item.operand) }));
  const unordered = keys.find((key) => !isSortable(key.by.field));
  if (unordered) throw requestError(400, 'MALFORMED_QUERY', `field '${unordered.by.field.name}' can not be sorted in a query call`);
  // Each row's values are worked out once, not at every comparison.
  const keyed = rows.map((row) => ({ row, values: keys.map((key) => comparable(key.by.field, key.by.read(row))) }));
  keyed.sort((a, b) => {
    for (const [index, key] of keys.entries()) {
      const left = a.values[index] ?? null;
      const right = b.values[index] ?? null;
      if (left === right) continue;
      if (left === null) return key.isNullsLast ? 1 : -1;
      if (right === null) return key.isNullsLast ? -1 : 1;
      return (left < right ? -1 : 1) * (key.isDescending ? -1 : 1);
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

/** OFFSET and LIMIT. */
export function slice<Row>(query: SoqlQuery, rows: Row[]): Row[] {
  const start = query.offset ?? 0;
  if (start > 2000) throw requestError(400, 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
  return rows.slice(start, query.limit === undefined ? undefined : start + query.limit);
}
