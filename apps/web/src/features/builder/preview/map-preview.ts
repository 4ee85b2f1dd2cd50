/**
 * What a map's rows give for a sample, with a word on what was done. Pure.
 *
 * The rules are the engine's, in its order: transform, value map, default, what to do when empty, length. A test
 * runs both on the same rows.
 */
import type { MapField } from '@weft/workflow';

/** One row's way from its source to the value written. */
export interface RowPreview {
  /** The source value, before anything was done to it. */
  readonly before: unknown;
  /** The value written; undefined when the field is left out. */
  readonly after: unknown;
  /** What was done, for the note beside it: "cut 54 → 50", "value map". */
  readonly note?: string;
  /** The row fails the step, and why. */
  readonly failure?: string;
}

/** Applies a row's rules to its source value. `fallback` is the row's default, resolved. */
export function previewRow(field: MapField, before: unknown, fallback: unknown): RowPreview {
  const notes: string[] = [];
  const transformed = transform(field, before);
  if (transformed !== before && field.transform !== undefined) notes.push(field.transform);
  const mapped = mapValue(field, transformed);
  if ('failure' in mapped) return { before, after: undefined, failure: mapped.failure };
  if (mapped.isMapped) notes.push('value map');
  let { value } = mapped;
  if (isMissing(value) && !isMissing(fallback)) {
    value = fallback;
    notes.push('default');
  }
  if (isMissing(value)) return whenMissing(field, before, notes);
  if (typeof value === 'string' && field.maxLength !== undefined) {
    const cut = shorten(value, field.maxLength);
    if (cut !== value) notes.push(`cut ${[...value].length} → ${[...cut].length}`);
    value = cut;
  }
  return { before, after: value, ...noteOf(notes) };
}

function noteOf(notes: readonly string[]): { note?: string } {
  return notes.length === 0 ? {} : { note: notes.join(', ') };
}

function whenMissing(field: MapField, before: unknown, notes: readonly string[]): RowPreview {
  if (field.whenNull === 'fail') return { before, after: undefined, failure: 'Empty, and the row says that it must have a value.' };
  return { before, after: field.whenNull === 'null' ? null : undefined, ...noteOf(notes) };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function mapValue(field: MapField, value: unknown): { readonly value: unknown; readonly isMapped: boolean } | { readonly failure: string } {
  if (field.values === undefined || isMissing(value)) return { value, isMapped: false };
  const key = String(value);
  if (Object.hasOwn(field.values, key)) return { value: field.values[key], isMapped: true };
  if (field.otherwise !== undefined) return { value: field.otherwise, isMapped: true };
  return { failure: `“${key}” has no entry in the value map.` };
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

/** Cuts at the last blank of the allowed length, unless that would lose more than a third of it. */
function shorten(text: string, maxLength: number): string {
  const characters = [...text];
  if (characters.length <= maxLength) return text;
  const cut = characters.slice(0, maxLength).join('');
  const blank = characters[maxLength] === ' ' ? cut.length : cut.lastIndexOf(' ');
  return (blank >= cut.length * 0.7 ? cut.slice(0, blank) : cut).trimEnd();
}

/** Writes a value at a dotted path. */
export function assign(target: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop();
  let current = target;
  for (const key of keys) {
    const inner = current[key];
    const next: Record<string, unknown> = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
    current[key] = next;
    current = next;
  }
  if (last !== undefined) current[last] = value;
}
