import { expect, it } from 'vitest';
import { readImport } from './read-import.ts';

it('tells name, size and the accounts a workflow needs', () => {
  const text = JSON.stringify({
    name: 'Won to ticket',
    nodes: [{}, {}],
    slots: { crm: { connector: 'salesforce' }, crm2: { connector: 'salesforce' }, psa: { connector: 'connectwise' } },
  });
  expect(readImport(text)).toEqual({ name: 'Won to ticket', nodes: 2, needs: ['salesforce', 'connectwise'] });
});

it.each(['', '{', '[]', 'null', '3'])('gives nothing for %j', (text) => expect(readImport(text)).toBeUndefined());

it('survives slots of a wrong shape', () =>
  expect(readImport('{"slots":{"a":null}}')).toEqual({ name: 'Workflow without a name', nodes: 0, needs: [] }));
