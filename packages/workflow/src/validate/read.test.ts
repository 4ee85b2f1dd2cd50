import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog, draft } from '../../test/sample.ts';
import { findJsonFault } from './json-fault.ts';
import { validateWorkflowText } from './validate.ts';

describe('validateWorkflowText', () => {
  it('reads what JSON.stringify writes', () => {
    expect(validateWorkflowText(JSON.stringify(draft([])), catalog).problems).toEqual([]);
  });

  it.each([
    ['{"a":1,\n "b": x}', 'line 2, column 7: a value is expected, not “x”.'],
    ['{"a":', 'line 1, column 6: it ends too early; a value is expected.'],
    ['', 'line 1, column 1: it ends too early; a value is expected.'],
    ['{"a":1}}', 'line 1, column 8: the text goes on behind the end of the JSON value.'],
    ['[1,\n2,]', 'line 2, column 3: a value is expected, not “]”.'],
    ['{"a": 1,}', 'line 1, column 9: a name in double quotes is expected, not “}”.'],
    ["{'a': 1}", "line 1, column 2: a name in double quotes is expected, not “'”."],
    ['{"a":"x\ny"}', 'line 1, column 8: a text runs over the end of its line; write \\n for a line break.'],
    ['{"a":"\\q"}', 'line 1, column 7: a backslash stands before a character it cannot stand before.'],
    ['{"a":"b', 'line 1, column 6: a text has no closing quote.'],
    ['{\n"a" 1}', 'line 2, column 5: “:” is expected, not “1”.'],
    ['{"a": 1 "b": 2}', 'line 1, column 9: “,” or “}” is expected, not “"”.'],
  ])('says where %j goes wrong', (text, where) => {
    expect(validateWorkflowText(text, catalog)).toEqual({
      problems: [{ severity: 'error', path: '', code: 'not_json', message: `The file is not JSON: ${where}` }],
    });
  });

  it('refuses a text of more than 10 MB unread', () => {
    expect(validateWorkflowText('['.repeat(10_000_001), catalog)).toEqual({
      problems: [{ severity: 'error', path: '', code: 'too_large', message: 'The file has 10000001 characters; 10000000 are allowed.' }],
    });
  });

  it('survives depth and length that break recursive readers', () => {
    expect(validateWorkflowText('['.repeat(1_000_000), catalog).problems).toMatchObject([{ code: 'not_json' }]);
    expect(validateWorkflowText(`{"a":"${'x'.repeat(9_000_000)}`, catalog).problems).toMatchObject([{ code: 'not_json' }]);
  });
});

describe('findJsonFault', () => {
  it('agrees with JSON.parse on what is JSON', () => {
    const scraps = fc
      .array(
        fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"\\u00e9"', '"\\x"', '1', '-0.5e3', '01', 'true', 'nul', ' ', '\n', '"'),
        { maxLength: 8 },
      )
      .map((parts) => parts.join(''));
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.oneof(scraps, fc.json(), fc.string()), (text) => {
        expect([text, findJsonFault(text) === undefined]).toEqual([text, isJson(text)]);
      }),
      { numRuns: 5000 },
    );
  });
});
