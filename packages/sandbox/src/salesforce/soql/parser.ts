import { isDateLiteral } from './date-literals.ts';
import { isFunction } from './functions.ts';
import { malformed, tokenize, type Token } from './lexer.ts';

/** A literal of a comparison; `range` is a date literal such as TODAY or LAST_N_DAYS:5. */
export type SoqlValue =
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }
  | { kind: 'date'; text: string }
  | { kind: 'datetime'; text: string }
  | { kind: 'range'; name: string; count: number };

/** What is read of a record or, with an aggregate function, of a group: a field path, maybe through a function. */
export interface SoqlOperand {
  path: string;
  /** Lower case; absent for a plain field. */
  fn?: string;
}

/** A WHERE or HAVING clause. */
export type SoqlCondition =
  | { kind: 'and' | 'or'; left: SoqlCondition; right: SoqlCondition }
  | { kind: 'not'; inner: SoqlCondition }
  | {
      kind: 'compare';
      operand: SoqlOperand;
      operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'in' | 'not in' | 'includes' | 'excludes';
      values: SoqlValue[];
      subquery?: SoqlQuery;
    };

/** One thing selected. `alias` is as written, or absent. */
export type SoqlSelection =
  | { kind: 'path'; path: string; alias?: string }
  | { kind: 'child'; query: SoqlQuery }
  | { kind: 'function'; operand: SoqlOperand; alias?: string }
  | { kind: 'fields'; set: string };

/** A parsed query. */
export interface SoqlQuery {
  selections: SoqlSelection[];
  /** SELECT COUNT(): only totalSize is answered. */
  isCount: boolean;
  from: string;
  alias?: string;
  where?: SoqlCondition;
  groupBy: SoqlOperand[];
  having?: SoqlCondition;
  order: { operand: SoqlOperand; isDescending: boolean; isNullsLast: boolean }[];
  limit?: number;
  offset?: number;
}

const CLAUSES = new Set(['where', 'order', 'limit', 'offset', 'with', 'group', 'having', 'for', 'using']);
/** Wrappers that change nothing here: the sandbox user's zone is UTC, their currency the corporate one. */
const TRANSPARENT = new Set(['converttimezone', 'convertcurrency']);

/** Parts of SOQL that are refused by name rather than as a slip of the pen. */
const UNSUPPORTED = new Set(['rollup', 'cube', 'grouping', 'distance', 'geolocation']);

/** Parses SOQL, or throws MALFORMED_QUERY. */
export function parseSoql(text: string): SoqlQuery {
  const parser = new Parser(tokenize(text));
  const query = parser.query();
  parser.end();
  return query;
}

class Parser {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  query(): SoqlQuery {
    this.#expectWord('select');
    const selections: SoqlSelection[] = [];
    do selections.push(this.#selection());
    while (this.#takeMark(','));
    this.#expectWord('from');
    const from = this.#word();
    const [first] = selections;
    const isCount = selections.length === 1 && first?.kind === 'function' && first.operand.fn === 'count' && first.operand.path === '';
    const query: SoqlQuery = { selections, isCount, from, groupBy: [], order: [] };
    this.#takeWord('as');
    const next = this.#peek();
    if (next?.kind === 'word' && !CLAUSES.has(next.lower)) query.alias = this.#word();
    if (this.#takeWord('using')) {
      this.#expectWord('scope');
      this.#word();
    }
    if (this.#takeWord('where')) query.where = this.#conditions();
    if (this.#takeWord('with')) this.#word();
    if (this.#takeWord('group')) {
      this.#expectWord('by');
      do query.groupBy.push(this.#operand());
      while (this.#takeMark(','));
      if (this.#takeWord('having')) query.having = this.#conditions();
    }
    if (this.#takeWord('order')) {
      this.#expectWord('by');
      do query.order.push(this.#orderItem());
      while (this.#takeMark(','));
    }
    if (this.#takeWord('limit')) query.limit = this.#wholeNumber();
    if (this.#takeWord('offset')) query.offset = this.#wholeNumber();
    // FOR UPDATE, VIEW and REFERENCE change nothing that a client of REST can see.
    if (this.#takeWord('for')) this.#word();
    return query;
  }

  end(): void {
    const left = this.#peek();
    if (left) throw this.#unexpected(left);
  }

  #selection(): SoqlSelection {
    if (this.#takeMark('(')) {
      const query = this.query();
      this.#expectMark(')');
      return { kind: 'child', query };
    }
    if (this.#peekWord('typeof')) throw malformed('TYPEOF is not supported by this sandbox');
    const operand = this.#operand();
    if (operand.fn === 'fields') return { kind: 'fields', set: operand.path.toLowerCase() };
    const next = this.#peek();
    const alias = next?.kind === 'word' && next.lower !== 'from' ? { alias: this.#word() } : {};
    return operand.fn === undefined ? { kind: 'path', path: operand.path, ...alias } : { kind: 'function', operand, ...alias };
  }

  /** `Name`, `COUNT()`, `CALENDAR_YEAR(convertTimezone(CreatedDate))`. */
  #operand(): SoqlOperand {
    const name = this.#word();
    if (!this.#takeMark('(')) return { path: name };
    const fn = name.toLowerCase();
    if (UNSUPPORTED.has(fn)) throw malformed(`${name.toUpperCase()} is not supported by this sandbox`);
    if (!isFunction(fn) && !TRANSPARENT.has(fn)) throw malformed(`unexpected token: '${name}('`);
    const inner: SoqlOperand = this.#takeMark(')') ? { path: '' } : this.#argument();
    if (TRANSPARENT.has(fn)) return inner;
    if (inner.fn !== undefined) throw malformed(`unexpected token: '${name}('`);
    return { path: inner.path, fn };
  }

  #argument(): SoqlOperand {
    const operand = this.#operand();
    this.#expectMark(')');
    return operand;
  }

  /**
   * One kind of connective per level: where AND and OR meet, parentheses have to say which goes first. NOT stands at the
   * beginning of a level only (`a AND (NOT b)`), as in real orgs.
   */
  #conditions(): SoqlCondition {
    let left = this.#takeWord('not') ? this.#negated() : this.#term();
    const kind = this.#peekWord('or') ? 'or' : 'and';
    while (this.#takeWord(kind)) left = { kind, left, right: this.#term() };
    const next = this.#peek();
    if (next?.kind === 'word' && (next.lower === 'and' || next.lower === 'or')) throw this.#unexpected(next);
    return left;
  }

  #negated(): SoqlCondition {
    return { kind: 'not', inner: this.#term() };
  }

  #term(): SoqlCondition {
    if (this.#peekWord('not')) throw this.#unexpected(this.#peek());
    if (this.#takeMark('(')) {
      const inner = this.#conditions();
      this.#expectMark(')');
      return inner;
    }
    const operand = this.#operand();
    const token = this.#next();
    if (token?.kind === 'mark' && ['=', '!=', '<', '<=', '>', '>='].includes(token.text)) {
      return { kind: 'compare', operand, operator: token.text as '=', values: [this.#value()] };
    }
    const word = token?.kind === 'word' ? token.lower : '';
    if (word === 'like') return { kind: 'compare', operand, operator: 'like', values: [this.#value()] };
    if (word === 'includes' || word === 'excludes') return { kind: 'compare', operand, operator: word, values: this.#list().values };
    if (word === 'not') this.#expectWord('in');
    else if (word !== 'in') throw this.#unexpected(token);
    return { kind: 'compare', operand, operator: word === 'not' ? 'not in' : 'in', ...this.#list() };
  }

  #list(): { values: SoqlValue[]; subquery?: SoqlQuery } {
    this.#expectMark('(');
    const next = this.#peek();
    if (next?.kind === 'word' && next.lower === 'select') {
      const subquery = this.query();
      this.#expectMark(')');
      return { values: [], subquery };
    }
    const values: SoqlValue[] = [];
    do values.push(this.#value());
    while (this.#takeMark(','));
    this.#expectMark(')');
    return { values };
  }

  #value(): SoqlValue {
    const token = this.#next();
    if (token?.kind === 'string' || token?.kind === 'number') return token;
    if (token?.kind === 'date' || token?.kind === 'datetime') return token;
    if (token?.kind !== 'word') throw this.#unexpected(token);
    if (token.lower === 'null') return { kind: 'null' };
    if (token.lower === 'true' || token.lower === 'false') return { kind: 'boolean', value: token.lower === 'true' };
    const [name = '', count = '1'] = token.lower.split(':');
    if (isDateLiteral(name)) return { kind: 'range', name, count: Number(count) };
    throw this.#unexpected(token);
  }

  #orderItem(): SoqlQuery['order'][number] {
    const operand = this.#operand();
    const isDescending = this.#takeWord('desc');
    if (!isDescending) this.#takeWord('asc');
    let isNullsLast = false;
    if (this.#takeWord('nulls')) {
      isNullsLast = this.#takeWord('last');
      if (!isNullsLast) this.#expectWord('first');
    }
    return { operand, isDescending, isNullsLast };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }

  #word(): string {
    const token = this.#next();
    if (token?.kind !== 'word') throw this.#unexpected(token);
    return token.text;
  }

  #wholeNumber(): number {
    const token = this.#next();
    if (token?.kind !== 'number' || !Number.isInteger(token.value) || token.value < 0) throw this.#unexpected(token);
    return token.value;
  }

  #peekWord(word: string): boolean {
    const token = this.#peek();
    return token?.kind === 'word' && token.lower === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#peekWord(word)) return false;
    this.#at += 1;
    return true;
  }

  #takeMark(mark: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#at += 1;
    return true;
  }

  #expectWord(word: string): void {
    if (!this.#takeWord(word)) throw this.#unexpected(this.#peek());
  }

  #expectMark(mark: string): void {
    if (!this.#takeMark(mark)) throw this.#unexpected(this.#peek());
  }

  #unexpected(token: Token | undefined) {
    if (!token) return malformed("unexpected token: '<EOF>'");
    const text = 'text' in token ? token.text : String(token.value);
    return malformed(`unexpected token: '${text}'`);
  }
}
