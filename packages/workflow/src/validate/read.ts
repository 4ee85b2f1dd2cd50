/** From text or foreign JSON to something whose shape can be looked at without harm. */
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
  } catch (thrown) {
    return { value: undefined, problems: [error('', 'not_json', explain(text, thrown))] };
  }
}

/** What in a JSON value could do harm merely by being read: depth, and keys that reach a prototype. */
export function findHostile(value: unknown): Problem[] {
  const problems: Problem[] = [];
  const stack: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= MAX_DEPTH) {
      return [error(next.path.slice(0, 200), 'too_deep', `It is nested more than ${MAX_DEPTH} levels deep.`)];
    }
    for (const key of Object.keys(next.value)) {
      const path = next.path === '' ? key : `${next.path}.${key}`;
      if (FORBIDDEN_KEYS.has(key)) problems.push(error(path, 'forbidden_key', `The name “${key}” is not allowed; choose another.`));
      else stack.push({ value: (next.value as Record<string, unknown>)[key], path, depth: next.depth + 1 });
    }
  }
  return problems;
}

function explain(text: string, thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const position = positionOf(message, text);
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  const reason = message.replace(/ in JSON.*$| at position.*$|, \.\.\..*$/s, '').replace(/^Unexpected end.*$/, 'it ends too early');
  return `The file is not JSON: line ${line}, column ${column}: ${reason}.`;
}

/** Engines word their errors differently; those that name no position mean the end, or show the text around it. */
function positionOf(message: string, text: string): number {
  const stated = /position (\d+)/.exec(message)?.[1];
  if (stated !== undefined) return Number(stated);
  const shown = /\.\.\."(.*?)"\.\.\./s.exec(message)?.[1] ?? /"(.*?)" is not valid JSON/s.exec(message)?.[1];
  const found = shown === undefined ? -1 : text.indexOf(shown.replace(/^\.\.\.|\.\.\.$/g, ''));
  return found === -1 ? text.length : found;
}
