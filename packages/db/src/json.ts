/**
 * JSON on its way into Postgres, which refuses some that JavaScript makes: NUL characters, lone surrogates,
 * and nesting of thousands of levels.
 */
import { invalid } from '@weft/errors';

/** Text that PostgreSQL takes as JSON, also as `jsonb`. */
export interface StorableJson {
  readonly text: string;
  /** Characters that Postgres refuses were replaced with U+FFFD. */
  readonly wasCleaned: boolean;
}

// What JSON.stringify writes for a NUL and for a surrogate without its partner. A false alarm only costs time.
const SUSPICIOUS = /\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** The JSON text of a value; `undefined` counts as null. Throws `invalid` for what has no JSON form. */
export function toStorableJson(value: unknown): StorableJson {
  const text = stringify(() => value);
  if (!SUSPICIOUS.test(text)) return { text, wasCleaned: false };
  const cleaned = stringify(() => clean(JSON.parse(text)));
  return { text: cleaned, wasCleaned: cleaned !== text };
}

/** Text without what a `text` column refuses. */
export function toStorableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

function stringify(value: () => unknown): string {
  try {
    return JSON.stringify(value()) ?? 'null';
  } catch (error) {
    const reason = error instanceof RangeError ? 'it is nested too deeply' : error instanceof Error ? error.message : String(error);
    throw invalid('not_storable', `This value cannot be stored as JSON: ${reason}.`);
  }
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return toStorableText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [toStorableText(key), clean(member)] as const);
  return Object.fromEntries(entries);
}
