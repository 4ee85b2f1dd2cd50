/**
 * A file as a value in a workflow: plain JSON, so that any step can give it and any other can take it. An e-mail's
 * attachment, an answer that is a PDF and a part of a form all have this one shape.
 */
import { z } from 'zod';
import { WeftError } from '@weft/errors';

/** A file. */
export interface FileValue {
  /** Without any part of a path. */
  readonly name: string;
  /** As in a `Content-Type` header, such as `application/pdf`. */
  readonly mediaType: string;
  /** The content, base64 with or without padding. */
  readonly base64: string;
}

/** Largest content of one file: it stands in the run's record, a third longer as base64. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_NAME_CHARS = 200;
const MAX_BASE64_CHARS = Math.ceil(MAX_FILE_BYTES / 3) * 4;
const UNKNOWN_TYPE = 'application/octet-stream';
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;[ -~]*)?$/;
const SHAPE = 'must be a file: { name, mediaType, base64 }';

/** The schema of a file in an operation's input. A file without name or media type gets a plain one. */
export function file(): z.ZodType<FileValue> {
  return z.object(
    {
      name: z
        .string()
        .optional()
        .transform((name) => safeFileName(name)),
      mediaType: z
        .string()
        .optional()
        .transform((type) => (type !== undefined && MEDIA_TYPE.test(type) ? type : UNKNOWN_TYPE)),
      base64: z
        .string({ error: SHAPE })
        .max(MAX_BASE64_CHARS, `must be a file of at most ${MAX_FILE_BYTES / 1024 / 1024} MB`)
        .refine(isBase64, 'must have its content as base64'),
    },
    { error: SHAPE },
  );
}

/** Whether a value has the shape of a file. */
export function isFileValue(value: unknown): value is FileValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<FileValue>).name === 'string' &&
    typeof (value as Partial<FileValue>).mediaType === 'string' &&
    typeof (value as Partial<FileValue>).base64 === 'string'
  );
}

/** Makes a file of bytes. Throws `invalid` `file_too_large` above {@link MAX_FILE_BYTES}. */
export function toFileValue(content: { name: string | undefined; mediaType: string | undefined; bytes: Uint8Array }): FileValue {
  const { name, mediaType, bytes } = content;
  if (bytes.byteLength > MAX_FILE_BYTES)
    throw new WeftError({
      class: 'invalid',
      code: 'file_too_large',
      message: `The file "${safeFileName(name)}" has ${megabytes(bytes.byteLength)} MB; a workflow takes files of at most ${MAX_FILE_BYTES / 1024 / 1024} MB.`,
    });
  return {
    name: safeFileName(name),
    mediaType: mediaType !== undefined && MEDIA_TYPE.test(mediaType) ? mediaType : UNKNOWN_TYPE,
    base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  };
}

/** The content of a file. */
export function fileBytes(value: FileValue): Uint8Array {
  return Buffer.from(value.base64, 'base64');
}

/** Names Windows keeps for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A name that is only a name, whoever chose it: no folders, no control characters, nothing that turns the direction
 * of reading (which makes `gpj.exe` read as `exe.jpg`), nothing a file system refuses. `file` when nothing is left.
 */
export function safeFileName(name: string | undefined): string {
  const last = (name ?? '').split(/[\\/]/).at(-1) ?? '';
  const plain = last
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .toWellFormed();
  const shorter = shortened(plain);
  return shorter === '' ? 'file' : DEVICE.test(shorter) ? `_${shorter}` : shorter;
}

/** Cut in front of its extension. */
function shortened(name: string): string {
  if (name.length <= MAX_NAME_CHARS) return name;
  const extension = /\.[^.]{1,20}$/.exec(name)?.[0] ?? '';
  return `${name.slice(0, MAX_NAME_CHARS - extension.length)}${extension}`.toWellFormed();
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text.replace(/\s+/g, ''));
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
