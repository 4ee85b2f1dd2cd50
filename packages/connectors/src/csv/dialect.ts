/** How the cells of a file are set apart. */
import { optional, type PropertyInfo } from '@weft/connector-kit';
import { z } from 'zod';

const DELIMITERS = [
  { value: 'comma', label: 'comma', hint: ',' },
  { value: 'semicolon', label: 'semicolon', hint: ';' },
  { value: 'tab', label: 'tab' },
  { value: 'pipe', label: 'bar', hint: '|' },
] as const;
const SIGNS = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const;
const QUOTES = [
  { value: 'double', label: 'double quotes', hint: '"' },
  { value: 'single', label: 'single quotes', hint: "'" },
] as const;

export type Delimiter = keyof typeof SIGNS;

export const writeDelimiterProperty = {
  name: 'delimiter',
  label: 'Between cells',
  required: false,
  kind: 'select',
  initial: 'comma',
  choices: DELIMITERS,
} as const satisfies PropertyInfo;
export const readDelimiterProperty = {
  ...writeDelimiterProperty,
  initial: 'auto',
  choices: [{ value: 'auto', label: 'what the first line has' }, ...DELIMITERS],
} as const satisfies PropertyInfo;
export const quoteProperty = {
  name: 'quote',
  label: 'Around cells',
  required: false,
  kind: 'select',
  initial: 'double',
  choices: QUOTES,
  advanced: true,
} as const satisfies PropertyInfo;

export const writeDelimiterInput = optional(z.enum(['comma', 'semicolon', 'tab', 'pipe']));
export const readDelimiterInput = optional(z.enum(['auto', 'comma', 'semicolon', 'tab', 'pipe']));
export const quoteInput = optional(z.enum(['double', 'single']));

/** The character between cells. */
export function delimiterSign(delimiter: Delimiter): string {
  return SIGNS[delimiter];
}

/** The character around cells. */
export function quoteSign(quote: 'double' | 'single' | undefined): string {
  return quote === 'single' ? "'" : '"';
}

/** The delimiter that the first line of a text has most of, outside quotes; a comma when it has none. */
export function guessDelimiter(text: string, quote: string): string {
  const counts = new Map<string, number>();
  let isQuoted = false;
  for (const character of text) {
    if (character === quote) isQuoted = !isQuoted;
    else if (!isQuoted && (character === '\n' || character === '\r')) break;
    else if (!isQuoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const [best] = Object.values(SIGNS).toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  return best ?? SIGNS.comma;
}
