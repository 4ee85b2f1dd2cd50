/**
 * Values that break careless code. Whoever takes text from people meets them all sooner or later: names with quotes,
 * files with byte marks, addresses that climb out of their folder, dates that do not exist.
 */

/** Texts by what is nasty about them. */
export const NASTY_TEXTS: Readonly<Record<string, string>> = {
  'single quotes': `O'Brien's`,
  'double quotes': `the "Third" "`,
  'both quotes': `O'Brien "the" \`Third\``,
  'a quote at the end': `end'`,
  backslashes: 'C:\\new\\table\\',
  'a backslash before a quote': `x\\' OR 1=1`,
  wildcards: '100% _sure_ * ?',
  'a lone star': '*',
  'a lone percent sign': '%',
  'a SOQL condition': `x' OR Name != '`,
  'a SQL condition': `x"; DROP TABLE users; --`,
  'a condition of ConnectWise': `x" or id > 0 or name="y`,
  'parentheses and commas': '(a, b) AND (c OR d)',
  JSON: '{"a":[1,null]}',
  'an array': '[1,2]',
  HTML: '<b onclick="x()">Bold & bright</b> &amp; <!-- -->',
  XML: ']]> <a/> &#x41;',
  umlauts: 'Zoë Ünïcode Straße Łódź',
  'other scripts': '東京 Москва Ελλάδα',
  emoji: '🚀 👩‍👩‍👧 🇩🇪',
  'combining marks': 'e\u0301a\u0308 Z\u0351\u036b',
  'right to left': 'شركة \u200fمثال\u200e שלום',
  'invisible marks': 'a\u200bb\u2060c\ufeffd',
  'a hard space': 'a\u00a0b',
  address: 'a/b?c=d&e=f#g +%20',
  'percent codes': '%2e%2e%2f%00%zz',
  'one dot': '.',
  'two dots': '..',
  'a way up': '../../../etc/passwd',
  CSV: 'a,"b";c\td',
  formula: '=1+1',
  'line ends': 'first\nsecond\r\nthird',
  'spaces around': '  spaces  ',
  'whitespace only': ' \t ',
  nothing: '',
  'NUL inside': 'a\u0000b',
  'a control character': 'a\u0007b',
  'half of a character': 'a\ud83db',
  'a number': '00123',
  'a large number': '12345678901234567890',
  'a number in powers': '1e5',
  'not a number': 'NaN',
  'the word null': 'null',
  'the word undefined': 'undefined',
  'the word true': 'true',
  __proto__: '__proto__',
  constructor: 'constructor',
  'a template': '{{ not.an.expression }} ${x} @{refA.id}',
  'a header line': 'x\r\nSet-Cookie: a=b',
  'a date that does not exist': '2026-02-30',
  '100 characters': `${'Long name '.repeat(10).trim()}x`,
  '300 characters': 'n'.repeat(300),
  '300 emoji': '🚀'.repeat(150),
};

/** Texts that cannot be the name of a field. */
export const NASTY_NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'no such field',
  'a.b c',
  `Name' = 'x`,
  'Name, (SELECT Id FROM Contacts)',
  'id > 0 or name',
  '../x',
  '🚀',
  'x'.repeat(300),
];

/** A date as people and systems write it: `day` as it stands there, `ms` the moment; neither when it is no date. */
export interface NastyDate {
  readonly day?: string;
  readonly ms?: number;
}

const at = (iso: string): NastyDate => ({ day: iso.slice(0, 10), ms: Date.parse(iso) });

/** Dates at borders: of months, years, days in other zones, daylight saving, and of what is a date at all. */
export const NASTY_DATES: Readonly<Record<string, NastyDate>> = {
  '2024-02-29': at('2024-02-29'),
  '2026-12-31': at('2026-12-31'),
  ' 2026-01-31 ': at('2026-01-31'),
  '1970-01-01': at('1970-01-01'),
  '2026-01-31T23:30:00Z': at('2026-01-31T23:30:00Z'),
  '2026-01-31T23:30:00-05:00': at('2026-01-31T23:30:00-05:00'),
  '2026-01-01T00:30:00+14:00': at('2026-01-01T00:30:00+14:00'),
  '2026-03-29T02:30:00+02:00': at('2026-03-29T02:30:00+02:00'),
  '2026-10-25T02:30:00+01:00': at('2026-10-25T02:30:00+01:00'),
  '2026-12-31T23:59:59.999Z': at('2026-12-31T23:59:59.999Z'),
  '2026-02-29': {},
  '2026-02-30': {},
  '2026-13-01': {},
  '2026-00-10': {},
  '31.01.2026': {},
  tomorrow: {},
  '2026-01-31T25:00:00Z': {},
  '{}': {},
};
