import { requestError } from '../errors.ts';
import type { SalesforceField } from '../schema/fields.ts';
import type { SalesforceObject } from '../schema/object.ts';
import type { Fields, SalesforceStore } from '../store.ts';
import { AGGREGATES, applyFunction, DATE_PARTS } from './functions.ts';
import { readPath, resolvePath } from './paths.ts';
import type { SoqlOperand } from './parser.ts';

/** An operand checked against the schema: how to read it from a row, and as what kind of field it compares. */
export interface Reader<Row> {
  field: SalesforceField;
  read(row: Row): unknown;
}

/** Reads fields and functions of fields from records. */
export function recordReader(
  store: SalesforceStore,
  object: SalesforceObject,
  alias: string | undefined,
): (operand: SoqlOperand) => Reader<Fields> {
  return (operand) => {
    if (operand.fn !== undefined && operand.fn in AGGREGATES)
      throw requestError(400, 'MALFORMED_QUERY', `Aggregate expressions are not allowed here: ${operand.fn}(${operand.path})`);
    const path = resolvePath(object, operand.path, alias);
    return {
      field: fieldOf(operand, path.field),
      read: (record) => applyFunction(operand.fn, readPath(store, record, path)),
    };
  };
}

/** Reads aggregates, and whatever the rows of a group share, from groups. */
export function groupReader(records: (operand: SoqlOperand) => Reader<Fields>): (operand: SoqlOperand) => Reader<Fields[]> {
  return (operand) => {
    const aggregate = AGGREGATES[operand.fn ?? ''];
    if (!aggregate) {
      const reader = records(operand);
      return { field: reader.field, read: ([first]) => (first ? reader.read(first) : null) };
    }
    const path = operand.path === '' ? 'Id' : operand.path;
    const reader = records({ path });
    if ((operand.fn === 'sum' || operand.fn === 'avg') && !NUMBERS.has(reader.field.type))
      throw requestError(400, 'INVALID_FIELD', `field ${path} does not support aggregate operator ${operand.fn.toUpperCase()}`);
    return {
      field: fieldOf(operand, reader.field),
      read: (rows) => aggregate(rows.map((row) => reader.read(row)).filter((value) => value !== null)),
    };
  };
}

const NUMBERS = new Set<SalesforceField['type']>(['int', 'double', 'currency', 'percent']);

/** The field an operand compares like: counts and parts of dates are numbers, whatever they were taken from. */
function fieldOf(operand: SoqlOperand, field: SalesforceField): SalesforceField {
  const { fn } = operand;
  if (fn === undefined || fn === 'min' || fn === 'max' || fn === 'tolabel') return field;
  if (fn === 'day_only') return { ...field, type: 'date' };
  if (fn === 'format') return { ...field, type: 'string', length: 255 };
  return { ...field, type: fn in DATE_PARTS || fn.startsWith('count') ? 'int' : 'double' };
}
