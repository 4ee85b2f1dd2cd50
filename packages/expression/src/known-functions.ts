/** Calls of functions that do not exist, found before anything runs. */
import { walk } from './ast.ts';
import type { AstNode } from './ast.ts';
import { CALENDAR_FUNCTIONS } from './calendar.ts';
import { syntaxError } from './failure.ts';
import { nearestName } from './nearest-name.ts';

/** All functions that JSONata has. */
export const BUILT_IN_FUNCTIONS: readonly string[] = (
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains ' +
  'replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not ' +
  'map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct ' +
  'base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl eval toMillis fromMillis clone now millis'
).split(' ');

const built = new Set<string>([...BUILT_IN_FUNCTIONS, ...CALENDAR_FUNCTIONS]);

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
  const near = nearestName(name, [...built, ...bound]);
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
