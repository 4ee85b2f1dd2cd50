/** From text or foreign JSON to something whose shape can be looked at without harm. */
import { findJsonFault } from './json-fault.ts';
import { locate } from './locate.ts';
import { error } from './problem.ts';
import type { Problem } from './problem.ts';

const MAX_CHARS = 10_000_000;
const MAX_DEPTH = 100;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** The JSON in a text, or what is wrong with it, with line and column. */
export function readJson(text: string): { value: unknown; problems: Problem[] } {
  if (text.length > MAX_CHARS) {
    return { value: undefined, problems: [error('', 'too_large', `The file has ${text.length} characters; ${MAX_CHARS} are allowed.`)] };
  }
  try {
    return { value: JSON.parse(text) as unknown, problems: [] };
  } catch {
    return { value: undefined, problems: [error('', 'not_json', explain(text))] };
  }
}

/** What in a JSON value could do harm merely by being read: depth, and keys that reach a prototype. */
export function findHostile(value: unknown): Problem[] {
  const problems: Problem[] = [];
  const stack: { value: unknown; path: readonly PropertyKey[] }[] = [{ value, path: [] }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.path.length >= MAX_DEPTH) {
      return [error(locate(next.path.slice(0, 6), value), 'too_deep', `It is nested more than ${MAX_DEPTH} levels deep.`)];
    }
    const isList = Array.isArray(next.value);
    for (const [key, member] of Object.entries(next.value)) {
      const path = [...next.path, isList ? Number(key) : key];
      if (FORBIDDEN_KEYS.has(key))
        problems.push(error(locate(path, value), 'forbidden_key', `The name “${key}” is not allowed; choose another.`));
      else if (typeof member === 'object' && member !== null) stack.push({ value: member, path });
    }
  }
  return problems;
}

function explain(text: string): string {
  const fault = findJsonFault(text);
  // Only when the two readers disagree, which their shared grammar does not allow.
  if (!fault) return 'The file is not JSON.';
  const before = text.slice(0, fault.position);
  const line = before.split('\n').length;
  const column = fault.position - before.lastIndexOf('\n');
  return `The file is not JSON: line ${line}, column ${column}: ${fault.reason}.`;
}
