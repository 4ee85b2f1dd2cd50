/**
 * Schemas for what a form or an expression gives: ids may come as numbers, numbers as text, and an empty field or a
 * null means "not given".
 */
import { z } from 'zod';

const blankToUndefined = (value: unknown): unknown => (value === null || value === '' ? undefined : value);
const toText = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value.trim() : value;

/** What keeps a text from being stored anywhere, as the end of a sentence that begins with its field; undefined for all others. */
export function textFault(value: string): string | undefined {
  if (value.includes('\0')) return 'holds a NUL character, which cannot be stored';
  return value.isWellFormed() ? undefined : 'holds half of a character: it was cut in the middle of one, such as an emoji';
}

/** The faults of all texts in a value, with their places. */
function checkTexts(value: unknown, check: z.core.ParsePayload, path: PropertyKey[] = []): void {
  if (typeof value === 'string') {
    const message = textFault(value);
    if (message !== undefined) check.issues.push({ code: 'custom', message, input: value, path });
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) checkTexts(member, check, [...path, name]);
  }
}

/** Text that must be given. Numbers and booleans are taken as their text; spaces around are cut. */
export function text(options: { max?: number } = {}): z.ZodType<string> {
  const base = z
    .string({ error: (issue) => (issue.input === undefined ? 'must be given' : 'must be text') })
    .min(1, 'must be given')
    .check((check) => checkTexts(check.value, check));
  return z.preprocess(
    (value) => blankToUndefined(toText(value)),
    options.max === undefined ? base : base.max(options.max, `must be at most ${options.max} characters`),
  ) as unknown as z.ZodType<string>;
}

/** Makes a schema optional; null and empty text count as not given. */
export function optional<T>(schema: z.ZodType<T>): z.ZodOptional<z.ZodType<T>> {
  return z.preprocess(blankToUndefined, schema.optional()) as unknown as z.ZodOptional<z.ZodType<T>>;
}

/** Text that may be left out. */
export function optionalText(options: { max?: number } = {}): z.ZodOptional<z.ZodType<string>> {
  return optional(text(options));
}

/** A whole number, also given as text. */
export function integer(options: { min?: number; max?: number } = {}): z.ZodType<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  const toNumber = (value: unknown): unknown =>
    typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : blankToUndefined(value);
  return z.preprocess(
    toNumber,
    z.int({ error: 'must be a whole number' }).min(min, `must be at least ${min}`).max(max, `must be at most ${max}`),
  ) as unknown as z.ZodType<number>;
}

/** A yes or no, also given as the text `true` or `false`. */
export function flag(): z.ZodType<boolean> {
  const toFlag = (value: unknown): unknown => (value === 'true' ? true : value === 'false' ? false : blankToUndefined(value));
  return z.preprocess(toFlag, z.boolean({ error: 'must be true or false' })) as unknown as z.ZodType<boolean>;
}

function recordOf(read: (value: unknown) => unknown, error: string): z.ZodType<Record<string, unknown>> {
  const readable = (value: unknown, context: z.core.$RefinementCtx): unknown => {
    const found = read(value);
    // Zod would leave this name out without a word.
    if (typeof found === 'object' && found !== null && Object.hasOwn(found, '__proto__'))
      context.addIssue({ code: 'custom', message: 'there can be no field named "__proto__"', input: found });
    return found;
  };
  const fields = z.record(z.string(), z.unknown(), { error }).check((check) => checkTexts(check.value, check));
  return z.preprocess(readable, fields) as unknown as z.ZodType<Record<string, unknown>>;
}

/** An object with any members, such as a record to write. JSON text is parsed. */
export function record(): z.ZodType<Record<string, unknown>> {
  const parse = (value: unknown): unknown => {
    if (typeof value !== 'string' || !value.trim().startsWith('{')) return blankToUndefined(value);
    try {
      return JSON.parse(value) as unknown;
    } catch {
      // Left as text: the schema below says what is expected.
      return value;
    }
  };
  return recordOf(parse, 'must be a record of fields');
}

/** Names and values: an object, or rows of `{ key, value }`. Rows without a key are dropped. */
export function keyValues(): z.ZodType<Record<string, unknown>> {
  const fromRows = (value: unknown): unknown => {
    if (!Array.isArray(value)) return blankToUndefined(value);
    return Object.fromEntries(
      (value as { key?: unknown; name?: unknown; value?: unknown }[])
        .map((row) => [String(row.key ?? row.name ?? ''), row.value])
        .filter(([key]) => key !== ''),
    );
  };
  return recordOf(fromRows, 'must be names with values');
}

/** A list of names or ids: an array, one of them alone, or one text with commas. Numbers are taken as their text. */
export function nameList(): z.ZodType<string[]> {
  const split = (value: unknown): unknown => {
    if (typeof value === 'string') return value.split(/[,\n]/);
    if (typeof value === 'number') return [String(value)];
    return Array.isArray(value) ? value.map(toText) : blankToUndefined(value);
  };
  const clean = (names: string[]): string[] => names.map((name) => name.trim()).filter((name) => name !== '');
  return z.preprocess(split, z.array(z.string(), { error: 'must be a list of names' }).transform(clean)) as unknown as z.ZodType<string[]>;
}
