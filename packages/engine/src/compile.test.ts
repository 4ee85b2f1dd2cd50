import { isWeftError } from '@weft/errors';
import type { WorkflowDocument } from '@weft/workflow';
import { expect, test } from 'vitest';
import { START, connector, documentOf } from '../test/run-document.ts';
import { compileWorkflow } from './compile.ts';

function issuesOf(document: WorkflowDocument): readonly { path: string; message: string }[] {
  try {
    compileWorkflow(document);
  } catch (thrown) {
    if (isWeftError(thrown) && thrown.class === 'invalid') return thrown.issues ?? [];
    throw thrown;
  }
  return [];
}

test('members of each container stand behind those they depend on', () => {
  const nodes = [
    connector('c'),
    { id: 'each', kind: 'loop', items: [] },
    connector('z', { parent: 'each' }),
    connector('y', { parent: 'each' }),
    connector('b'),
  ];
  const program = compileWorkflow(documentOf(nodes, ['b > c', 'start > b', 'c > each', 'y > z']));
  expect(program.order).toEqual(
    new Map([
      [undefined, ['start', 'b', 'c', 'each']],
      ['each', ['y', 'z']],
    ]),
  );
  expect(program.nodes.get('b')).toMatchObject({ incoming: [{ from: 'start', to: 'b' }], wiredPorts: new Set(['next']) });
});

test('conditions may stand with or without braces', () => {
  const cases = [
    { port: 'a', label: 'A', when: 'trigger.n = 1' },
    { port: 'b', label: 'B', when: '{{ trigger.n = 2 }}' },
  ];
  expect(issuesOf(documentOf([{ id: 'way', kind: 'branch', cases }], ['start > way']))).toEqual([]);
});

test.each([
  ['a circle', [connector('a'), connector('b')], ['start > a', 'a > b', 'b > a'], 'edges', 'Some nodes lead in a circle.'],
  ['an edge to nowhere', [connector('a')], ['start > a', 'a > ghost'], 'edges.1', 'An edge refers to “ghost”, which does not exist.'],
  ['an edge from nowhere', [connector('a')], ['start > a', 'ghost > a'], 'edges.1', 'An edge refers to “ghost”, which does not exist.'],
  [
    'a parent that is no loop',
    [connector('a'), connector('b', { parent: 'a' })],
    ['start > a'],
    'nodes.b.parent',
    '“b” belongs to “a”, which is no loop of this workflow.',
  ],
  ['two nodes of one name', [connector('a'), connector('a')], ['start > a'], 'nodes.a', 'Two nodes are called “a”.'],
  [
    'a loop inside itself',
    [{ id: 'each', kind: 'loop', items: [], parent: 'each' }],
    [],
    'nodes.each.parent',
    '“each” stands inside itself.',
  ],
  [
    'an edge into a loop',
    [{ id: 'each', kind: 'loop', items: [] }, connector('a', { parent: 'each' })],
    ['start > a'],
    'edges.0',
    'The edge from “start” to “a” crosses the border of a loop.',
  ],
])('refuses %s', (_, nodes, edges, path, message) => {
  expect(issuesOf(documentOf(nodes, edges))).toContainEqual({ path, message });
});

test('locates an expression that cannot be read', () => {
  expect(issuesOf(documentOf([connector('a', { input: { x: '{{ trigger. }}' } })], ['start > a']))[0]?.path).toBe('nodes.a.input');
});

test('refuses a document that nothing starts', () => {
  const document = documentOf([connector('a')], []);
  expect(issuesOf({ ...document, nodes: document.nodes.filter(({ id }) => id !== START.id) })).toEqual([
    { path: 'nodes', message: 'Nothing starts this workflow.' },
  ]);
});
