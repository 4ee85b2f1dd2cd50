import { describe, expect, test } from 'vitest';
import { parseCurl } from './parse-curl.ts';
import type { CurlRequest } from './parse-curl.ts';

function read(text: string): CurlRequest {
  const parsed = parseCurl(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.request;
}

const PLAIN: CurlRequest = {
  method: 'GET',
  url: 'https://x.test/',
  headers: [],
  data: undefined,
  parts: [],
  user: undefined,
  bearer: undefined,
  seconds: undefined,
  variables: [],
  notes: [],
};

describe('a command', () => {
  test.each<[string, Partial<CurlRequest>]>([
    ['curl https://x.test/', {}],
    ['$ curl https://x.test/', {}],
    ['curl.exe https://x.test/', {}],
    ['/usr/bin/curl https://x.test/', {}],
    ['TOKEN=1 curl https://x.test/', {}],
    ['curl --url https://x.test/', {}],
    ['curl --compressed -L https://x.test/', {}],
    ['curl x.test/a', { url: 'http://x.test/a' }],
    ['curl -X DELETE https://x.test/', { method: 'DELETE' }],
    ['curl -XPATCH https://x.test/', { method: 'PATCH' }],
    ['curl --request put https://x.test/', { method: 'PUT' }],
    ['curl --request=PUT https://x.test/', { method: 'PUT' }],
    ['curl -I https://x.test/', { method: 'HEAD' }],
    ['curl -d a=1 -d b=2 https://x.test/', { method: 'POST', data: 'a=1&b=2' }],
    ["curl -d '' https://x.test/", { method: 'POST', data: '' }],
    ['curl -dx=y -XPUT https://x.test/', { method: 'PUT', data: 'x=y' }],
    ["curl --data-raw '@literal' https://x.test/", { method: 'POST', data: '@literal' }],
    ["curl --data-binary 'a\nb' https://x.test/", { method: 'POST', data: 'a\nb' }],
    [
      "curl --data-urlencode 'a=x y&z' --data-urlencode '=p q' --data-urlencode 'r s' https://x.test/",
      { method: 'POST', data: 'a=x%20y%26z&p%20q&r%20s' },
    ],
    ["curl -G -d a=1 --data-urlencode 'b=x y' https://x.test/?c=3#top", { url: 'https://x.test/?c=3&a=1&b=x%20y#top' }],
    ["curl --url-query 'q=a b' https://x.test/", { url: 'https://x.test/?q=a%20b' }],
    [
      `curl --json '{"a":1}' https://x.test/`,
      {
        method: 'POST',
        data: '{"a":1}',
        headers: [
          ['Content-Type', 'application/json'],
          ['Accept', 'application/json'],
        ],
      },
    ],
    [
      `curl --json '{}' -H 'accept: text/plain' https://x.test/`,
      {
        method: 'POST',
        data: '{}',
        headers: [
          ['accept', 'text/plain'],
          ['Content-Type', 'application/json'],
        ],
      },
    ],
    [
      "curl -H 'A: b: c' -H 'Empty;' -H 'Gone:' https://x.test/",
      {
        headers: [
          ['A', 'b: c'],
          ['Empty', ''],
        ],
      },
    ],
    [
      "curl -b 'a=1; b=2' -A 'Me/1' -e 'https://r.test;auto' https://x.test/",
      {
        headers: [
          ['Cookie', 'a=1; b=2'],
          ['User-Agent', 'Me/1'],
          ['Referer', 'https://r.test'],
        ],
      },
    ],
    ['curl -u me:pa:ss https://x.test/', { user: 'me:pa:ss' }],
    ['curl https://me:p%40ss@x.test/@path', { url: 'https://x.test/@path', user: 'me:p@ss' }],
    ['curl --oauth2-bearer t0ken https://x.test/', { bearer: 't0ken' }],
    ['curl -m 2.5 https://x.test/', { seconds: 3 }],
    ['curl -m 9999 https://x.test/', { seconds: 600 }],
    [
      `curl -F 'a=1' -F 'b=x;y' -F 'c=z;type=text/plain' -F 'd="p;q";type=a/b' --form-string 'e=@no' https://x.test/`,
      {
        method: 'POST',
        parts: [
          { name: 'a', value: '1' },
          { name: 'b', value: 'x;y' },
          { name: 'c', value: 'z' },
          { name: 'd', value: 'p;q' },
          { name: 'e', value: '@no' },
        ],
      },
    ],
    [
      'curl https://x.test/$ID -H "k: $KEY" -H "k2: $KEY"',
      {
        url: 'https://x.test/$ID',
        headers: [
          ['k', '$KEY'],
          ['k2', '$KEY'],
        ],
        variables: ['$ID', '$KEY'],
      },
    ],
    ['curl -- https://x.test/', {}],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual({ ...PLAIN, ...expected });
  });

  test('as a browser copies it', () => {
    const text = `curl 'https://api.example.com/v1/orders?expand=lines' \\
  -X 'POST' \\
  -H 'accept: application/json, text/plain, */*' \\
  -H 'content-type: application/json' \\
  -H 'sec-ch-ua: "Chromium";v="143"' \\
  --data-raw $'{"name":"O\\'Neil","note":"50\\u0025 \\u007b\\u007bnot mine}}"}' \\
  --compressed ;`;
    expect(read(text)).toEqual({
      ...PLAIN,
      method: 'POST',
      url: 'https://api.example.com/v1/orders?expand=lines',
      headers: [
        ['accept', 'application/json, text/plain, */*'],
        ['content-type', 'application/json'],
        ['sec-ch-ua', '"Chromium";v="143"'],
      ],
      data: '{"name":"O\'Neil","note":"50% {{not mine}}"}',
      notes: ['What follows “;” is left out.'],
    });
  });

  test('as a browser copies it for Windows', () => {
    const text =
      'curl ^"https://api.example.com/v1?a=1^&b=2^" ^\r\n  -H ^"content-type: application/json^" ^\r\n  --data-raw ^"^{^\\^"n^\\^":1^}^"';
    expect(read(text)).toMatchObject({ method: 'POST', url: 'https://api.example.com/v1?a=1&b=2', data: '{"n":1}' });
  });
});

describe('what cannot be taken over is told, not dropped', () => {
  test.each([
    ['curl -k https://x.test/', ['-k is left out: certificates are always checked.']],
    [
      'curl --insecure -x http://p:1 https://x.test/',
      ['--insecure is left out: certificates are always checked.', '-x is left out: calls go out directly, without a proxy.'],
    ],
    ['curl --frobnicate https://x.test/', ['--frobnicate is not known here and is left out.']],
    ['curl -sSvo out.json -w "%{http_code}" https://x.test/', ['-s, -S, -v, -o, -w: of use on a command line only.']],
    ['curl --digest -u a:b https://x.test/', [expect.stringContaining('--digest is left out: this way of signing in is not supported')]],
    ['curl -d @body.json https://x.test/', [expect.stringContaining('-d sends the file “body.json”, which cannot be read here')]],
    [
      'curl -F up=@pic.png https://x.test/',
      ['The part “up” is the file “pic.png”, which cannot be read here: map a file of an earlier step.'],
    ],
    ['curl -T a.txt https://x.test/', [expect.stringContaining('-T sends the file “a.txt”')]],
    ['curl -b jar.txt https://x.test/', [expect.stringContaining('-b reads cookies from the file “jar.txt”')]],
    ['curl --cert me.pem https://x.test/', ['--cert is left out: certificates of your own cannot be given yet.']],
    ['curl https://x.test/ https://y.test/', ['“https://y.test/” is left out: there is an address already.']],
    ['curl https://x.test/ | jq .', ['What follows “|” is left out.']],
    ['curl https://x.test/\ncurl https://y.test/', ['Only the first of several requests is taken over.']],
    ['curl https://x.test/ --next https://y.test/', ['Only the first of several requests is taken over.']],
    ['curl https://x.test/ -H', ['-H has no value and is left out.']],
  ])('%s', (text, notes) => {
    expect(read(text).notes).toEqual(notes);
  });

  test.each([
    ['', 'This is not a cURL command: it does not begin with curl.'],
    ['wget https://x.test/', 'This is not a cURL command: it does not begin with curl.'],
    ['https://x.test/ curl', 'This is not a cURL command: it does not begin with curl.'],
    ['curl -v', 'There is no address in this command.'],
    ["curl 'https://x.test", "The quote ' in line 1 is not closed. Copy the whole command."],
  ])('%j is no request', (text, problem) => {
    expect(parseCurl(text)).toEqual({ problem });
  });
});
