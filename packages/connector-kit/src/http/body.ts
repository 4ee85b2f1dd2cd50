/** Reading a response body within a limit, compressed or not. */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { WeftError } from '@weft/errors';

const DECODERS: Readonly<Record<string, (input: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

function tooLarge(limit: number): WeftError {
  return new WeftError({
    class: 'invalid',
    code: 'response_too_large',
    message: `The answer is larger than ${Math.round(limit / 1024 / 1024)} MB. Ask for fewer records or fields.`,
  });
}

/** Collects a body. Throws `invalid` `response_too_large` as soon as it exceeds `maxBytes`, before or after decoding. */
export async function readBody(stream: AsyncIterable<Uint8Array>, encoding: string | undefined, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  const decode = encoding === undefined ? undefined : DECODERS[encoding.trim().toLowerCase()];
  if (decode === undefined || raw.byteLength === 0) return raw;
  try {
    return await decode(raw, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new WeftError({
      class: 'transient',
      code: 'response_unreadable',
      message: 'The answer was compressed in a way that could not be read.',
      cause,
    });
  }
}
