/** JSON text as a value. */
import { doNotRetry } from '@weft/connector-kit';
import { depthOf, faultOf, placeOf } from './scan.ts';

/** Deepest nesting that is read and written. */
export const MAX_DEPTH = 100;

/** Whole numbers of so many digits may not be exact as numbers. */
const LONG_NUMBER = /\d{16}/;

/**
 * Reads JSON. A whole number that would lose digits, such as a long id, comes as text. `offset` is where the text begins
 * in the whole that messages speak of. Throws `invalid` with line and column.
 */
export function readJson(text: string, whole = text, offset = 0): unknown {
  if (depthOf(text, MAX_DEPTH) > MAX_DEPTH)
    throw doNotRetry(`The JSON is nested more than ${MAX_DEPTH} levels deep.`, { code: 'json_too_deep' });
  try {
    return LONG_NUMBER.test(text) ? (JSON.parse(text, keepDigits) as unknown) : (JSON.parse(text) as unknown);
  } catch (cause) {
    const { at, why } = faultOf(text);
    throw doNotRetry(`This is not JSON. ${placeOf(whole, offset + at)}: ${why}.`, { code: 'json_malformed', cause });
  }
}

/** `JSON.parse` tells the source of each scalar (ECMAScript 2026, "JSON.parse source text access"). */
function keepDigits(_name: string, value: unknown, about?: { readonly source?: string }): unknown {
  const { source } = about ?? {};
  return typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

/** Reads JSON Lines: one value in each line, blank lines left out. */
export function readJsonLines(text: string): unknown[] {
  const values: unknown[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.trim() !== '') values.push(readJson(line, text, offset));
    offset += line.length + 1;
  }
  return values;
}
