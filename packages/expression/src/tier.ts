/**
 * How much an expression may cost, read from its syntax: `path` (a closure), `simple` (bounded work, may run in the
 * caller's process) or `heavy` (anything else: runs where it may die).
 */
import { childrenOf } from './ast.ts';
import type { AstNode } from './ast.ts';
import { CALENDAR_FUNCTIONS } from './calendar.ts';

export type ExpressionTier = 'path' | 'simple' | 'heavy';

/** Node types whose cost is bounded by their text and their input. */
const SIMPLE_NODES = new Set([
  'path',
  'name',
  'string',
  'number',
  'value',
  'binary',
  'unary',
  'condition',
  'filter',
  'function',
  'variable',
  'block',
  'sort',
  'index',
]);
const SIMPLE_OPERATORS = new Set(['=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in', '&', '+', '-', '*', '/', '%', '?:', '??']);

/**
 * Functions whose result is at most about as large as their arguments, and which take no function, no pattern and no
 * picture of a time: widths in a picture can ask for any length of text.
 */
const SIMPLE_FUNCTIONS = new Set<string>([
  'string',
  'number',
  'boolean',
  'not',
  'exists',
  'type',
  'uppercase',
  'lowercase',
  'trim',
  'substring',
  'substringBefore',
  'substringAfter',
  'length',
  'contains',
  'count',
  'sum',
  'max',
  'min',
  'average',
  'round',
  'floor',
  'ceil',
  'abs',
  'now',
  'millis',
  'keys',
  'lookup',
  'merge',
  'append',
  'reverse',
  'encodeUrlComponent',
  'decodeUrlComponent',
  'base64encode',
  'base64decode',
  ...CALENDAR_FUNCTIONS,
]);
const LONGEST_SIMPLE = 2000;
const MOST_FILTERS = 2;

/** Tells whether an expression that is no plain path may run in the caller's process. */
export function tierOf(text: string, ast: AstNode): 'simple' | 'heavy' {
  return text.length <= LONGEST_SIMPLE && isSimple(ast, 0) ? 'simple' : 'heavy';
}

function isSimple(node: AstNode, filters: number): boolean {
  if (!SIMPLE_NODES.has(node.type)) return false;
  if (node.type === 'binary' && !SIMPLE_OPERATORS.has(String(node.value))) return false;
  if (node.type === 'variable' && node.value !== '' && node.value !== '$') return false;
  if (node.type === 'function') return isSimpleCall(node, filters);
  const within = node.type === 'filter' ? filters + 1 : filters;
  return within <= MOST_FILTERS && childrenOf(node).every((child) => isSimple(child, within));
}

function isSimpleCall(node: AstNode, filters: number): boolean {
  const name = node.procedure?.type === 'variable' ? String(node.procedure.value) : '';
  const hasPicture = name === 'now' && node.arguments?.length !== 0;
  return SIMPLE_FUNCTIONS.has(name) && !hasPicture && (node.arguments ?? []).every((argument) => isSimple(argument, filters));
}
