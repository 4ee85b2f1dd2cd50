/** The functions that a person finds behind `/`: name, what it takes, what it does, an example with its result. */

/** One function of the expression language. */
export interface FunctionInfo {
  readonly name: string;
  readonly signature: string;
  readonly description: string;
  readonly example: string;
  readonly result: string;
}

/** The functions we offer, in the order of their use. */
export const FUNCTIONS: readonly FunctionInfo[] = [
  {
    name: '$uppercase',
    signature: '$uppercase(text)',
    description: 'The text in capital letters',
    example: '$uppercase("acme")',
    result: '"ACME"',
  },
  {
    name: '$lowercase',
    signature: '$lowercase(text)',
    description: 'The text in small letters',
    example: '$lowercase("ACME")',
    result: '"acme"',
  },
  {
    name: '$trim',
    signature: '$trim(text)',
    description: 'Without blanks at both ends, and with single blanks inside',
    example: '$trim("  a  b ")',
    result: '"a b"',
  },
  {
    name: '$substring',
    signature: '$substring(text, start, length)',
    description: 'A part of the text; the first character is 0',
    example: '$substring("Northwind", 0, 5)',
    result: '"North"',
  },
  {
    name: '$substringBefore',
    signature: '$substringBefore(text, mark)',
    description: 'What stands before a mark',
    example: '$substringBefore("a@b.com", "@")',
    result: '"a"',
  },
  {
    name: '$substringAfter',
    signature: '$substringAfter(text, mark)',
    description: 'What stands after a mark',
    example: '$substringAfter("a@b.com", "@")',
    result: '"b.com"',
  },
  {
    name: '$contains',
    signature: '$contains(text, part)',
    description: 'Whether the text holds a part',
    example: '$contains("Acme Ltd", "Ltd")',
    result: 'true',
  },
  {
    name: '$replace',
    signature: '$replace(text, part, by)',
    description: 'The text with every occurrence of a part replaced',
    example: '$replace("a-b", "-", " ")',
    result: '"a b"',
  },
  {
    name: '$split',
    signature: '$split(text, mark)',
    description: 'A list of the pieces between marks',
    example: '$split("a,b", ",")',
    result: '["a","b"]',
  },
  {
    name: '$join',
    signature: '$join(list, mark)',
    description: 'One text of a list, a mark between its members',
    example: '$join(["a","b"], ", ")',
    result: '"a, b"',
  },
  { name: '$length', signature: '$length(text)', description: 'How many characters the text has', example: '$length("acme")', result: '4' },
  { name: '$string', signature: '$string(value)', description: 'Any value as text', example: '$string(48000)', result: '"48000"' },
  { name: '$number', signature: '$number(text)', description: 'A text as a number', example: '$number("42")', result: '42' },
  {
    name: '$round',
    signature: '$round(number, digits)',
    description: 'Rounded to a number of digits',
    example: '$round(3.14159, 2)',
    result: '3.14',
  },
  { name: '$sum', signature: '$sum(list)', description: 'The sum of a list of numbers', example: '$sum([1, 2])', result: '3' },
  { name: '$count', signature: '$count(list)', description: 'How many members a list has', example: '$count(["a","b"])', result: '2' },
  { name: '$exists', signature: '$exists(value)', description: 'Whether there is a value', example: '$exists(trigger)', result: 'true' },
  {
    name: '$boolean',
    signature: '$boolean(value)',
    description: 'Whether a value counts as true: not empty, not 0',
    example: '$boolean("")',
    result: 'false',
  },
  { name: '$not', signature: '$not(value)', description: 'The opposite', example: '$not(false)', result: 'true' },
  {
    name: '$now',
    signature: '$now()',
    description: 'When the run began, as text',
    example: '$now()',
    result: '"2026-01-31T09:00:00.000Z"',
  },
  {
    name: '$today',
    signature: '$today(zone)',
    description: 'The date when the run began, in a time zone (UTC when none is given)',
    example: '$today("Europe/Berlin")',
    result: '"2026-01-31"',
  },
  {
    name: '$dateIn',
    signature: '$dateIn(time, zone)',
    description: 'The date that a time has in a time zone',
    example: '$dateIn("2026-01-31T23:30:00Z", "Europe/Berlin")',
    result: '"2026-02-01"',
  },
  {
    name: '$addDays',
    signature: '$addDays(date, days)',
    description: 'A date some days later, or earlier with a minus',
    example: '$addDays("2026-01-31", 1)',
    result: '"2026-02-01"',
  },
  {
    name: '$addMonths',
    signature: '$addMonths(date, months)',
    description: 'The same day some months later; the last day where the month is shorter',
    example: '$addMonths("2026-01-31", 1)',
    result: '"2026-02-28"',
  },
  {
    name: '$daysBetween',
    signature: '$daysBetween(from, to)',
    description: 'How many days one date lies after another',
    example: '$daysBetween("2026-01-31", "2026-02-02")',
    result: '2',
  },
  {
    name: '$toMillis',
    signature: '$toMillis(time)',
    description: 'A time as milliseconds, to calculate with',
    example: '$toMillis("2026-01-01")',
    result: '1767225600000',
  },
  {
    name: '$fromMillis',
    signature: '$fromMillis(milliseconds, picture)',
    description: 'Milliseconds as a time, in a form of your choice',
    example: '$fromMillis(1767225600000, "[D].[M].[Y]")',
    result: '"1.1.2026"',
  },
  {
    name: '$distinct',
    signature: '$distinct(list)',
    description: 'The list without repetitions',
    example: '$distinct([1, 1, 2])',
    result: '[1,2]',
  },
  { name: '$append', signature: '$append(list, list)', description: 'Two lists as one', example: '$append([1], [2])', result: '[1,2]' },
  {
    name: '$merge',
    signature: '$merge([object, object])',
    description: 'Several objects as one; later ones win',
    example: '$merge([{"a":1},{"b":2}])',
    result: '{"a":1,"b":2}',
  },
  {
    name: '$filter',
    signature: '$filter(list, function($x) { … })',
    description: 'The members for which the function gives true',
    example: '$filter([1,5], function($x) { $x > 2 })',
    result: '5',
  },
  {
    name: '$map',
    signature: '$map(list, function($x) { … })',
    description: 'The list with the function applied to each member',
    example: '$map([1,2], function($x) { $x * 10 })',
    result: '[10,20]',
  },
  {
    name: '$match',
    signature: '$match(text, /pattern/)',
    description: 'What a pattern finds in the text',
    example: '$match("A-17", /[0-9]+/).match',
    result: '"17"',
  },
];
