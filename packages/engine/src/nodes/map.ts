/** The map node: an object, field by field. */
import { WeftError } from '@weft/errors';
import type { MapField, MapNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';

/** Resolves a compiled value of the node at a place such as `fields.0.from`. */
export type Resolve = (place: string) => unknown;

/** Builds the node's output. A promise only if an expression needs one. Throws `invalid`, naming the field. */
export function executeMap(compiled: CompiledNode<MapNode>, resolve: Resolve): unknown {
  const { fields } = compiled.node;
  const sources = fields.map((_, index) => resolve(`fields.${index}.from`));
  const defaults = fields.map((field, index) => (field.default === undefined ? undefined : resolve(`fields.${index}.default`)));
  if (![...sources, ...defaults].some((value) => value instanceof Promise)) return assemble(fields, sources, defaults);
  return Promise.all([Promise.all(sources), Promise.all(defaults)]).then(([from, otherwise]) => assemble(fields, from, otherwise));
}

function assemble(fields: readonly MapField[], sources: readonly unknown[], defaults: readonly unknown[]): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  const own = new Set<unknown>([output]);
  for (const [index, field] of fields.entries()) {
    const value = fieldValue(field, sources[index], defaults[index]);
    if (value !== undefined) put({ output, own }, field.to.split('.'), value);
  }
  return output;
}

function fieldValue(field: MapField, source: unknown, fallback: unknown): unknown {
  const mapped = mapValue(field, transform(field, source));
  const value = isMissing(mapped) ? fallback : mapped;
  if (!isMissing(value)) return typeof value === 'string' && field.maxLength !== undefined ? shorten(value, field.maxLength) : value;
  switch (field.whenNull ?? 'omit') {
    case 'omit':
      return undefined;
    case 'null':
      return null;
    case 'fail':
      throw new WeftError({
        class: 'invalid',
        code: 'value_missing',
        message: `“${field.to}” has no value, and the mapping says that it must have one.`,
        detail: { field: field.to },
      });
  }
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function mapValue(field: MapField, value: unknown): unknown {
  if (!field.values || isMissing(value)) return value;
  const key = String(value);
  if (Object.hasOwn(field.values, key)) return field.values[key];
  if (field.otherwise !== undefined) return field.otherwise;
  throw new WeftError({
    class: 'invalid',
    code: 'value_not_mapped',
    message: `“${key}” has no entry in the value map of “${field.to}”. Add it, or say what is written otherwise.`,
    detail: { field: field.to, value: key, known: Object.keys(field.values) },
  });
}

const TRANSFORMS: Readonly<Record<NonNullable<MapField['transform']>, (text: string) => string>> = {
  none: (text) => text,
  trim: (text) => text.trim().replace(/\s+/g, ' '),
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  digits: (text) => text.replace(/[^\d+]/g, ''),
  domain: (text) =>
    text
      .trim()
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, '')
      .replace(/^.*@/, '')
      .replace(/^www\./, '')
      .replace(/[/?#:].*$/, ''),
  date: (text) => /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? text,
};

function transform(field: MapField, value: unknown): unknown {
  if (field.transform === undefined || isMissing(value)) return value;
  return typeof value === 'string' || typeof value === 'number' ? TRANSFORMS[field.transform](String(value)) : value;
}

/** Cuts at the last blank of the allowed length, unless that would lose more than a third of it. Counts characters as people do. */
function shorten(text: string, maxLength: number): string {
  const characters = [...text];
  if (characters.length <= maxLength) return text;
  const cut = characters.slice(0, maxLength).join('');
  const blank = characters[maxLength] === ' ' ? cut.length : cut.lastIndexOf(' ');
  return (blank >= cut.length * 0.7 ? cut.slice(0, blank) : cut).trimEnd();
}

/** The schema allows words only, so no path can reach a prototype but by these names. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** The object being built. `own`: the parts that this node made; what came from elsewhere is copied before it is written to. */
interface Draft {
  readonly output: Record<string, unknown>;
  readonly own: Set<unknown>;
}

function put(draft: Draft, path: readonly string[], value: unknown): void {
  let at = draft.output;
  for (const [index, name] of path.entries()) {
    if (FORBIDDEN.has(name))
      throw new WeftError({ class: 'invalid', code: 'forbidden_name', message: `“${path.join('.')}” cannot be written.` });
    if (index === path.length - 1) at[name] = value;
    else at = ownPart(draft, at, name);
  }
}

function ownPart(draft: Draft, at: Record<string, unknown>, name: string): Record<string, unknown> {
  const present = Object.hasOwn(at, name) ? at[name] : undefined;
  if (draft.own.has(present)) return present as Record<string, unknown>; // only objects made here are in the set
  const made: Record<string, unknown> = typeof present === 'object' && present !== null && !Array.isArray(present) ? { ...present } : {};
  draft.own.add(made);
  at[name] = made;
  return made;
}
