import { isWeftError } from '@weft/errors';
import { expect, it } from 'vitest';
import { draft, edges, map } from '../../test/sample.ts';
import { VERSION_UNREADABLE, readVersion } from './read-version.ts';

const paged = {
  id: 'contacts',
  kind: 'loop',
  pages: { connector: 'salesforce', operation: 'findRecords', slot: 'crm', input: { object: 'Contact' } },
};
const inside = { ...map('name', '{{ item.Name }}'), parent: 'contacts' };
const wires = edges('won > contacts');

/** What a worker says of a version, or `read`. */
function said(value: unknown): string {
  try {
    readVersion(value);
    return 'read';
  } catch (thrown) {
    if (!isWeftError(thrown) || thrown.class !== 'invalid' || thrown.code !== VERSION_UNREADABLE) throw thrown;
    return thrown.message.replace('The worker cannot run this version of “Test”, which was published by another build of Weft: ', '… ');
  }
}

it('reads what was published, with its defaults', () => {
  expect(readVersion(draft([paged, inside], wires)).nodes).toMatchObject([
    { id: 'won', input: {} },
    { id: 'contacts', concurrency: 1, onItemError: 'stop', pages: paged.pages },
    { id: 'name' },
  ]);
});

it.each([
  ['a member of a node', draft([{ ...paged, batch: 50 }, inside], wires), '… it does not know “batch” of the node “contacts”.'],
  [
    'a member within a member',
    draft([{ ...paged, pages: { ...paged.pages, order: 'newest' } }, inside], wires),
    '… it does not know “order” of the node “contacts”.',
  ],
  ['a kind', draft([{ id: 'both', kind: 'parallel' }], edges('won > both')), '… it does not know the kind "parallel" of the node “both”.'],
  ['a member of the document', draft([], [], { schedule: {} }), '… it does not know “schedule”.'],
  ['a setting', draft([], [], { settings: { priority: 1 } }), '… it does not know “priority” at settings.'],
  [
    'a choice',
    draft([{ ...paged, onItemError: 'skip' }, inside], wires),
    expect.stringMatching(/^… it does not know what stands at nodes\.contacts\.onItemError \(.*"continue"/),
  ],
  [
    'a format',
    draft([], [], { format: 'weft/workflow@2' }),
    '… it does not know the format "weft/workflow@2"; it knows “weft/workflow@1”.',
  ],
  [
    'what is no document',
    'hello',
    'The worker cannot run this version, which was published by another build of Weft: it does not know the format null; it knows “weft/workflow@1”.',
  ],
])('refuses %s that it does not know, by its name', (_, value, sentence) => {
  expect(said(value)).toEqual(sentence);
});

it('refuses any member that nobody knows, wherever it stands', () => {
  const document = readVersion(draft([paged, inside, map('after', '{{ steps.contacts.count }}')], wires));
  const refused = objectsOf(document).filter((object) => {
    object['fromLater'] = 1;
    const sentence = said(document);
    delete object['fromLater'];
    return sentence.includes('“fromLater”');
  });
  // The document, its settings, each node, the pages, the rows of both maps, the edge, and both slots.
  expect(refused).toHaveLength(1 + 1 + 4 + 1 + 2 + 1 + 2);
  expect(said(document)).toBe('read');
});

/** The objects of a document that the schema gives their members; those of records are anybody's. */
function objectsOf(value: unknown, name = ''): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap((one) => objectsOf(one, 'list'));
  if (typeof value !== 'object' || value === null || ['input', 'config', 'layout'].includes(name)) return [];
  const own = name === 'slots' ? [] : [value as Record<string, unknown>];
  return [...own, ...Object.entries(value).flatMap(([key, member]) => objectsOf(member, key))];
}
