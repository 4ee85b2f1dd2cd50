/** What is wrong with an input, for the people who fill in the form. Speaks where a schema has no words of its own. */
import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a record',
  record: 'a record',
  date: 'a date',
};

/** The rest of a sentence that begins with the name of the field; undefined leaves it to Zod. */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined || issue.input === null) return 'must be given';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must ${measure(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${measure(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_union':
      return 'is of none of the forms it may have';
    case 'invalid_format':
      return 'is not written as it must be';
    default:
      return undefined;
  }
}

function measure(origin: string, bound: string, count: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${count} characters`;
  return origin === 'array' || origin === 'set' ? `have ${bound} ${count} entries` : `be ${bound} ${count}`;
}
