/** What a request carries, in the five forms a person chooses from. */
import { doNotRetry, file, fileBytes, type FileValue } from '@weft/connector-kit';

/** The forms of a body. Without one: a record or list as JSON, text as it is. */
export const BODY_KINDS = ['json', 'text', 'form', 'multipart', 'file'] as const;
export type BodyKind = (typeof BODY_KINDS)[number];

/** The parts of an operation's input a body is made from; only those of its kind are looked at. */
export interface BodyInput {
  readonly bodyKind?: BodyKind | undefined;
  readonly body?: unknown;
  readonly text?: string | undefined;
  readonly contentType?: string | undefined;
  readonly form?: Readonly<Record<string, unknown>> | undefined;
  readonly parts?: Readonly<Record<string, unknown>> | undefined;
  readonly file?: FileValue | undefined;
}

/** A body ready to be sent. */
export interface Body {
  readonly content?: string | Uint8Array;
  readonly contentType?: string;
  /** A content type that a caller sets would be wrong: only this one names the border between the parts. */
  readonly isTypeFixed?: boolean;
}

/** Makes the body. Throws `invalid` naming the field that does not fit. */
export async function makeBody(input: BodyInput): Promise<Body> {
  switch (input.bodyKind) {
    case undefined:
      return typeof input.body === 'string' ? whenNotEmpty({ content: input.body }) : jsonBody(input.body);
    case 'json':
      return jsonBody(input.body);
    case 'text':
      return whenNotEmpty({ content: input.text ?? '', contentType: input.contentType ?? 'text/plain; charset=utf-8' });
    case 'form':
      return { content: formBody(input.form ?? {}), contentType: 'application/x-www-form-urlencoded' };
    case 'multipart':
      return multipartBody(input.parts ?? {});
    case 'file':
      if (input.file === undefined) throw doNotRetry('File: no file is given. Map the file of an earlier step.', { code: 'file_missing' });
      return { content: fileBytes(input.file), contentType: input.file.mediaType };
  }
}

function whenNotEmpty(body: Body & { content: string }): Body {
  return body.content === '' ? {} : body;
}

/** Text is taken as JSON that is written out already. */
function jsonBody(value: unknown): Body {
  if (value === undefined || value === null || value === '') return {};
  const contentType = 'application/json';
  if (typeof value !== 'string') return { content: JSON.stringify(value), contentType };
  try {
    JSON.parse(value);
  } catch (cause) {
    throw doNotRetry(
      `Body: the text is not JSON (${cause instanceof Error ? cause.message : String(cause)}). Correct it, or send the body as text.`,
      { code: 'body_not_json', cause },
    );
  }
  return { content: value, contentType };
}

function formBody(fields: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) for (const text of textsOf(value)) form.append(name, text);
  return form.toString();
}

/** A value as the text a form or a query carries; lists repeat the name, and what is not there is left out. */
export function textsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => (Array.isArray(item) ? [JSON.stringify(item)] : textsOf(item)));
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)];
}

/** RFC 7578. The platform writes the parts, so that names and file names cannot break out of their headers. */
async function multipartBody(parts: Readonly<Record<string, unknown>>): Promise<Body> {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (looksLikeFile(one)) appendFile(form, name, one);
      else for (const text of textsOf(one)) form.append(name, text);
    }
  }
  const encoded = new Response(form);
  return {
    content: new Uint8Array(await encoded.arrayBuffer()),
    contentType: encoded.headers.get('content-type') ?? 'multipart/form-data',
    isTypeFixed: true,
  };
}

function looksLikeFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'base64' in value;
}

function appendFile(form: FormData, name: string, value: unknown): void {
  const read = file().safeParse(value);
  if (!read.success) throw doNotRetry(`Parts › ${name}: ${read.error.issues[0]?.message ?? 'must be a file'}.`, { code: 'file_malformed' });
  const { mediaType, name: fileName } = read.data;
  form.append(name, new Blob([fileBytes(read.data) as Uint8Array<ArrayBuffer>], { type: mediaType }), fileName);
}
