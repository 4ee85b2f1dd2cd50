import type { Json } from '../../http.ts';
import type { SalesforceField } from '../schema/fields.ts';
import { isGroupable } from '../schema/traits.ts';
import type { Fields } from '../store.ts';
import { comparable, compileWhere } from './conditions.ts';
import { AGGREGATES } from './functions.ts';
import { malformed } from './lexer.ts';
import { groupReader, type Reader } from './operands.ts';
import { slice, sortRows } from './ordering.ts';
import type { SoqlOperand, SoqlQuery, SoqlSelection } from './parser.ts';

/** True for a query whose rows are groups. */
export function isGrouped(query: SoqlQuery): boolean {
  return query.groupBy.length > 0 || (!query.isCount && query.selections.some((selection) => aggregateOf(selection)));
}

function aggregateOf(selection: SoqlSelection): boolean {
  return selection.kind === 'function' && (selection.operand.fn ?? '') in AGGREGATES;
}

/** GROUP BY, HAVING, ORDER BY, LIMIT, and the aggregate rows themselves. */
export function groupRows(
  query: SoqlQuery,
  given: { rows: Fields[]; records: (operand: SoqlOperand) => Reader<Fields>; now: number },
): Json[] {
  const reader = groupReader(given.records);
  const columns = columnsOf(query).map((column) => ({ name: column.name, by: reader(column.operand) }));
  const keys = query.groupBy.map((operand) => given.records(operand));
  const loose = query.groupBy.findIndex(({ fn }, index) => fn === undefined && !isGroupable(fieldAt(keys, index)));
  if (loose >= 0) throw malformed(`field '${fieldAt(keys, loose).name}' can not be grouped in a query call`);
  const groups = new Map<string, Fields[]>();
  for (const row of given.rows) {
    const key = JSON.stringify(keys.map((part) => comparable(part.field, part.read(row))));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  // Without GROUP BY all rows are one group, even when there are none.
  const found = query.groupBy.length === 0 ? [given.rows] : [...groups.values()];
  const test = query.having ? compileWhere({ reader, now: given.now, column: () => [] }, query.having) : () => true;
  const order = query.order.map((item) => ({ ...item, operand: aliased(query, item.operand) }));
  return slice(query, sortRows(found.filter(test), order, reader)).map((group) => ({
    attributes: { type: 'AggregateResult' },
    ...Object.fromEntries(columns.map((column) => [column.name, column.by.read(group)])),
  }));
}

function fieldAt(keys: Reader<Fields>[], index: number): SalesforceField {
  const key = keys[index];
  if (!key) throw new Error(`No group key ${index}`);
  return key.field;
}

/** Names of the columns: the alias, the field's own name, or expr0, expr1, … */
function columnsOf(query: SoqlQuery): { name: string; operand: SoqlOperand }[] {
  let unnamed = 0;
  const grouped = new Set(query.groupBy.map(keyOf));
  return query.selections.map((selection) => {
    if (selection.kind === 'child' || selection.kind === 'fields') throw malformed('Grouped query cannot select this');
    const operand = selection.kind === 'path' ? { path: selection.path } : selection.operand;
    if (!aggregateOf(selection) && !grouped.has(keyOf(operand))) throw malformed(`Field must be grouped or aggregated: ${operand.path}`);
    if (selection.alias !== undefined) return { name: selection.alias, operand };
    if (selection.kind === 'path') return { name: selection.path.split('.').at(-1) ?? '', operand };
    unnamed += 1;
    return { name: `expr${unnamed - 1}`, operand };
  });
}

function keyOf(operand: SoqlOperand): string {
  return `${operand.fn ?? ''}(${operand.path.toLowerCase()})`;
}

/** ORDER BY may name a column by its alias. */
function aliased(query: SoqlQuery, operand: SoqlOperand): SoqlOperand {
  if (operand.fn !== undefined) return operand;
  const named = query.selections.find(
    (selection) => selection.kind === 'function' && selection.alias?.toLowerCase() === operand.path.toLowerCase(),
  );
  return named?.kind === 'function' ? named.operand : operand;
}
