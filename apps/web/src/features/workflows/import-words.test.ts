import { expect, it } from 'vitest';
import { importActs, importedWords, sizeWords } from './import-words.ts';
import type { ImportData } from './import-words.ts';

type State = ImportData['workflows'][number]['state'];
const file = (...states: State[]): ImportData =>
  ({
    template: null,
    problems: [],
    workflows: states.map((state, index) => ({ state, document: { name: `Flow ${index}` } })),
  }) as unknown as ImportData;

it.each<[State[], string | undefined, string | undefined]>([
  [[], undefined, undefined],
  [['new'], 'Create “Flow 0”', undefined],
  [['changed'], 'Update “Flow 0”', 'Create a second one'],
  [['same'], 'Open, nothing to do', undefined],
  [['same', 'same'], 'Open, nothing to do', undefined],
  [['new', 'new'], 'Create 2 workflows', undefined],
  [['same', 'new'], 'Create 1 workflow', undefined],
  [['changed', 'same'], 'Update 1 workflow', 'Create 1 workflow beside'],
  [['changed', 'new'], 'Update 1, create 1', 'Create 2 workflows beside'],
])('offers for %j: %s, %s', (states, main, other) => {
  const acts = importActs(file(...states));
  expect([acts?.main.label, acts?.other?.label]).toEqual([main, other]);
});

it('tells what was kept', () => {
  expect(importedWords([{ outcome: 'unchanged' }, { outcome: 'unchanged' }])).toBe(
    'It is here already, word for word; nothing was changed.',
  );
  expect(importedWords([{ outcome: 'created' }, { outcome: 'updated' }, { outcome: 'created' }])).toBe(
    '2 workflows created, 1 workflow updated. Nothing was turned on.',
  );
});

it('writes sizes for people', () => expect([900, 42_400, 4_200_000].map(sizeWords)).toEqual(['900 bytes', '42 kB', '4.2 MB']));
