import { parseTemplate } from '@weft/expression';
import { describe, expect, test } from 'vitest';
import { importCurl } from './curl-input.ts';
import type { CurlImport } from './curl-input.ts';
import { parseCurl } from './parse-curl.ts';

function taken(text: string, current = 'request'): CurlImport {
  const parsed = parseCurl(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return importCurl(parsed.request, current);
}
const U = 'https://x.test/a';

describe('what is filled in', () => {
  test.each<[string, Partial<CurlImport>]>([
    [`curl '${U}?b=1&c=x%20y#top'`, { operation: 'get', input: { url: `${U}#top`, query: { b: '1', c: 'x y' } } }],
    // Rows would lose one of them.
    [`curl '${U}?b=1&b=2'`, { operation: 'get', input: { url: `${U}?b=1&b=2` } }],
    [`curl '${U}?flag'`, { operation: 'get', input: { url: `${U}?flag` } }],
    [`curl -X POST ${U}`, { operation: 'request', input: { url: U, method: 'POST' } }],
    [`curl -I ${U}`, { operation: 'request', input: { url: U, method: 'HEAD' } }],
    [
      `curl ${U} -H 'Accept: a' -H 'X-A: 1' -H 'X-A: 2' -m 5`,
      { operation: 'get', input: { url: U, headers: { Accept: 'a', 'X-A': '1, 2' }, timeoutSeconds: 5 } },
    ],
    [
      `curl ${U} --json '{"a":[1]}'`,
      {
        operation: 'request',
        input: { url: U, method: 'POST', bodyKind: 'json', body: { a: [1] }, headers: { Accept: 'application/json' } },
      },
    ],
    [`curl ${U} -d '{"a":1}'`, { operation: 'request', input: { url: U, method: 'POST', bodyKind: 'json', body: { a: 1 } } }],
    [
      `curl ${U} -H 'Content-Type: application/vnd.api+json' -d '{"a":1}'`,
      {
        operation: 'request',
        input: { url: U, method: 'POST', bodyKind: 'json', body: { a: 1 }, headers: { 'Content-Type': 'application/vnd.api+json' } },
      },
    ],
    // As a number it would lose its last digits.
    [
      `curl ${U} -H 'Content-Type: application/json' -d '{"id":12345678901234567890}'`,
      {
        operation: 'request',
        input: { url: U, method: 'POST', bodyKind: 'text', text: '{"id":12345678901234567890}', contentType: 'application/json' },
      },
    ],
    [
      `curl ${U} --json '{"id":"12345678901234567890"}' -H 'accept: a'`,
      {
        operation: 'request',
        input: { url: U, method: 'POST', bodyKind: 'json', body: { id: '12345678901234567890' }, headers: { accept: 'a' } },
      },
    ],
    [
      `curl ${U} -d 'a=x+y&b=%26'`,
      { operation: 'request', input: { url: U, method: 'POST', bodyKind: 'form', form: { a: 'x y', b: '&' } } },
    ],
    [
      `curl ${U} -d 'a=1&a=2'`,
      {
        operation: 'request',
        input: { url: U, method: 'POST', bodyKind: 'text', text: 'a=1&a=2', contentType: 'application/x-www-form-urlencoded' },
      },
    ],
    [
      `curl ${U} -H 'content-type: text/xml' -d '<a/>'`,
      { operation: 'request', input: { url: U, method: 'POST', bodyKind: 'text', text: '<a/>', contentType: 'text/xml' } },
    ],
    [
      `curl ${U} -H 'Content-Type: multipart/form-data' -F a=1 -F b=2`,
      { operation: 'request', input: { url: U, method: 'POST', bodyKind: 'multipart', parts: { a: '1', b: '2' } } },
    ],
    [`curl ${U} -X PUT -d ''`, { operation: 'request', input: { url: U, method: 'PUT' } }],
  ])('%s', (text, expected) => {
    expect(taken(text)).toEqual({ credential: undefined, notes: [], ...expected });
  });

  test('getting all pages stays when the command only reads', () => {
    expect(taken(`curl ${U}`, 'getAll').operation).toBe('getAll');
    expect(taken(`curl ${U} -d a=1`, 'getAll').operation).toBe('request');
  });

  test('braces stay text wherever they stand', () => {
    const { input, notes } = taken(`curl 'https://x.test/{{a}}?q={{b}}' -H 'x: {{c}}' --json '{"t":["{{d}}"],"u":"\\\\{{e}}"}'`);
    const texts: string[] = [];
    JSON.stringify(input, (_, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    const parts = texts.flatMap((text) => parseTemplate(text));
    expect(parts.filter(({ kind }) => kind === 'expression')).toEqual([]);
    expect(parts.map(({ text }) => text)).toEqual(expect.arrayContaining(['https://x.test/{{a}}', '{{b}}', '{{c}}', '{{d}}', '\\{{e}}']));
    expect(notes).toEqual(['“{{” in the command stays text; it does not begin an expression.']);
  });

  test('headers of Weft’s own and of browsers are left out and told', () => {
    const { input, notes } = taken(
      `curl ${U} -H 'Accept-Encoding: gzip, br, zstd' -H 'Host: x' -H 'sec-fetch-mode: cors' -H 'Origin: https://o.test'`,
    );
    expect(input['headers']).toEqual({ Origin: 'https://o.test' });
    expect(notes).toEqual([
      'Accept-Encoding, Host: left out, Weft sets them by itself.',
      'sec-fetch-mode: left out, only browsers send it.',
    ]);
  });

  test('parts of one name, variables of the shell and secrets in the body are told', () => {
    expect(taken(`curl ${U} -F a=1 -F a=2`).notes).toEqual([
      'There are several parts “a”; the first one is taken. Map a list to send more.',
    ]);
    expect(taken(`curl ${U}/$ID`).notes).toEqual(['$ID: a variable of your shell. Put the value in its place.']);
    expect(taken(`curl ${U} -d 'grant_type=password&password=pw'`).notes).toEqual([
      'The body holds “password”: it will stand in the workflow, where everybody who can open it reads it.',
    ]);
    expect(taken(`curl ${U} -d '{"a":{"client_secret":"s","password":""}}'`).notes).toHaveLength(1);
  });
});

describe('credentials are not put into the workflow', () => {
  const site = 'https://x.test';
  test.each([
    [`curl ${U} -H 'Authorization: Bearer abc.def'`, 'bearer', { site, token: 'abc.def' }, 'a bearer token'],
    [`curl ${U} --oauth2-bearer abc`, 'bearer', { site, token: 'abc' }, 'a bearer token'],
    [
      `curl ${U} -H 'authorization: Basic ${btoa('me:p:w')}'`,
      'basic',
      { site, username: 'me', password: 'p:w' },
      'a user name and password',
    ],
    [`curl ${U} -u me:pw`, 'basic', { site, username: 'me', password: 'pw' }, 'a user name and password'],
    [`curl ${U} -u me`, 'basic', { site, username: 'me', password: '' }, 'a user name and password'],
    [`curl https://me:pw@x.test/a`, 'basic', { site, username: 'me', password: 'pw' }, 'a user name and password'],
    [`curl ${U} -H 'X-API-Key: k1'`, 'header', { site, headerName: 'X-API-Key', headerValue: 'k1' }, 'a key in the header X-API-Key'],
    [
      `curl ${U} -H 'Authorization: Token k1'`,
      'header',
      { site, headerName: 'Authorization', headerValue: 'Token k1' },
      'a key in the header Authorization',
    ],
    [
      `curl ${U} -H 'PRIVATE-TOKEN: k1'`,
      'header',
      { site, headerName: 'PRIVATE-TOKEN', headerValue: 'k1' },
      'a key in the header PRIVATE-TOKEN',
    ],
    [`curl ${U} -b 'sid=1'`, 'header', { site, headerName: 'Cookie', headerValue: 'sid=1' }, 'a key in the header Cookie'],
    [`curl '${U}?api_key=k%201'`, 'query', { site, queryName: 'api_key', queryValue: 'k 1' }, 'a key in the query (api_key)'],
    // Only the shell knows its value.
    [`curl ${U} -H "Authorization: Bearer $TOKEN"`, 'bearer', { site, token: '' }, 'a bearer token'],
    [
      `curl '${U}?key=AIza0123456789abcdef'`,
      'query',
      { site, queryName: 'key', queryValue: 'AIza0123456789abcdef' },
      'a key in the query (key)',
    ],
  ])('%s', (text, authScheme, values, what) => {
    const { credential, input } = taken(text);
    expect(credential).toEqual({ authScheme, values, what });
    const written = JSON.stringify(input);
    for (const secret of Object.entries(values).flatMap(([name, value]) =>
      name === 'site' || name.endsWith('Name') || value === '' ? [] : [value],
    ))
      expect(written).not.toContain(secret);
    expect(input).toEqual({ url: U });
  });

  test('a parameter that only may be a key stays when it is short', () => {
    expect(taken(`curl '${U}?key=ABC-1&code=US'`)).toMatchObject({ credential: undefined, input: { query: { key: 'ABC-1', code: 'US' } } });
  });

  test('of several the most telling one is offered, the others are told', () => {
    const { credential, notes, input } = taken(
      `curl '${U}?token=t&page=2' -b 'sid=s3ss' -H 'Authorization: Bearer b34r' -H 'x-api-key: k3y'`,
    );
    expect(credential?.values).toEqual({ site, token: 'b34r' });
    expect(input).toEqual({ url: U, query: { page: '2' } });
    expect(notes).toEqual([
      'There is also a key in the header x-api-key. A connection holds one credential, so it is left out.',
      'There is also a key in the query (token). A connection holds one credential, so it is left out.',
      'There is also a key in the header Cookie. A connection holds one credential, so it is left out.',
    ]);
    expect(JSON.stringify(notes)).not.toMatch(/s3ss|b34r|k3y/);
  });
});
