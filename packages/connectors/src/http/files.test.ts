import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAX_FILE_BYTES } from '@weft/connector-kit';
import { createTestBench } from '@weft/connector-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fileNameOf } from './content-disposition.ts';
import { http } from './index.ts';

interface Seen {
  readonly message: IncomingMessage;
  readonly body: Buffer;
}
let server: Server;
let url: string;
let seen: Seen[];
let answer: { headers?: Record<string, string>; body?: string | Uint8Array };

beforeAll(async () => {
  server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      seen.push({ message, body: Buffer.concat(chunks) });
      response.writeHead(200, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  seen = [];
  answer = {};
});

const bench = createTestBench({ connector: http });
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 255, 128]);
const picture = { name: 'a "b".png', mediaType: 'image/png', base64: Buffer.from(PNG).toString('base64') };

async function sent(input: Record<string, unknown>): Promise<{ type: string | undefined; body: Buffer }> {
  await bench.run('request', { url, ...input });
  const last = seen.at(-1);
  return { type: last?.message.headers['content-type'], body: last?.body ?? Buffer.alloc(0) };
}
const sentText = async (input: Record<string, unknown>) => {
  const { type, body } = await sent(input);
  return [type, body.toString('utf8')];
};

describe('a body', () => {
  test('of JSON is data, or text that is JSON already; none is sent when it is empty', async () => {
    expect(await sentText({ bodyKind: 'json', body: { n: 1 } })).toEqual(['application/json', '{"n":1}']);
    expect(await sentText({ bodyKind: 'json', body: [null] })).toEqual(['application/json', '[null]']);
    expect(await sentText({ bodyKind: 'json', body: '{ "n": 1 }' })).toEqual(['application/json', '{ "n": 1 }']);
    expect(await sentText({ bodyKind: 'json', body: false })).toEqual(['application/json', 'false']);
    expect(await sentText({ bodyKind: 'json' })).toEqual([undefined, '']);
    expect(await sentText({ bodyKind: 'json', body: {}, headers: { 'Content-Type': 'application/vnd.api+json' } })).toEqual([
      'application/vnd.api+json',
      '{}',
    ]);
    await expect(bench.run('request', { url, bodyKind: 'json', body: 'plain' })).rejects.toMatchObject({
      class: 'invalid',
      code: 'body_not_json',
      message: expect.stringMatching(/^Body: the text is not JSON \(.*\)\. Correct it, or send the body as text\.$/),
    });
    expect(seen).toHaveLength(6);
  });

  test('of text keeps its spaces and has the type it is said to have', async () => {
    expect(await sentText({ bodyKind: 'text', text: ' Grüße\n' })).toEqual(['text/plain; charset=utf-8', ' Grüße\n']);
    expect(await sentText({ bodyKind: 'text', text: '<a/>', contentType: 'application/xml' })).toEqual(['application/xml', '<a/>']);
  });

  test('of a form is encoded, with lists as repeated names', async () => {
    expect(await sentText({ bodyKind: 'form', form: { a: 'x y&z', n: 1, tags: ['p', 'q'], gone: null, deep: { k: 1 } } })).toEqual([
      'application/x-www-form-urlencoded',
      'a=x+y%26z&n=1&tags=p&tags=q&deep=%7B%22k%22%3A1%7D',
    ]);
  });

  test('of a form with files holds text and the bytes of the files, and no name breaks out of its header', async () => {
    const { type, body } = await sent({
      bodyKind: 'multipart',
      parts: { note: 'hello', 'odd"\r\nname': '1', files: [picture, { ...picture, name: '../../x.png' }], skip: null },
      headers: { 'content-type': 'multipart/form-data' },
    });
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type ?? '' } }).formData();
    expect([...form.keys()]).toEqual(['note', 'odd"\r\nname', 'files', 'files']);
    expect(form.get('note')).toBe('hello');
    const files = form.getAll('files') as File[];
    expect(files.map(({ name, type: mediaType }) => [name, mediaType])).toEqual([
      ['a _b_.png', 'image/png'],
      ['x.png', 'image/png'],
    ]);
    expect(new Uint8Array(await (files[0] as File).arrayBuffer())).toEqual(PNG);
    await expect(bench.run('request', { url, bodyKind: 'multipart', parts: { files: { base64: '!' } } })).rejects.toMatchObject({
      message: 'Parts › files: must have its content as base64.',
    });
  });

  test('of one file is its bytes', async () => {
    const { type, body } = await sent({ bodyKind: 'file', file: picture });
    expect(type).toBe('image/png');
    expect(new Uint8Array(body)).toEqual(PNG);
    await expect(bench.run('request', { url, bodyKind: 'file' })).rejects.toMatchObject({
      message: expect.stringMatching(/^File: no file/),
    });
    await expect(bench.run('request', { url, bodyKind: 'file', file: 'text' })).rejects.toMatchObject({
      class: 'invalid',
      message: 'File: must be a file: { name, mediaType, base64 }.',
    });
  });

  test('without a kind is sent as older workflows expect it', async () => {
    expect(await sentText({ body: { n: 1 } })).toEqual(['application/json', '{"n":1}']);
    expect(await sentText({ body: 'plain' })).toEqual([undefined, 'plain']);
  });
});

describe('an answer', () => {
  const body = async (input: Record<string, unknown> = {}) =>
    ((await bench.run('get', { url: `${url}/files/plan%20A.pdf?x=1`, ...input })) as { body: unknown }).body;

  test('that is no text is a file, with the name it comes with', async () => {
    answer = { headers: { 'content-type': 'image/png', 'content-disposition': 'attachment; filename="../../pic.png"' }, body: PNG };
    expect(await body()).toEqual({ name: 'pic.png', mediaType: 'image/png', base64: picture.base64 });
    answer = { headers: { 'content-type': 'application/pdf' }, body: '%PDF' };
    expect(await body()).toEqual({ name: 'plan A.pdf', mediaType: 'application/pdf', base64: 'JVBERg==' });
    answer = { body: PNG };
    expect(await body()).toMatchObject({ mediaType: 'application/octet-stream', base64: picture.base64 });
  });

  test('that is text stays text, in its own charset', async () => {
    answer = { headers: { 'content-type': 'text/csv; charset=iso-8859-1' }, body: Buffer.from('Grüße', 'latin1') };
    expect(await body()).toBe('Grüße');
    answer = { headers: { 'content-type': 'application/atom+xml' }, body: '<feed/>' };
    expect(await body()).toBe('<feed/>');
    answer = { body: 'ok' };
    expect(await body()).toBe('ok');
    answer = { headers: { 'content-type': 'text/plain; charset=klingon' }, body: 'ok' };
    expect(await body()).toBe('ok');
    answer = { headers: { 'content-type': 'application/octet-stream' } };
    expect(await body()).toBe('');
  });

  test('is read as a file when that is wanted, and goes out again unchanged', async () => {
    answer = { headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
    const file = await body({ answer: 'file' });
    expect(file).toEqual({ name: 'plan A.pdf', mediaType: 'application/json', base64: 'eyJhIjoxfQ==' });
    expect(await sentText({ bodyKind: 'file', file })).toEqual(['application/json', '{"a":1}']);
  });

  test('that is too large for a file is told with its size', async () => {
    answer = { headers: { 'content-type': 'application/zip' }, body: new Uint8Array(MAX_FILE_BYTES + 1) };
    await expect(body()).rejects.toMatchObject({
      class: 'invalid',
      code: 'file_too_large',
      message: expect.stringContaining('"plan A.pdf" has 10.0 MB'),
    });
  });
});

describe('the name in Content-Disposition', () => {
  test.each([
    ['attachment; filename="a b.pdf"', 'a b.pdf'],
    ['attachment; filename=plain.txt; size=3', 'plain.txt'],
    ['attachment; filename="C:\\\\dir\\\\a.txt"', 'C:\\dir\\a.txt'],
    ['attachment; filename="C:\\dir\\a.txt"', 'C:\\dir\\a.txt'],
    ['attachment; filename="quo\\"te.txt"', 'quo"te.txt'],
    ['attachment; filename="fallback.txt"; filename*=UTF-8\'\'na%C3%AFve%20%E2%82%AC.txt', 'naïve €.txt'],
    ["attachment; filename*=iso-8859-1'en'caf%E9.txt", 'café.txt'],
    ["attachment; filename*=unknown''x; filename=y.txt", 'y.txt'],
    [`attachment; filename="${Buffer.from('Grüße.txt').toString('latin1')}"`, 'Grüße.txt'],
    ['attachment; filename="caf\u00e9.txt"', 'café.txt'],
    ['inline', undefined],
    ['attachment; filename=""', undefined],
    [undefined, undefined],
  ])('%j', (header, name) => {
    expect(fileNameOf(header)).toBe(name);
  });
});
