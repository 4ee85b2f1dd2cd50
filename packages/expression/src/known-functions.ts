/** Calls of functions that do not exist, found before anything runs. */
import { walk } from './ast.ts';
import type { AstNode } from './ast.ts';
import { CALENDAR_FUNCTIONS } from './calendar.ts';
import { syntaxError } from './failure.ts';

/** All functions that JSONata has. */
export const BUILT_IN_FUNCTIONS: readonly string[] = (
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains ' +
  'replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not ' +
  'map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct ' +
  'base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl eval toMillis fromMillis clone now millis'
).split(' ');

const built = new Set<string>([...BUILT_IN_FUNCTIONS, ...CALENDAR_FUNCTIONS]);
/** No function's name is near a longer word. */
const LONGEST_WORD = 40;

/** Refuses calls of a `$name` that neither JSONata, nor we, nor the expression itself define. Throws `expression_syntax`. */
export function refuseUnknownFunctions(expression: string, ast: AstNode): void {
  const bound = new Set<string>();
  const called: AstNode[] = [];
  walk(ast, (node) => {
    for (const name of namesBoundBy(node)) bound.add(name);
    const callee = calleeOf(node);
    if (callee) called.push(callee);
  });
  const unknown = called.find(({ value }) => !built.has(String(value)) && !bound.has(String(value)));
  if (!unknown) return;
  const name = String(unknown.value);
  const near = nearest(name, [...built, ...bound]);
  const advice = near === undefined ? '' : `; did you mean $${near}?`;
  const position = Math.max(0, (unknown.position ?? 0) - name.length - 1);
  throw syntaxError({ expression, position, reason: `there is no function $${name}${advice}` });
}

function namesBoundBy(node: AstNode): string[] {
  if (node.type === 'bind') return [String((node['lhs'] as AstNode | undefined)?.value)];
  if (node.type === 'lambda') return (node.arguments ?? []).map((argument) => String(argument.value));
  return [node['focus'], node['index'], node.type === 'index' ? node.value : undefined].filter((name) => typeof name === 'string');
}

/** The variable that a node calls, if it calls one. */
function calleeOf(node: AstNode): AstNode | undefined {
  const isCall = node.type === 'function' || node.type === 'partial';
  const callee = isCall ? node.procedure : node.type === 'apply' ? (node['rhs'] as AstNode) : undefined;
  return callee?.type === 'variable' && callee.value !== '' && callee.value !== '$' ? callee : undefined;
}

function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const most = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .filter((name) => name.length <= LONGEST_WORD)
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0] && ranked[0].distance <= most ? ranked[0].name : undefined;
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
