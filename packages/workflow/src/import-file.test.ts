import { describe, expect, it } from 'vitest';
import { catalog, draft, edges, map } from '../test/sample.ts';
import { readImportFile } from './import-file.ts';
import { TEMPLATE_FORMAT, makeTemplate, readTemplate } from './template.ts';

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);
const bundle = (workflows: unknown[], more: object = {}): Record<string, unknown> => ({
  format: TEMPLATE_FORMAT,
  id: 'two',
  name: 'Two',
  summary: 'Two of them.',
  category: 'Test',
  systems: ['salesforce'],
  workflows,
  ...more,
});

/** The text of the line that a problem names. */
function lineText(text: string, line: number | undefined): string {
  return text.split('\n')[(line ?? 0) - 1]?.trim() ?? '';
}

describe('readImportFile', () => {
  it('reads a workflow, and a template with all its workflows', () => {
    const one = draft([map('a')], edges('won > a'));
    expect(readImportFile(pretty(one), catalog)).toMatchObject({ documents: [{ name: 'Test' }], problems: [] });
    expect(readImportFile(pretty(bundle([one, { ...one, name: 'Other' }])), catalog)).toMatchObject({
      documents: [{ name: 'Test' }, { name: 'Other' }],
      template: { id: 'two' },
      problems: [],
    });
  });

  it('says of each finding on which line of the file it stands', () => {
    const wrong = draft(
      [map('a', '{{ steps.nobody.x }}'), { id: 'b', kind: 'connector', connector: 'acme', operation: 'fly', input: {} }],
      edges('won > a', 'a > b'),
    );
    const text = pretty(bundle([draft([]), wrong]));
    const { problems } = readImportFile(text, catalog);
    expect(problems.map(({ path, line }) => [path, lineText(text, line)])).toEqual([
      ['workflows.1.nodes.b.connector', '"connector": "acme",'],
      ['workflows.1.nodes.a.fields.0.from', '"from": "{{ steps.nobody.x }}"'],
    ]);
  });

  it('finds the line of a member whose name holds dots or quotes, and of the parent of one that is missing', () => {
    const text = pretty(draft([map('a', 'x', { 'odd.na"me': 1 }), { id: 'c', kind: 'branch' }]));
    const { documents, problems } = readImportFile(text, catalog);
    expect(documents).toEqual([]);
    expect(problems.map(({ path, line }) => [path, lineText(text, line)])).toEqual([
      ['nodes.a.odd.na"me', '"odd.na\\"me": 1'],
      ['nodes.c.cases', '{'],
    ]);
  });

  it.each([
    ['weft/workflow@2', 'written by a newer Weft (weft/workflow@2); this one reads weft/workflow@1'],
    ['weft/template@7', 'written by a newer Weft (weft/template@7); this one reads weft/template@1'],
    ['acme/flow', 'The format "acme/flow" is unknown'],
  ])('refuses the format %s in words', (format, words) => {
    const text = pretty({ name: 'x', format });
    const { documents, problems } = readImportFile(text, catalog);
    expect(documents).toEqual([]);
    expect(problems).toMatchObject([{ path: 'format', line: 3, message: expect.stringContaining(words) as string }]);
  });

  it('refuses what could do harm by being read', () => {
    const proto = pretty(bundle([draft([])])).replace('"systems"', '"__proto__": { "admin": true },\n  "systems"');
    expect(readImportFile(proto, catalog)).toMatchObject({
      documents: [],
      problems: [{ path: '__proto__', code: 'forbidden_key', line: 7 }],
    });
    const deep = `{"format":"${TEMPLATE_FORMAT}","workflows":${'['.repeat(500)}${']'.repeat(500)}}`;
    expect(readImportFile(deep, catalog)).toMatchObject({ documents: [], problems: [{ code: 'too_deep' }] });
    expect(readImportFile('[', catalog)).toMatchObject({ problems: [{ code: 'not_json' }] });
  });
});

describe('makeTemplate', () => {
  const { documents } = readImportFile(pretty(draft([])), catalog);

  it('gives a template that can be read again', () => {
    const made = makeTemplate({ name: 'Größe & Co: A', summary: 'One.', workflows: documents, writes: ['ConnectWise: a ticket'] });
    expect(made).toMatchObject({ id: 'grosse-co-a', systems: ['salesforce', 'connectwise'], workflows: [{ name: 'Test' }] });
    expect(readTemplate(JSON.parse(JSON.stringify(made)))).toEqual({ template: made, problems: [] });
  });

  it('has an id whatever the name is', () => {
    expect(makeTemplate({ name: '日本', summary: 'x', workflows: documents, writes: [] }).id).toBe('exported-workflows');
  });
});
