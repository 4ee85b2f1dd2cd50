/**
 * What one row of a map makes of its source value: transform, value map, default, what to do when empty, length, in this
 * order. Pure, and without the rest of the engine: the builder's preview runs it in the browser.
 */
import { WeftError } from '@weft/errors';
import type { MapField } from '@weft/workflow';

/** A rule of a row that changed the value. `length` and `cutTo` count characters as people do. */
export type AppliedRule =
  | { readonly rule: 'transform' | 'values' | 'default' }
  | { readonly rule: 'maxLength'; readonly length: number; readonly cutTo: number };

/** The value to write, undefined when the field is left out, and what was done for it, in order. */
export interface MappedField {
  readonly value: unknown;
  readonly applied: readonly AppliedRule[];
}

/** Applies a row's rules to its source. `fallback`: its default, resolved. Throws `invalid`, naming the field. */
export function mapField(field: MapField, source: unknown, fallback: unknown): MappedField {
  const applied: AppliedRule[] = [];
  const transformed = transform(field, source);
  if (transformed !== source) applied.push({ rule: 'transform' });
  const mapped = mapValue(field, transformed, applied);
  const value = orDefault(mapped, fallback, applied);
  return { value: isMissing(value) ? whenMissing(field) : cut(field, value, applied), applied };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function whenMissing(field: MapField): null | undefined {
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

function mapValue(field: MapField, value: unknown, applied: AppliedRule[]): unknown {
  if (!field.values || isMissing(value)) return value;
  const key = String(value);
  const isKnown = Object.hasOwn(field.values, key);
  if (isKnown || field.otherwise !== undefined) {
    applied.push({ rule: 'values' });
    return isKnown ? field.values[key] : field.otherwise;
  }
  throw new WeftError({
    class: 'invalid',
    code: 'value_not_mapped',
    message: `“${key}” has no entry in the value map of “${field.to}”. Add it, or say what is written otherwise.`,
    detail: { field: field.to, value: key, known: Object.keys(field.values) },
  });
}

function orDefault(value: unknown, fallback: unknown, applied: AppliedRule[]): unknown {
  if (!isMissing(value) || isMissing(fallback)) return value;
  applied.push({ rule: 'default' });
  return fallback;
}

function cut(field: MapField, value: unknown, applied: AppliedRule[]): unknown {
  if (typeof value !== 'string' || field.maxLength === undefined) return value;
  const short = shorten(value, field.maxLength);
  if (short !== value) applied.push({ rule: 'maxLength', length: [...value].length, cutTo: [...short].length });
  return short;
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
