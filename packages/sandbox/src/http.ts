import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as the emulators see it: read whole, not yet routed. `origin` is the address the client called us by. */
export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
  origin: string;
}

/** What to answer. `body` is sent as JSON (also when null); `text` as it stands; neither means an empty body. */
export interface ApiReply {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  text?: string;
}

/** Any JSON object. */
export type Json = Record<string, unknown>;

/** Reads a request body to the end; 150 MB is what the largest of them, an upload of bulk data, may have. */
export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > 150_000_000) throw new Error('Request body is larger than the sandbox accepts');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Header value as one string, or undefined. */
export function headerOf(request: ApiRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** True for a plain JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
