/**
 * Set up by `npm run conformance` in every test: keeps what the vendors' stand-in answered while the test ran, in a few
 * words, so that the table can show it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** What was got, as the table shows it. */
    got?: string;
  }
}

/** As the sandbox tells it on its channel. */
interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
}

/** More answers than this are counted instead of listed; up to so many are told with their message. */
const LISTED = 14;
const TOLD = 3;

let answers: Answer[] = [];
subscribe('weft-sandbox:answer', (message) => void answers.push(message as Answer));

beforeEach(() => {
  answers = [];
});
afterEach(({ task }) => {
  task.meta.got = summaryOf(answers);
});

function summaryOf(given: readonly Answer[]): string {
  if (given.length === 0) return 'no call';
  if (given.length <= LISTED) return counted(given.map((answer) => wordsOf(answer, given.length <= TOLD))).join(' · ');
  return `${given.length} calls: ${counted(given.map(({ status }) => statusOf(status)).toSorted()).join(' · ')}`;
}

/** Equal neighbours as one, with their number. */
function counted(words: readonly string[]): string[] {
  const runs: { text: string; times: number }[] = [];
  for (const text of words) {
    const last = runs.at(-1);
    if (last?.text === text) last.times += 1;
    else runs.push({ text, times: 1 });
  }
  return runs.map(({ text, times }) => (times > 1 ? `${text} ×${times}` : text));
}

function statusOf(status: number): string {
  return status === 0 ? 'no answer' : String(status);
}

function wordsOf({ status, body, text }: Answer, isTold: boolean): string {
  const message = isTold && status >= 400 ? messageOf(body) : '';
  return [statusOf(status), body === undefined ? textWords(text) : bodyWords(body), message].filter(Boolean).join(' ');
}

/** The vendor's sentence, cut to a line. */
function messageOf(body: unknown): string {
  const first = (Array.isArray(body) ? body[0] : body) as {
    message?: string;
    error_description?: string;
    errors?: { message?: string }[] | null;
  };
  const message = first?.errors?.[0]?.message ?? first?.message ?? first?.error_description ?? '';
  return message.length > 90 ? `“${message.slice(0, 88)}…”` : message && `“${message}”`;
}

function textWords(text: string | undefined): string {
  if (text === undefined || text === '') return '';
  if (text.startsWith('<')) return text.startsWith('<?xml') ? 'xml' : 'page';
  return JSON.stringify(text.split('\n')[0]?.slice(0, 30));
}

/** The vendor's own word for a refusal, the length of a list, or the telling members of an object. */
function bodyWords(body: unknown): string {
  if (body === null) return 'null';
  if (Array.isArray(body)) {
    const first = body[0] as { errorCode?: string; success?: boolean; errors?: { statusCode?: string }[] } | undefined;
    if (first?.errorCode !== undefined) return first.errorCode;
    if (first?.success === undefined) return `[${body.length}]`;
    return counted((body as (typeof first)[]).map((row) => row?.errors?.[0]?.statusCode ?? 'success')).join(', ');
  }
  if (typeof body !== 'object') return JSON.stringify(body);
  const members = body as Record<string, unknown>;
  const errors = members['errors'] as { code?: string }[] | null | undefined;
  const code = members['code'] ?? members['error'];
  if (typeof code === 'string') return [code, errors?.[0]?.code].filter(Boolean).join('/');
  if (members['totalSize'] !== undefined) return `totalSize ${String(members['totalSize'])}`;
  if (members['count'] !== undefined) return `count ${String(members['count'])}`;
  const id = members['id'] ?? members['Id'];
  if (id !== undefined) return `id ${String(id).slice(0, 18)}`;
  return `{${Object.keys(members).slice(0, 3).join(', ')}}`;
}
