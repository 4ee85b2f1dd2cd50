import { expect, test } from 'vitest';
import { bodyText } from './body-text.ts';
import { hookPayload } from './hook-payload.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

test.each([
  ['UTF-8', Buffer.from('grün'), {}],
  ['UTF-8 behind a byte order mark', Buffer.from('\uFEFFgrün'), {}],
  ['UTF-16 that only its mark tells', utf16('grün'), {}],
  ['UTF-16 the other way round', utf16('grün').swap16(), { 'content-type': 'text/plain' }],
  ['a charset in its header', Buffer.from('grün', 'latin1'), { 'content-type': 'text/plain; charset="ISO-8859-1"' }],
  ['a mark that contradicts the header', Buffer.from('\uFEFFgrün'), { 'content-type': 'text/plain;charset=utf-16le' }],
])('reads %s', (_, body, headers) => {
  expect(bodyText(body, headers)).toBe('grün');
});

test('bytes that are no characters are replaced, and the event is kept', () => {
  expect(bodyText(Buffer.from([0x61, 0xff, 0x62]), JSON_TYPE)).toBe('a\uFFFDb');
});

test('what it could only read as gibberish is refused with a sentence', () => {
  const body = Buffer.from('{}');
  expect(() => bodyText(body, { ...JSON_TYPE, 'content-encoding': 'gzip' })).toThrow(/no compressed bodies.*gzip/);
  expect(() => bodyText(body, { 'content-type': 'application/json; charset=utf-99' })).toThrow(/charset utf-99/);
  expect(bodyText(body, { ...JSON_TYPE, 'content-encoding': 'identity' })).toBe('{}');
});

test('JSON is read as JSON whatever its characters are written in', () => {
  const read = (rawBody: Buffer, type: string) =>
    hookPayload({ method: 'POST', path: '/', query: {}, headers: { 'content-type': type }, rawBody }, { receivedAt: new Date(0) }).body;
  expect(read(Buffer.from('\uFEFF{"a":1}'), 'application/json')).toEqual({ a: 1 });
  expect(() => read(Buffer.from('['.repeat(100_000)), 'application/json')).toThrow(/1000 levels/);
  expect(read(utf16('{"a":1}'), 'application/json; charset=utf-16')).toEqual({ a: 1 });
});
