/** Deliveries that no proper sender makes, byte by byte, and what has to become of each. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

/** One kind of delivery. */
export interface OddDelivery {
  readonly name: string;
  /** The request as it goes over the wire. */
  readonly bytes: (path: string) => Buffer;
  /** Refused: no run. Otherwise what its run must find in the body. */
  readonly fate: 'refused' | ((body: unknown) => boolean);
  /** Its sender gives up where the bytes end. */
  readonly isCutShort?: true;
}

const JSON_TYPE = 'content-type: application/json';

function whole(headers: readonly string[], body: Buffer | string): (path: string) => Buffer {
  const bytes = Buffer.from(body as Buffer);
  return raw([...headers, `content-length: ${bytes.length}`], bytes);
}

function raw(headers: readonly string[], body: Buffer | string): (path: string) => Buffer {
  const bytes = Buffer.from(body as Buffer);
  return (path) =>
    Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\nhost: weft\r\nconnection: close\r\n${headers.join('\r\n')}\r\n\r\n`), bytes]);
}

const manyKeys = JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, index])));
const deep = (levels: number, inside = ''): string => `${'['.repeat(levels)}${inside}${']'.repeat(levels)}`;
const has = (key: string, value: unknown) => (body: unknown) => (body as Record<string, unknown> | null)?.[key] === value;
const is = (text: string) => (body: unknown) => body === text;

export const ODD_DELIVERIES: readonly OddDelivery[] = [
  { name: 'malformed JSON', bytes: whole([JSON_TYPE], '{"id": "x",'), fate: is('{"id": "x",') },
  { name: 'duplicate keys', bytes: whole([JSON_TYPE], '{"id":"first","id":"last"}'), fate: has('id', 'last') },
  { name: 'byte order mark', bytes: whole([JSON_TYPE], '\uFEFF{"id":"x"}'), fate: has('id', 'x') },
  {
    name: 'UTF-16',
    bytes: whole(['content-type: application/json; charset=utf-16'], Buffer.from('\uFEFF{"id":"grün"}', 'utf16le')),
    fate: has('id', 'grün'),
  },
  {
    name: 'invalid UTF-8',
    bytes: whole([JSON_TYPE], Buffer.concat([Buffer.from('{"id":"a'), Buffer.from([0xff, 0xc0]), Buffer.from('b"}')])),
    fate: has('id', 'a\uFFFD\uFFFDb'),
  },
  { name: '10,000 keys', bytes: whole([JSON_TYPE], manyKeys), fate: has('key9999', 9999) },
  { name: 'depth 100,000', bytes: whole([JSON_TYPE], deep(100_000)), fate: 'refused' },
  { name: 'depth 100,000 and a NUL', bytes: whole([JSON_TYPE], deep(100_000, '"\\u0000"')), fate: 'refused' },
  { name: 'five million brackets', bytes: whole([JSON_TYPE], '['.repeat(5_000_000)), fate: 'refused' },
  { name: 'unknown charset', bytes: whole(['content-type: application/json; charset=klingon'], '{}'), fate: 'refused' },
  {
    name: 'gzip bomb 1:1000',
    bytes: whole([JSON_TYPE, 'content-encoding: gzip'], gzipSync(Buffer.alloc(10_000_000, 0x20), { level: 9 })),
    fate: 'refused',
  },
  {
    name: 'chunked and cut short',
    bytes: raw([JSON_TYPE, 'transfer-encoding: chunked'], '1000\r\n{"id":"x"'),
    fate: 'refused',
    isCutShort: true,
  },
  { name: 'chunk without a size', bytes: raw([JSON_TYPE, 'transfer-encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'), fate: 'refused' },
  {
    name: 'shorter than its content-length',
    bytes: raw([JSON_TYPE, 'content-length: 1000'], '{"id":"x"}'),
    fate: 'refused',
    isCutShort: true,
  },
  { name: 'negative content-length', bytes: raw([JSON_TYPE, 'content-length: -5'], '{"id":"x"}'), fate: 'refused' },
  { name: 'two content-lengths', bytes: raw([JSON_TYPE, 'content-length: 2', 'content-length: 10'], '{}'), fate: 'refused' },
  {
    name: 'content-length and chunks',
    bytes: raw([JSON_TYPE, 'content-length: 2', 'transfer-encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n'),
    fate: 'refused',
  },
  { name: 'larger than 10 MB, says its header', bytes: raw([JSON_TYPE, 'content-length: 99999999'], '{"id":'), fate: 'refused' },
  { name: 'headers of 100 kB', bytes: raw([JSON_TYPE, `x-long: ${'a'.repeat(100_000)}`, 'content-length: 2'], '{}'), fate: 'refused' },
];

/** What came back: the status of the first answer, with its run where there is one; no status when the connection was ended without. */
export interface OddAnswer {
  readonly status: number | undefined;
  readonly runId: string | undefined;
  readonly ms: number;
}

/** Longer, and nothing comes any more. */
const PATIENCE_MS = 10_000;

/** Sends a delivery on a connection of its own, and reads to the end. */
export function deliver(port: number, delivery: OddDelivery, path: string): Promise<OddAnswer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    // The other half stays open: a sender that has given up may still be told why.
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let text = '';
    const settle = (): void => {
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      const runId = /"runId":"([^"]+)"/.exec(text)?.[1];
      resolve({ status: status === undefined ? undefined : Number(status), runId, ms: performance.now() - startedAt });
    };
    socket.setTimeout(PATIENCE_MS, () => {
      socket.destroy();
      reject(new Error(`${delivery.name}: neither an answer nor the end of the connection within ${PATIENCE_MS / 1000} s`));
    });
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('end', settle);
    socket.on('error', settle); // refused while we were sending: what was answered before counts
    socket.write(delivery.bytes(path));
    if (delivery.isCutShort) socket.end();
  });
}
