import { requestError } from '../errors.ts';
import { isWellFormedId, toId18 } from '../ids.ts';
import type { SalesforceField } from '../schema/fields.ts';
import { isFilterable } from '../schema/traits.ts';
import { rangeOf } from './date-literals.ts';
import { momentOf } from './moments.ts';
import type { Reader } from './operands.ts';
import type { SoqlCondition, SoqlOperand, SoqlQuery, SoqlValue } from './parser.ts';

type Test<Row> = (row: Row) => boolean;
type Comparison = Extract<SoqlCondition, { kind: 'compare' }>;

/** What a condition is compiled against. */
export interface ConditionContext<Row> {
  reader(operand: SoqlOperand): Reader<Row>;
  /** Epoch milliseconds, for date literals. */
  now: number;
  /** Runs the inner query of a semi-join and gives its first column. */
  column(query: SoqlQuery): unknown[];
}

/** Turns WHERE into a test on records, or HAVING into one on groups, checking names and types once. */
export function compileWhere<Row>(context: ConditionContext<Row>, condition: SoqlCondition): Test<Row> {
  switch (condition.kind) {
    case 'not': {
      const inner = compileWhere(context, condition.inner);
      return (record) => !inner(record);
    }
    case 'and':
    case 'or': {
      const left = compileWhere(context, condition.left);
      const right = compileWhere(context, condition.right);
      return condition.kind === 'and' ? (record) => left(record) && right(record) : (record) => left(record) || right(record);
    }
    case 'compare':
      return compileComparison(context, condition);
  }
}

function compileComparison<Row>(context: ConditionContext<Row>, condition: Comparison): Test<Row> {
  const reader = context.reader(condition.operand);
  const { field } = reader;
  if (!isFilterable(field)) throw requestError(400, 'INVALID_FIELD', `field '${field.name}' can not be filtered in a query call`);
  for (const value of condition.values) checkType(field, value);
  checkOperator(field, condition);
  const read = (row: Row) => comparable(field, reader.read(row));
  if (condition.operator === 'in' || condition.operator === 'not in') {
    const members = condition.subquery ? context.column(condition.subquery) : condition.values.map((value) => literal(field, value));
    const set = new Set(members.map((member) => comparable(field, member)));
    const isWanted = condition.operator === 'in';
    return (record) => set.has(read(record)) === isWanted;
  }
  const [value] = condition.values;
  if (!value) return () => false;
  if (value.kind === 'range') return rangeTest(condition, { value, read, now: context.now });
  if (condition.operator === 'includes' || condition.operator === 'excludes') {
    const test = choiceTest(condition.values);
    const isWanted = condition.operator === 'includes';
    return (record) => test(reader.read(record)) === isWanted;
  }
  if (condition.operator === 'like') {
    const pattern = likePattern(value.kind === 'string' ? value.value : '');
    return (record) => pattern.test(String(read(record) ?? ''));
  }
  const right = comparable(field, literal(field, value));
  return (record) => holds(condition.operator, read(record), right);
}

function isId(field: SalesforceField): boolean {
  return field.type === 'id' || field.type === 'reference';
}

function checkOperator(field: SalesforceField, condition: Comparison): void {
  const { operator } = condition;
  const refuse = (message: string) => requestError(400, 'INVALID_QUERY_FILTER_OPERATOR', message);
  const isOfSeveral = operator === 'includes' || operator === 'excludes';
  if (isOfSeveral && field.type !== 'multipicklist') throw refuse(`${operator} operator only valid on multipicklist field`);
  if (!isId(field)) return;
  if (operator !== '=' && operator !== '!=' && operator !== 'in' && operator !== 'not in' && !/[<>]/.test(operator))
    throw refuse('invalid operator on id field');
  const bad = condition.values.find((value) => value.kind === 'string' && value.value !== '' && !isWellFormedId(value.value));
  if (bad?.kind === 'string') throw refuse(`invalid ID field: ${bad.value}`);
}

/** INCLUDES ('a;b', 'c'): a and b, or c. An empty field includes nothing. */
function choiceTest(values: SoqlValue[]): (value: unknown) => boolean {
  const choices = values.map((value) => (value.kind === 'string' ? value.value : '').toLowerCase().split(';'));
  return (value) => {
    const picked = new Set(
      String(value ?? '')
        .toLowerCase()
        .split(';'),
    );
    return choices.some((wanted) => wanted.every((item) => picked.has(item)));
  };
}

function rangeTest<Row>(
  condition: Comparison,
  given: { value: Extract<SoqlValue, { kind: 'range' }>; read: (row: Row) => unknown; now: number },
): Test<Row> {
  const { start, end } = rangeOf(given.value.name, given.value.count, given.now);
  return (record) => {
    const time = given.read(record);
    if (typeof time !== 'number') return condition.operator === '!=';
    switch (condition.operator) {
      case '=':
        return time >= start && time < end;
      case '!=':
        return time < start || time >= end;
      case '<':
        return time < start;
      case '<=':
        return time < end;
      case '>':
        return time >= end;
      default:
        return time >= start;
    }
  };
}

/** Null equals null, differs from everything else, and is neither less nor more than anything. */
function holds(operator: Comparison['operator'], left: unknown, right: unknown): boolean {
  if (operator === '=') return left === right;
  if (operator === '!=') return left !== right;
  if (left === null || right === null) return false;
  const [a, b] = [left as string | number, right as string | number];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function literal(field: SalesforceField, value: SoqlValue): unknown {
  if (value.kind === 'null' || value.kind === 'range') return null;
  if (value.kind === 'string') return isId(field) ? toId18(value.value) : value.value;
  return value.kind === 'date' || value.kind === 'datetime' ? value.text : value.value;
}

/** Values in a form in which they compare as Salesforce compares them: dates as time, text without case, ids with it. */
export function comparable(field: SalesforceField, value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  const text = String(value);
  if (field.type === 'multipicklist') return text.toLowerCase().split(';').toSorted().join(';');
  if (field.type === 'date' || field.type === 'datetime') return momentOf(text);
  return isId(field) ? text : text.toLowerCase();
}

function checkType(field: SalesforceField, value: SoqlValue): void {
  if (value.kind === 'null') return;
  const isDate = field.type === 'date' || field.type === 'datetime';
  const isNumber = ['int', 'double', 'currency', 'percent'].includes(field.type);
  const kinds: SoqlValue['kind'][] = isDate
    ? ['date', 'datetime', 'range']
    : isNumber
      ? ['number']
      : field.type === 'boolean'
        ? ['boolean']
        : ['string'];
  if (field.type === 'date' && value.kind === 'datetime') throw wrongType(field, 'date and should not be a dateTime');
  if (field.type === 'datetime' && value.kind === 'date') throw wrongType(field, 'dateTime');
  if (kinds.includes(value.kind)) return;
  if (isDate) throw wrongType(field, `${field.type === 'date' ? 'date' : 'dateTime'} and should not be enclosed in quotes`);
  if (isNumber || field.type === 'boolean') throw wrongType(field, `${field.type} and should not be enclosed in quotes`);
  throw wrongType(field, 'string and should be enclosed in quotes');
}

function wrongType(field: SalesforceField, expectation: string) {
  return requestError(400, 'INVALID_FIELD', `value of filter criterion for field '${field.name}' must be of type ${expectation}`);
}

function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\\([_%])|[_%]|[.*+?^${}()|[\]\\]/g, (match, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    return match === '%' ? '[\\s\\S]*' : match === '_' ? '[\\s\\S]' : `\\${match}`;
  });
  return new RegExp(`^${source}$`, 'i');
}
