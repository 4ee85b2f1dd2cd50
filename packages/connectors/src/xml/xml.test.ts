import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toFileValue, type FileValue } from '@weft/connector-kit';
import { createTestBench, NASTY_NAMES, NASTY_TEXTS } from '@weft/connector-kit/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { xml } from './index.ts';

const bench = createTestBench({ connector: xml });
const read = async (source: unknown, more: Record<string, unknown> = {}) =>
  ((await bench.run('parse', { source, ...more })) as { value: Record<string, unknown> }).value;
const write = async (value: unknown, more: Record<string, unknown> = {}) =>
  (await bench.run('write', { value, ...more })) as { text: string; file: FileValue | null };

describe('reading XML', () => {
  test('elements, attributes, text, lists, CDATA and references', async () => {
    const text = `<?xml version="1.0"?><!-- x --><?pi y?>
      <order id="7" paid="a&quot;&#x41;&#10;b">
        <customer>Acme &amp; Sons &lt;Ltd&gt;</customer>
        <line sku="A1">Laptop</line><line/><note><![CDATA[<b>5 > 3 & 2</b>]]> end</note>
        <empty a=""/>
      </order>`;
    expect(await read(text)).toEqual({
      order: {
        '@id': '7',
        '@paid': 'a"A\nb',
        customer: 'Acme & Sons <Ltd>',
        line: [{ '@sku': 'A1', '#text': 'Laptop' }, ''],
        note: '<b>5 > 3 & 2</b> end',
        empty: { '@a': '' },
      },
    });
  });

  test('lists that have one element, prefixes and spaces', async () => {
    const text = '<s:e xmlns:s="urn:x" s:id="1"><s:a><s:b> x </s:b></s:a></s:e>';
    expect(await read(text)).toEqual({ 's:e': { '@xmlns:s': 'urn:x', '@s:id': '1', 's:a': { 's:b': 'x' } } });
    expect(await read(text, { dropPrefixes: true, lists: ['e.a'], keepSpaces: true })).toEqual({ e: { '@id': '1', a: [{ b: ' x ' }] } });
    expect(await read(text, { dropPrefixes: true, lists: 'b, e' })).toEqual({ e: [{ '@id': '1', a: { b: ['x'] } }] });
    expect(await read('<a>x<b/> y</a>')).toEqual({ a: { b: '', '#text': 'x y' } });
  });

  test('files in the encoding they name', async () => {
    const bytes = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>Zo\xeb</a>', 'latin1');
    expect(await read(toFileValue({ name: 'a.xml', mediaType: 'application/xml', bytes }))).toEqual({ a: 'Zoë' });
    const utf16 = Buffer.from('\uFEFF<?xml version="1.0" encoding="UTF-16"?><a>東</a>', 'utf16le');
    expect(await read(toFileValue({ name: 'a.xml', mediaType: 'application/xml', bytes: utf16 }))).toEqual({ a: '東' });
  });

  test.each([
    ['<a><b></a>', 'Line 1, column 10: unexpected close tag.'],
    ['<a>\n<b x="1" x="2"/></a>', 'Line 2, column 16: duplicate attribute: x.'],
    ['<a>&nbsp;</a>', 'Line 1, column 9: undefined entity.'],
    ['<a>&constructor;</a>', 'Line 1, column 16: undefined entity.'],
    ['<a>&__proto__;</a>', 'Line 1, column 14: undefined entity.'],
    ['<a>5 < 3</a>', 'Line 1, column 7: disallowed character in tag name.'],
    ['<a x=1/>', 'Line 1, column 6: unquoted attribute value.'],
    ['<a>&#0;</a>', 'Line 1, column 7: malformed character entity.'],
    ['<a>\u0007</a>', 'Line 1, column 4: disallowed character.'],
    ['<a/><b/>', 'Line 1, column 7: documents may contain only one root.'],
    ['{"a":1}', 'Line 1, column 7: text data outside of root node.'],
    ['<!DOCTYPE html><p>x<br></p>', 'Line 1, column 27: unexpected close tag.'],
    ['<!doctype html><p/>', 'Line 1, column 9: incorrect syntax.'],
    ['<a>\n', 'Line 2, column 1: unclosed tag: a.'],
    ['   ', 'document must contain a root element.'],
  ])('%j is told with its place', async (text, says) => {
    await expect(read(text)).rejects.toMatchObject({ class: 'invalid', code: 'xml_malformed', message: expect.stringContaining(says) });
  });

  test('entities that multiply are refused', async () => {
    const lines = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`);
    const bomb = `<!DOCTYPE z [<!ENTITY l0 "lol">${lines.join('')}]><z>&l9;</z>`;
    await expect(read(bomb)).rejects.toMatchObject({ class: 'invalid', code: 'xml_doctype' });
    await expect(read('<!DOCTYPE z [<!ENTITY a "&a;">]><z>&a;</z>')).rejects.toMatchObject({ code: 'xml_doctype' });
    await expect(read('<!DOCTYPE z [<!ATTLIST z x CDATA "y">]><z/>')).rejects.toMatchObject({ code: 'xml_doctype' });
  });

  test('nothing is fetched, neither a file nor an address', async () => {
    let hits = 0;
    const server: Server = createServer((_request, response) => response.end(`${(hits += 1)}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await read(`<!DOCTYPE a SYSTEM "${origin}/a.dtd"><a>x</a>`)).toEqual({ a: 'x' });
    expect(await read('<!DOCTYPE a PUBLIC "-//X//EN" "file:///etc/passwd"><a/>')).toEqual({ a: '' });
    for (const target of ['file:///etc/passwd', `${origin}/x`])
      await expect(read(`<!DOCTYPE a [<!ENTITY x SYSTEM "${target}">]><a>&x;</a>`)).rejects.toMatchObject({ code: 'xml_doctype' });
    await expect(read(`<!DOCTYPE a [<!ENTITY % x SYSTEM "${origin}/x"> %x;]><a/>`)).rejects.toMatchObject({ code: 'xml_doctype' });
    await read(`<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="${origin}/x"/></a>`);
    server.close();
    expect(hits).toBe(0);
  });

  test('what is too deep or too much is refused', async () => {
    const deep = (levels: number) => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`;
    expect(await read(deep(100))).toHaveProperty('a');
    for (const levels of [101, 500_000]) await expect(read(deep(levels))).rejects.toMatchObject({ code: 'xml_too_deep' });
    await expect(read(`<a>${'<b/>'.repeat(500_000)}</a>`)).rejects.toMatchObject({ code: 'xml_too_large' });
  });

  test('dangerous names are names', async () => {
    const value = await read('<a><__proto__ polluted="1"/><constructor><prototype>x</prototype></constructor><toString/></a>');
    expect(Object.keys(value['a'] as object)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(value['a'])).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(await read('<a __proto__="x"/>')).toEqual({ a: { '@__proto__': 'x' } });
  });
});

describe('writing XML', () => {
  test('attributes, text, lists and nothing', async () => {
    const value = {
      order: {
        '@id': 7,
        '@note': '<"&\'\n\t>',
        customer: 'Acme & <Sons>',
        line: [{ '@sku': 'A1', '#text': 'x' }, null, ''],
        paid: true,
        none: undefined,
      },
    };
    expect((await write(value)).text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><order id="7" note="&lt;&quot;&amp;\'&#10;&#9;&gt;"><customer>Acme &amp; &lt;Sons&gt;</customer><line sku="A1">x</line><line/><line/><paid>true</paid></order>',
    );
    expect((await write({ a: 1, b: { c: [1, 2] } }, { root: 'r', declaration: false, pretty: true })).text).toBe(
      '<r>\n  <a>1</a>\n  <b>\n    <c>1</c>\n    <c>2</c>\n  </b>\n</r>\n',
    );
    expect((await write({ a: { '#text': 'x ', b: 1 } }, { declaration: false, pretty: true })).text).toBe('<a>x <b>1</b></a>\n');
  });

  test('elements stand in the order that is wanted, at every level', async () => {
    const value = {
      order: {
        '@id': 1,
        to: 'x',
        lines: {
          line: [
            { sku: 'b', qty: 2 },
            { qty: 1, sku: 'a' },
          ],
        },
        from: 'y',
        note: 'z',
      },
    };
    expect((await write(value, { declaration: false, order: ['from', 'to', 'sku', 'qty'] })).text).toBe(
      '<order id="1"><from>y</from><to>x</to><lines><line><sku>b</sku><qty>2</qty></line><line><sku>a</sku><qty>1</qty></line></lines><note>z</note></order>',
    );
  });

  test('as a file that can be read again', async () => {
    const { file } = await write({ a: 'Zoë 🚀' }, { fileName: 'x.xml' });
    expect(file).toMatchObject({ name: 'x.xml', mediaType: 'application/xml' });
    expect(await read(file)).toEqual({ a: 'Zoë 🚀' });
  });

  test.each([
    [{ a: 1, b: 2 }, 'XML has one root element, but the value has 2 names at its top.'],
    [{}, 'but the value has 0 names'],
    [{ a: { '1b': 1 } }, '"1b" (at "a.1b") cannot be the name'],
    [{ a: { 'x><y': 1 } }, 'cannot be the name'],
    [{ a: { '@x="1" y': 1 } }, 'cannot be the name'],
    [{ a: { '': 1 } }, 'cannot be the name'],
    [{ a: { b: ['ok', 'bad\u0007'] } }, 'The text at "a.b[1]" holds the character U+0007, which XML cannot hold.'],
    [{ a: { '@b': 'half \ud83d' } }, 'holds the character U+D83D'],
    [{ a: { '#text': { b: 1 } } }, '"a.#text" must be text'],
    [{ a: { b: [[1]] } }, '"a.b[0]" is a list inside a list'],
  ])('%j is refused with its place', async (value, says) => {
    await expect(write(value)).rejects.toMatchObject({ class: 'invalid', message: expect.stringContaining(says) });
  });

  test('what is too deep is refused', async () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 5000; level += 1) deep = { a: deep };
    await expect(write(deep)).rejects.toMatchObject({ class: 'invalid', code: 'xml_too_deep' });
  });

  test('a nasty name is refused or comes back', async () => {
    const outcomes = await Promise.all(
      NASTY_NAMES.map(async (name) => {
        const made = await write({ a: { [name]: 'x' } }).catch((error: { class: string }) => error);
        return [name, 'text' in made ? Object.keys((await read(made.text))['a'] as object)[0] : made.class];
      }),
    );
    const fine = ['__proto__', 'constructor', 'x'.repeat(300)];
    expect(outcomes).toEqual(NASTY_NAMES.map((name) => [name, fine.includes(name) ? name : 'invalid']));
  });
});

describe('writing and reading again', () => {
  const unwritable = ['NUL inside', 'a control character', 'half of a character'];
  const writable = Object.entries(NASTY_TEXTS).filter(([what, text]) => !unwritable.includes(what) && text !== '');

  test.each(writable)('%s comes back as it was', async (_what, text) => {
    const value = { a: { '@x': text, b: text, c: { '@x': '1', '#text': text } } };
    expect(await read((await write(value)).text, { keepSpaces: true })).toEqual(value);
  });

  test.each(unwritable)('%s is refused', async (what) => {
    await expect(write({ a: NASTY_TEXTS[what] })).rejects.toThrow(/The text at "a" holds the character U\+/);
  });

  test('any record comes back as it was', async () => {
    const name = fc.stringMatching(/^[a-z_][a-zA-Z0-9_.-]{0,8}$/);
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !/[\p{Cc}\uFFFE\uFFFF]/u.test(one));
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.dictionary(name, fc.oneof(tie('tree'), fc.array(tie('tree'), { minLength: 2, maxLength: 3 })), { minKeys: 1, maxKeys: 3 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, tree, { minKeys: 1, maxKeys: 3 }), fc.boolean(), async (record, pretty) => {
        expect(await read((await write(record, { root: 'r', pretty })).text, { keepSpaces: true })).toEqual({ r: record });
      }),
      { numRuns: 200 },
    );
  });
});
