/** What an answer gives to the workflow: data, text or a file. */
import { toFileValue, type HttpResponse } from '@weft/connector-kit';
import { fileNameOf } from './content-disposition.ts';

/** How an answer is read. `auto`: by what it says it is. */
export const ANSWER_KINDS = ['auto', 'json', 'text', 'file'] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

/** The body as data (JSON), text or a file. */
export function readAnswer(response: HttpResponse, wanted: AnswerKind): unknown {
  switch (wanted === 'auto' ? kindOf(response) : wanted) {
    case 'json':
      return response.json();
    case 'text':
      return textOf(response);
    case 'file':
      return toFileValue({
        name: fileNameOf(response.headers['content-disposition']) ?? nameInAddress(response.url),
        mediaType: response.headers['content-type'],
        bytes: response.bytes,
      });
  }
}

const TEXTUAL = /^(text\/|application\/([\w.+-]*\+)?(xml|yaml|x-yaml|javascript|x-www-form-urlencoded|graphql|sql|x-ndjson|jsonl)\b)/i;

/** What says nothing of itself is text when it can be read as text. */
function kindOf(response: HttpResponse): 'json' | 'text' | 'file' {
  const type = response.headers['content-type'] ?? '';
  if (/[/+]json\b/i.test(type)) return 'json';
  if (response.bytes.byteLength === 0 || TEXTUAL.test(type)) return 'text';
  return type === '' && isUtf8(response.bytes) ? 'text' : 'file';
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0');
  } catch {
    return false; // Bytes that are no text.
  }
}

function textOf(response: HttpResponse): string {
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(response.headers['content-type'] ?? '')?.[1];
  if (charset === undefined) return response.text();
  try {
    return new TextDecoder(charset).decode(response.bytes);
  } catch {
    return response.text(); // A charset nobody knows: UTF-8 is the best guess.
  }
}

function nameInAddress(url: string): string | undefined {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last; // A lone percent sign.
  }
}
