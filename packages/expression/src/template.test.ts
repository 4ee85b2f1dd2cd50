import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeText, parseTemplate } from './template.ts';

describe('parseTemplate', () => {
  test('splits text and expressions, with offsets', () => {
    expect(parseTemplate('Hi {{ trigger.name }}!')).toEqual([
      { kind: 'text', text: 'Hi ', start: 0, end: 3, textStart: 0 },
      { kind: 'expression', text: 'trigger.name', start: 3, end: 21, textStart: 6 },
      { kind: 'text', text: '!', start: 21, end: 22, textStart: 21 },
    ]);
  });

  test('matches braces and quotes inside an expression', () => {
    expect(parseTemplate('{{ {"a": {"b": "}}"}} }}').map((part) => part.text)).toEqual(['{"a": {"b": "}}"}}']);
  });

  test('gives literal braces for the escape', () => {
    expect(parseTemplate('a \\{{ b').map((part) => part.text)).toEqual(['a {{ b']);
  });

  test.each(['{{ a', '{{ "a }}', 'x {{ }} y'])('refuses %s with its position', (text) => {
    expect(() => parseTemplate(text)).toThrow(expect.objectContaining({ class: 'invalid', code: 'expression_syntax' }));
  });

  test('gives back any text that was escaped', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('\\'));
        expect(
          parseTemplate(escapeText(text))
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
