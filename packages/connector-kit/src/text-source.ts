/** Text that comes as it is, such as an answer of a service, or as a file, whose bytes have to be read as text first. */
import { z } from 'zod';
import { WeftError } from '@weft/errors';
import { file, fileBytes, type FileValue } from './file-value.ts';

/** Most characters of a text that is read. */
export const MAX_TEXT_CHARS = 10 * 1024 * 1024;

/** Encodings files come in, as a form shows them. A byte order mark goes before whatever is chosen. */
export const TEXT_ENCODINGS = [
  { value: 'utf-8', label: 'UTF-8' },
  { value: 'windows-1252', label: 'Windows-1252 (Western Europe, as Excel saves)' },
  { value: 'windows-1250', label: 'Windows-1250 (Central Europe)' },
  { value: 'windows-1251', label: 'Windows-1251 (Cyrillic)' },
  { value: 'iso-8859-1', label: 'ISO-8859-1 (Latin 1)' },
  { value: 'iso-8859-15', label: 'ISO-8859-15 (Latin 9)' },
  { value: 'utf-16le', label: 'UTF-16' },
  { value: 'shift_jis', label: 'Shift JIS' },
  { value: 'gb18030', label: 'GB 18030' },
] as const;

const MAX_MB = MAX_TEXT_CHARS / 1024 / 1024;
const SHAPE = 'must be text, or a file: { name, mediaType, base64 }';

/** The schema of a text or a file in an operation's input. Unlike other texts it keeps the spaces around it. */
export function textOrFile(): z.ZodType<string | FileValue> {
  const text = z
    .string({ error: (issue) => (issue.input === undefined ? 'must be given' : SHAPE) })
    .max(MAX_TEXT_CHARS, `must have at most ${MAX_MB} million characters`);
  const blankToUndefined = (value: unknown): unknown => (value === null || value === '' ? undefined : value);
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  // Not a union: its error would not say which of the two was meant.
  return z.preprocess(
    blankToUndefined,
    z.unknown().transform((value, context) => {
      const read = (isObject(value) ? file() : text).safeParse(value);
      if (read.success) return read.data;
      for (const issue of read.error.issues)
        context.addIssue({
          code: 'custom',
          message: isObject(value) && issue.path.length > 0 && !isFileLike(value) ? SHAPE : issue.message,
          input: value,
        });
      return z.NEVER;
    }),
  ) as unknown as z.ZodType<string | FileValue>;
}

function isFileLike(value: unknown): boolean {
  return Object.hasOwn(value as object, 'base64');
}

/**
 * The text of a source, without a byte order mark. A file is read in `encoding`, else in the one it names itself, else
 * as UTF-8. Throws `invalid`, naming the line, for bytes that are no text in it.
 */
export function readText(source: string | FileValue, encoding?: string): string {
  if (typeof source === 'string') return source.replace(/^\uFEFF/, '');
  const bytes = fileBytes(source);
  const label = encodingOf(bytes) ?? encoding ?? namedEncoding(source.mediaType) ?? 'utf-8';
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new WeftError({ class: 'invalid', code: 'encoding_wrong', message: sentence(source, bytes, label), cause });
  }
}

/** The encoding that the first bytes tell. */
function encodingOf(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

function namedEncoding(mediaType: string): string | undefined {
  return /;\s*charset="?([\w.:-]+)"?/i.exec(mediaType)?.[1];
}

function sentence(source: FileValue, bytes: Uint8Array, label: string): string {
  if (!isKnown(label)) return `The file "${source.name}" says it is written in "${label}", which cannot be read here. Choose its encoding.`;
  const before = new TextDecoder(label).decode(bytes).split('\uFFFD', 1)[0] ?? '';
  const line = before.split('\n').length;
  return `The file "${source.name}" is not text in ${label.toUpperCase()} (line ${line}). Choose the encoding it is written in, such as Windows-1252.`;
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    // Only an unknown label throws.
    return false;
  }
}
