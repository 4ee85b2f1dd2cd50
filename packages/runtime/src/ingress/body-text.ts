/**
 * The text of a body, by what the request says of it. As in `fetch`: a byte order mark wins and is no part of the text, then
 * the named charset, else UTF-8; bytes that it has no characters for become U+FFFD, so that no event is lost over one.
 */
import { WeftError } from '@weft/errors';

const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], charset: 'utf-8' },
  { bytes: [0xff, 0xfe], charset: 'utf-16le' },
  { bytes: [0xfe, 0xff], charset: 'utf-16be' },
] as const;

const UTF8 = new TextDecoder();

/** Reads a body. Throws `invalid` for a charset that nobody knows, and for what is compressed: it would be read as gibberish. */
export function bodyText(body: Buffer, headers: Readonly<Record<string, string>>): string {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    throw refused(
      'body_compressed',
      `This address takes no compressed bodies; this one is encoded with ${coding.slice(0, 40)}. Send it as it is.`,
    );
  }
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, index) => body[index] === byte));
  return decoder(mark?.charset ?? charsetOf(headers['content-type'] ?? '')).decode(body);
}

function charsetOf(contentType: string): string {
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? 'utf-8';
}

function decoder(charset: string): TextDecoder {
  if (charset.toLowerCase() === 'utf-8') return UTF8;
  try {
    return new TextDecoder(charset);
  } catch {
    throw refused(
      'charset_unknown',
      `The body is said to be in the charset ${charset.slice(0, 40)}, which Weft does not know. Send UTF-8.`,
    );
  }
}

function refused(code: string, message: string): WeftError {
  return new WeftError({ class: 'invalid', code, message });
}
