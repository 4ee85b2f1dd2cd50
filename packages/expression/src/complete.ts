/** What could come next while somebody types an expression. */
import { FUNCTIONS } from './functions.ts';
import { compilePath, parsePath, pathToExpression } from './path.ts';
import type { Scope } from './compile.ts';

/** One proposal. */
export interface Completion {
  readonly label: string;
  readonly kind: 'path' | 'function';
  /** The value's kind or the function's description. */
  readonly detail: string;
  /** Text that takes the place of `from`–`to`. */
  readonly insert: string;
}

/** Proposals, and the stretch of the expression that the chosen one replaces. */
export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly options: readonly Completion[];
}

/** Proposals for a bare expression with the cursor at an offset, from sample data. */
export function completeAt(expression: string, cursor: number, scope: Scope): Completions {
  const before = expression.slice(0, cursor);
  const called = /\$[A-Za-z]*$/.exec(before)?.[0];
  if (called !== undefined) return { from: cursor - called.length, to: cursor, options: matchingFunctions(called) };
  const path = /(?:[A-Za-z_][\w]*|`[^`]*`)?(?:\[-?\d+\])?(?:\.(?:[A-Za-z_]\w*|`[^`]*`?)?(?:\[-?\d+\])?)*$/.exec(before)?.[0] ?? '';
  const cut = path.lastIndexOf('.');
  const typed = path.slice(cut + 1).replaceAll('`', '');
  const parent = cut === -1 ? scope : valueAt(path.slice(0, cut), scope);
  const options = membersOf(parent)
    .filter(([name]) => name.toLowerCase().startsWith(typed.toLowerCase()))
    .map(([name, value]): Completion => ({ label: name, kind: 'path', detail: kindOf(value), insert: pathToExpression([name]) }));
  const functions = cut === -1 && typed !== '' ? matchingFunctions(`$${typed}`) : [];
  return { from: cursor - (path.length - cut - 1), to: cursor, options: [...options, ...functions] };
}

function matchingFunctions(typed: string): Completion[] {
  return FUNCTIONS.filter(({ name }) => name.toLowerCase().startsWith(typed.toLowerCase())).map(({ name, description }) => ({
    label: name,
    kind: 'function',
    detail: description,
    insert: `${name}(`,
  }));
}

function valueAt(path: string, scope: Scope): unknown {
  const steps = parsePath(path);
  return steps === undefined ? undefined : compilePath(steps)(scope);
}

function membersOf(value: unknown): [string, unknown][] {
  const object: unknown = Array.isArray(value) ? value.find((member) => typeof member === 'object' && member !== null) : value;
  return typeof object === 'object' && object !== null ? Object.entries(object) : [];
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (value === null || value === undefined) return 'empty';
  return typeof value === 'object' ? 'object' : typeof value === 'string' ? `“${value.slice(0, 40)}”` : String(value);
}
