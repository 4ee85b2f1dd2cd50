/** Which values expressions read, by their syntax: for validation, renaming and pills. */
import { parseExpression, walk } from './ast.ts';
import type { AstNode } from './ast.ts';
import { pathToExpression } from './path.ts';
import { isEscaped } from './scan.ts';
import { parseTemplate } from './template.ts';

/** One path that an expression reads. Offsets are into the expression's text. */
export interface Reference {
  /** First word: `trigger`, `steps`, `item`, … or any other name. */
  readonly root: string;
  /** For `steps.<id>` and `resume.<id>`: the id. */
  readonly nodeId?: string;
  /** All words, the root included. */
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
  /** Where the node id stands, backticks or quotes included. */
  readonly nodeIdStart?: number;
  readonly nodeIdEnd?: number;
}

/** A reference in a value: where in the value, and where in its string. */
export interface LocatedReference extends Reference {
  /** Members and positions that lead to the string. */
  readonly at: readonly (string | number)[];
  readonly expression: string;
  /** Offset of the expression in its string. */
  readonly offset: number;
  /** The expression itself asks whether the node gave anything: by `$exists`, `?:`, `??` or in the condition of a choice. */
  readonly isAskedFor: boolean;
}

/** References of a parsed expression. A path below a filter or a function's block counts only if it begins at a root. */
export function referencesIn(text: string, ast: AstNode): Reference[] {
  // By place: the parser gives the left side of a ?: twice, and a path in a block is met on two ways.
  const found = new Map<number, Reference>();
  collect(ast, true, (path) => {
    const reference = toReference(text, path);
    if (reference) found.set(reference.start, reference);
  });
  return [...found.values()];
}

/** References of a plain path. */
export function pathReferences(text: string): Reference[] {
  return referencesIn(text, parseExpression(text));
}

/** References of all expressions in a value. Throws `expression_syntax`. */
export function referencesOf(value: unknown): LocatedReference[] {
  const found: LocatedReference[] = [];
  visitStrings(value, [], (text, at) => {
    for (const part of parseTemplate(text)) {
      if (part.kind !== 'expression') continue;
      const ast = parseExpression(part.text);
      const asked = nodesAskedFor(part.text, ast);
      for (const reference of referencesIn(part.text, ast)) {
        const isAskedFor = reference.nodeId !== undefined && asked.has(reference.nodeId);
        found.push({ ...reference, at, expression: part.text, offset: part.textStart, isAskedFor });
      }
    }
  });
  return found;
}

/** A copy of a value in which `steps.<from>` reads `steps.<to>`, and `resume.<from>` likewise. Strings whose expressions cannot be read stay as they are. */
export function renameReferences<Value>(value: Value, from: string, to: string): Value {
  return mapStrings(value, (text) => {
    try {
      return renameInTemplate(text, from, to);
    } catch {
      return text; // not readable, so nothing in it refers to anything; validation reports it
    }
  }) as Value;
}

/** The same for a bare expression, without braces. */
export function renameInExpression(text: string, from: string, to: string): string {
  return replaceIds(text, 0, referencesIn(text, parseExpression(text)), { from, to });
}

/** Nodes whose presence an expression decides by. The tree has `?:` and `??` as choices, too. */
function nodesAskedFor(text: string, ast: AstNode): Set<string> {
  const asked = new Set<string>();
  walk(ast, (node) => {
    const isExists = node.type === 'function' && node.procedure?.value === 'exists';
    const parts = node.type === 'condition' ? [node['condition']] : isExists ? (node.arguments ?? []) : [];
    for (const part of parts) {
      if (!isAst(part)) continue;
      for (const { nodeId } of referencesIn(text, part)) if (nodeId !== undefined) asked.add(nodeId);
    }
  });
  return asked;
}

function renameInTemplate(text: string, from: string, to: string): string {
  let result = text;
  for (const part of parseTemplate(text).toReversed()) {
    if (part.kind !== 'expression') continue;
    result = replaceIds(result, part.textStart, referencesIn(part.text, parseExpression(part.text)), { from, to });
  }
  return result;
}

function replaceIds(text: string, offset: number, references: readonly Reference[], rename: { from: string; to: string }): string {
  let result = text;
  const hits = references.filter((reference) => reference.nodeId === rename.from).toSorted((a, b) => b.start - a.start);
  for (const { nodeIdStart = 0, nodeIdEnd = 0 } of hits)
    result = result.slice(0, offset + nodeIdStart) + pathToExpression([rename.to]) + result.slice(offset + nodeIdEnd);
  return result;
}

/** Calls back with every path whose first step is read from the scope itself, not from a step before it. */
function collect(node: AstNode, isAtRoot: boolean, found: (path: AstNode) => void): void {
  if (node.type === 'path') {
    const [first, ...rest] = node.steps ?? [];
    if (startsAtDocument(node) || (isAtRoot && (first?.type === 'name' || isVariable(first, '')))) found(node);
    if (first && first.type !== 'name') collect(first, isAtRoot, found);
    for (const step of [first, ...rest]) {
      if (!step) continue;
      // Filters and later steps see the step before them as their context.
      for (const key of Object.keys(step)) if (key !== 'value') collectBelow(step[key], found);
      if (step !== first && step.type !== 'name') collect(step, false, found);
    }
    return;
  }
  for (const [key, child] of Object.entries(node)) if (key !== 'value') collectChildren(child, isAtRoot, found);
}

function collectChildren(value: unknown, isAtRoot: boolean, found: (path: AstNode) => void): void {
  if (Array.isArray(value)) for (const member of value) collectChildren(member, isAtRoot, found);
  else if (isAst(value)) collect(value, isAtRoot, found);
}

/** Inside a filter a bare name is a field of the item; only what begins with `$$` is read from the scope. */
function collectBelow(value: unknown, found: (path: AstNode) => void): void {
  if (Array.isArray(value)) for (const member of value) collectBelow(member, found);
  else if (isAst(value)) {
    walk(value, (node) => {
      if (startsAtDocument(node)) found(node);
    });
  }
}

/** Whether a path begins with `$$`, which is the scope wherever it stands; the tree calls it `$`. */
function startsAtDocument(node: AstNode): boolean {
  return node.type === 'path' && isVariable(node.steps?.[0], '$');
}

function isVariable(node: AstNode | undefined, name: string): boolean {
  return node?.type === 'variable' && node.value === name;
}

function toReference(text: string, path: AstNode): Reference | undefined {
  const names = (path.steps ?? []).flatMap((step) => (step.type === 'variable' && (step.value === '$' || step.value === '') ? [] : [step]));
  const words: AstNode[] = [];
  for (const step of names) {
    if (step.type !== 'name') break;
    words.push(step);
  }
  const root = words[0];
  if (!root) return undefined;
  const spanOf = (word: AstNode): { start: number; end: number } => {
    const end = word.position ?? 0;
    return { start: startOfName(text, end, String(word.value)), end };
  };
  const id = root.value === 'steps' || root.value === 'resume' ? words[1] : undefined;
  const idSpan = id === undefined ? undefined : spanOf(id);
  return {
    root: String(root.value),
    path: words.map((word) => String(word.value)),
    start: spanOf(root).start,
    end: words.at(-1)?.position ?? 0,
    ...(id === undefined || idSpan === undefined ? {} : { nodeId: String(id.value), nodeIdStart: idSpan.start, nodeIdEnd: idSpan.end }),
  };
}

/** Where the name that ends at an offset begins, its backticks or quotes included. */
function startOfName(text: string, end: number, name: string): number {
  const last = text[end - 1] ?? '';
  if (!'`"\''.includes(last) || text.slice(end - name.length, end) === name) return end - name.length;
  let start = end - 2;
  while (start > 0 && (text[start] !== last || (last !== '`' && isEscaped(text, start)))) start -= 1;
  return start;
}

function isAst(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function visitStrings(
  value: unknown,
  at: readonly (string | number)[],
  visit: (text: string, at: readonly (string | number)[]) => void,
): void {
  if (typeof value === 'string') {
    if (value.includes('{{')) visit(value, at);
  } else if (Array.isArray(value)) value.forEach((member, index) => visitStrings(member, [...at, index], visit));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) visitStrings(member, [...at, key], visit);
  }
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return value.includes('{{') ? change(value) : value;
  if (Array.isArray(value)) return value.map((member) => mapStrings(member, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapStrings(member, change)]));
}
