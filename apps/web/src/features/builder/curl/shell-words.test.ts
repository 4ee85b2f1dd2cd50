import { describe, expect, test } from 'vitest';
import { readShellLine } from './shell-words.ts';

const words = (text: string): string[] => {
  const line = readShellLine(text);
  if ('problem' in line) throw new Error(line.problem);
  return line.words.map((word) => word.text);
};

describe('a POSIX shell', () => {
  test.each([
    ['a  b\tc', ['a', 'b', 'c']],
    [`'a b' "c d" e'f'"g"`, ['a b', 'c d', 'efg']],
    [`'it'\\''s'`, ["it's"]],
    [`"a\\"b\\\\c\\$d\\n"`, ['a"b\\c$d\\n']],
    [`'a\\n"b'`, ['a\\n"b']],
    [`$'a\\'b\\n\\t\\x41\\u00e9\\U1F600\\101\\\\'`, ["a'b\n\tAé😀A\\"]],
    [`$'{"q":"what\\u0021"}'`, ['{"q":"what!"}']],
    ['a \\\n  b\\\nc', ['a', 'bc']],
    ['a \\  \n b', ['a', 'b']],
    ['a \\\r\n b', ['a', 'b']],
    ['a `\n b', ['a', 'b']],
    ['a\\ b', ['a b']],
    [`'' ""`, ['', '']],
    ['a # comment\nb', ['a', 'b']],
    ['a#b', ['a#b']],
    ['https://x.test/?a=1&b=2;c', ['https://x.test/?a=1&b=2;c']],
    ['"a\nb"', ['a\nb']],
    ['"a\\\nb"', ['ab']],
    ['^a', ['^a']],
  ])('%j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test.each([
    ['a | jq .', ['a'], '|'],
    ['a && b', ['a'], '&&'],
    ['a &', ['a'], '&'],
    ['a; b', ['a'], ';'],
    ['a > out.json', ['a'], '>'],
    ['a 2>/dev/null', ['a'], '2>'],
    ['a?p=2>x', ['a?p=2'], '>'],
    ["'a | b' c", ['a | b', 'c'], undefined],
  ])('%j stops where the command ends', (text, expected, stoppedAt) => {
    const line = readShellLine(text);
    expect('words' in line && [line.words.map((word) => word.text), line.stoppedAt]).toEqual([expected, stoppedAt]);
  });

  test('variables stay as they are written, and are told; not those in single quotes', () => {
    const line = readShellLine(`"Bearer $TOKEN" \${HOST}/x '$no' $(date) "\\$none" $5`);
    expect('words' in line && [line.words.map((word) => word.text), line.variables]).toEqual([
      ['Bearer $TOKEN', '${HOST}/x', '$no', '$(date)', '$none', '$5'],
      ['$TOKEN', '${HOST}', '$(date)'],
    ]);
  });

  test.each([
    [`a\nb 'c`, "The quote ' in line 2 is not closed."],
    ['"', 'The quote " in line 1 is not closed.'],
    [`$'a\\'`, "The quote $' in line 1 is not closed."],
  ])('%j is told to be incomplete', (text, problem) => {
    expect(readShellLine(text)).toEqual({ problem: `${problem} Copy the whole command.` });
  });
});

describe('the Windows command line', () => {
  test.each([
    ['curl "https://x.test/" ^\n  -H "accept: */*"', ['curl', 'https://x.test/', '-H', 'accept: */*']],
    ['curl ^"https://x.test/?a=1^&b=2^" ^\r\n  -H ^"x: ^%^41^"', ['curl', 'https://x.test/?a=1&b=2', '-H', 'x: %41']],
    ['curl ^"u^" --data-raw ^"^{^\\^"a^\\^":^\\^"b c^\\^"^}^"', ['curl', 'u', '--data-raw', '{"a":"b c"}']],
    ['curl "u" ^\n-d "{""a"":1}"', ['curl', 'u', '-d', '{"a":1}']],
    ['curl ^"u^" -d ^"a^\n\nb^"', ['curl', 'u', '-d', 'a\nb']],
    ['curl ^"u^" -d ^"c:^\\^\\d^"', ['curl', 'u', '-d', 'c:\\d']],
  ])('%j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('a quote that is not closed is told', () => {
    expect(readShellLine('curl ^"u')).toEqual({ problem: 'A quote " is not closed. Copy the whole command.' });
  });
});

test('a long text is read in no time', () => {
  const started = performance.now();
  words(`curl '${'a'.repeat(500_000)}' ${'$X'.repeat(20_000)} ${'\\ '.repeat(50_000)}`);
  expect(performance.now() - started).toBeLessThan(3000);
});
