/**
 * Values too large to stand in a row of a hot table: kept compressed in `blob`, with a preview in the row.
 */
import { promisify } from 'node:util';
import { gunzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { newId } from './ids.ts';
import { toStorableJson } from './json.ts';
import type { Queryable } from './database.ts';

/** Values above this many bytes of JSON are kept as blobs. */
export const INLINE_BYTES = 64 * 1024;
const PREVIEW_CHARACTERS = 8 * 1024;

const compress = promisify(zstdCompress);
const CODECS = { zstd: promisify(zstdDecompress), gzip: promisify(gunzip) } as const;

/** What stands in the row in the place of a large value. */
export interface LargeValue {
  readonly truncated: true;
  /** Bytes of its JSON. */
  readonly size: number;
  /** The beginning of its JSON. */
  readonly preview: string;
}

/** A compressed value that is yet to be inserted. */
export interface BlobRow {
  readonly id: string;
  readonly size: number;
  readonly codec: keyof typeof CODECS;
  readonly data: Buffer;
}

/** A value ready for its column: as JSON text, or as its preview beside a blob. */
export interface StoredValue {
  readonly text: string;
  /** The whole value as JSON text, also when `text` is a preview. */
  readonly json: string;
  readonly blob?: BlobRow;
  readonly wasCleaned: boolean;
}

/** Prepares a value for storage; large ones are compressed off the main thread. */
export async function toStoredValue(value: unknown): Promise<StoredValue> {
  const json = toStorableJson(value);
  const size = json.text.length <= INLINE_BYTES / 3 ? json.text.length : Buffer.byteLength(json.text);
  if (size <= INLINE_BYTES) return { ...json, json: json.text };
  const data = await compress(json.text);
  return {
    text: JSON.stringify(largeValue(json.text, size)),
    json: json.text,
    blob: { id: newId(), size, codec: 'zstd', data },
    wasCleaned: json.wasCleaned,
  };
}

/** A value, or what stands for it where values of that many bytes are not shown whole. */
export function previewOf(value: unknown, mostBytes: number): unknown {
  const text = JSON.stringify(value) ?? 'null';
  if (text.length <= mostBytes / 3) return value;
  const size = Buffer.byteLength(text);
  return size <= mostBytes ? value : largeValue(text, size);
}

function largeValue(text: string, size: number): LargeValue {
  return { truncated: true, size, preview: text.slice(0, PREVIEW_CHARACTERS).toWellFormed() };
}

/** Inserts blobs; harmless when they are there already. */
export async function insertBlobs(db: Queryable, blobs: readonly BlobRow[]): Promise<void> {
  if (blobs.length === 0) return;
  await db.query(
    `INSERT INTO blob(id, size, codec, data) SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bytea[]) ON CONFLICT (id) DO NOTHING`,
    [blobs.map((b) => b.id), blobs.map((b) => b.size), blobs.map((b) => b.codec), blobs.map((b) => b.data)],
  );
}

/** Reads the values of blobs, by id. */
export async function loadBlobs(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const values = new Map<string, unknown>();
  if (ids.length === 0) return values;
  const { rows } = await db.query<{ id: string; codec: keyof typeof CODECS; data: Buffer }>(
    'SELECT id, codec, data FROM blob WHERE id = ANY($1::uuid[])',
    [ids],
  );
  for (const row of rows) {
    const text = await CODECS[row.codec](row.data);
    values.set(row.id, JSON.parse(text.toString('utf8')));
  }
  return values;
}
