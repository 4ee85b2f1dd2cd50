/** The body of a request as JSON, never more of it in memory than is allowed. */
import 'server-only';
import { invalid } from '@weft/errors';

export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Reads the body. Throws `invalid`, code `body_too_large` as soon as it is, or `body_not_json`. */
export async function readBody(request: Request): Promise<unknown> {
  // The header may be missing or untrue: the bytes themselves are counted as well.
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw invalid('body_not_json', `The body is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function tooLarge(): Error {
  return invalid('body_too_large', `The body may have ${MAX_BODY_BYTES} bytes at most.`);
}
