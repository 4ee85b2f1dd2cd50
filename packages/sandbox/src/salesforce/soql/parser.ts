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

/** A WHERE clause. */
export type SoqlCondition =
  | { kind: 'and' | 'or'; left: SoqlCondition; right: SoqlCondition }
  | { kind: 'not'; inner: SoqlCondition }
  | {
      kind: 'compare';
      path: string;
      operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'in' | 'not in';
      values: SoqlValue[];
      subquery?: SoqlQuery;
    };

/** One thing selected. */
export type SoqlSelection =
  | { kind: 'path'; path: string }
  | { kind: 'child'; query: SoqlQuery }
  | { kind: 'count'; path: string; alias: string }
  | { kind: 'fields'; set: string };

/** A parsed query. */
export interface SoqlQuery {
  selections: SoqlSelection[];
  /** SELECT COUNT(): only totalSize is answered. */
  isCount: boolean;
  from: string;
  alias?: string;
  where?: SoqlCondition;
  order: { path: string; isDescending: boolean; isNullsLast: boolean }[];
  limit?: number;
  offset?: number;
}

const CLAUSES = new Set(['where', 'order', 'limit', 'offset', 'with', 'group', 'having', 'for', 'using', 'all']);
const RANGES =
  /^(today|yesterday|tomorrow|this_week|last_week|next_week|this_month|last_month|next_month|this_year|last_year|next_year|last_90_days|next_90_days|last_n_days|next_n_days|last_n_months|next_n_months)$/;

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
    const query: SoqlQuery = { selections, isCount: selections[0]?.kind === 'count' && selections[0].path === '', from, order: [] };
    const next = this.#peek();
    if (next?.kind === 'word' && !CLAUSES.has(next.lower)) query.alias = this.#word();
    if (this.#takeWord('where')) query.where = this.#or();
    if (this.#takeWord('order')) {
      this.#expectWord('by');
      do query.order.push(this.#orderItem());
      while (this.#takeMark(','));
    }
    if (this.#takeWord('limit')) query.limit = this.#wholeNumber();
    if (this.#takeWord('offset')) query.offset = this.#wholeNumber();
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
    const path = this.#word();
    if (!this.#takeMark('(')) return { kind: 'path', path };
    const argument = this.#peek()?.kind === 'word' ? this.#word() : '';
    this.#expectMark(')');
    if (path.toLowerCase() === 'fields') return { kind: 'fields', set: argument.toLowerCase() };
    if (path.toLowerCase() !== 'count') throw malformed(`unexpected token: '${path}('`);
    const next = this.#peek();
    const alias = next?.kind === 'word' && next.lower !== 'from' ? this.#word() : 'expr0';
    return { kind: 'count', path: argument, alias };
  }

  #or(): SoqlCondition {
    let left = this.#and();
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): SoqlCondition {
    let left = this.#term();
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#term() };
    return left;
  }

  #term(): SoqlCondition {
    if (this.#takeWord('not')) return { kind: 'not', inner: this.#term() };
    if (this.#takeMark('(')) {
      const inner = this.#or();
      this.#expectMark(')');
      return inner;
    }
    const path = this.#word();
    const token = this.#next();
    if (token?.kind === 'mark' && ['=', '!=', '<', '<=', '>', '>='].includes(token.text)) {
      return { kind: 'compare', path, operator: token.text as '=', values: [this.#value()] };
    }
    if (token?.kind === 'word' && token.lower === 'like') return { kind: 'compare', path, operator: 'like', values: [this.#value()] };
    const isNegated = token?.kind === 'word' && token.lower === 'not';
    if (isNegated) this.#expectWord('in');
    else if (!(token?.kind === 'word' && token.lower === 'in')) throw this.#unexpected(token);
    return { kind: 'compare', path, operator: isNegated ? 'not in' : 'in', ...this.#list() };
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
    if (RANGES.test(name)) return { kind: 'range', name, count: Number(count) };
    throw this.#unexpected(token);
  }

  #orderItem(): SoqlQuery['order'][number] {
    const path = this.#word();
    const isDescending = this.#takeWord('desc');
    if (!isDescending) this.#takeWord('asc');
    let isNullsLast = false;
    if (this.#takeWord('nulls')) {
      isNullsLast = this.#takeWord('last');
      if (!isNullsLast) this.#expectWord('first');
    }
    return { path, isDescending, isNullsLast };
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

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'word' || token.lower !== word) return false;
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
