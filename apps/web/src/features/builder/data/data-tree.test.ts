import { describe, expect, it } from 'vitest';
import { makeDocument, step, trigger, branch } from '../../canvas/document/document.fixture.ts';
import { previewOf, rowKey, rowsOf, trailOf, typeOf, visibleRows } from './data-tree.ts';
import { fieldName, pathParts, pathText } from './describe-path.ts';
import { certainlyBefore, earlierNodes } from './sources.ts';

const source = {
  root: 'steps.account',
  title: 'Account',
  value: { record: { Name: 'Acme', Owner: { Email: 'a@b.co' }, Rows: [{ Id: 1 }, { Id: 2 }], 'Odd key': null } },
  schema: {
    type: 'object',
    properties: {
      record: {
        type: 'object',
        title: 'Record',
        properties: { Name: { type: 'string', title: 'Account name' }, Website: { type: 'string' } },
      },
    },
  },
};
const rows = rowsOf(source);
const texts = rows.map((row) => pathText(row.source.root, row.path));

describe('the tree of sample data', () => {
  it('holds every value with a path that can be inserted, and what only the schema knows', () => {
    expect(texts).toEqual([
      'steps.account.record',
      'steps.account.record.Name',
      'steps.account.record.Owner',
      'steps.account.record.Owner.Email',
      'steps.account.record.Rows',
      'steps.account.record.Rows[0]',
      'steps.account.record.Rows[0].Id',
      'steps.account.record.Rows[1]',
      'steps.account.record.Rows[1].Id',
      'steps.account.record.`Odd key`',
      'steps.account.record.Website',
    ]);
    expect(rows.find((row) => row.path.at(-1) === 'Name')).toMatchObject({ label: 'Account name', type: 'text', depth: 1 });
    expect(rows.find((row) => row.path.at(-1) === 'Website')).toMatchObject({ type: 'text', value: undefined });
  });

  it('shows the schema alone before there is a sample', () => {
    expect(rowsOf({ ...source, value: undefined }).map((row) => row.path.join('.'))).toEqual(['record', 'record.Name', 'record.Website']);
  });

  it('opens step by step, and finds by name and by value', () => {
    expect(visibleRows(rows, { query: '', open: new Set() })).toHaveLength(1);
    expect(visibleRows(rows, { query: '', open: new Set([rowKey({ source, path: ['record'] })]) })).toHaveLength(6);
    expect(visibleRows(rows, { query: 'ACME', open: new Set() }).map((row) => row.path.join('.'))).toEqual(['record.Name']);
    const found = visibleRows(rows, { query: 'email', open: new Set() });
    expect(found.map((row) => trailOf(row))).toEqual(['record · Owner']);
  });

  it('tells kinds of values apart and shortens them', () => {
    expect([typeOf('2026-11-20'), typeOf('a@b.co'), typeOf('https://x.y'), typeOf(''), typeOf([]), typeOf(3)]).toEqual([
      'date',
      'email',
      'link',
      'empty',
      'list',
      'number',
    ]);
    expect(previewOf('line\nbreak')).toBe('line ⏎ break');
    expect(previewOf('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(previewOf([1, 2])).toBe('2 items');
  });
});

describe('paths', () => {
  it('are taken apart, envelopes left out of their names', () => {
    expect(pathParts('steps.account.record.`Odd key`[0]')).toEqual({ root: 'steps', nodeId: 'account', keys: ['record', 'Odd key', '0'] });
    expect(pathParts('$sum(trigger.a)')).toBeUndefined();
    expect(fieldName(['record', 'Owner', 'Name'])).toBe('Owner.Name');
    expect(fieldName(['record'])).toBe('record');
  });
});

describe('what comes before', () => {
  const document = makeDocument(
    [trigger, branch, step('a'), step('b'), { id: 'each', kind: 'loop', items: '' }, step('in', { parent: 'each' })],
    ['start>fork', 'fork:yes>a', 'a>each', 'fork:no>each', 'each>b'],
  );

  it('is listed nearest first, from inside a loop too', () => {
    expect(earlierNodes(document, 'b').map((one) => one.node.id)[0]).toBe('each');
    const inside = earlierNodes(document, 'in').map((one) => one.node.id);
    expect(inside).toContain('start');
    expect(inside).not.toContain('b');
  });

  it('is certain only on every way', () => {
    expect([...certainlyBefore(document, 'b')].sort()).toEqual(['each', 'fork', 'start']);
  });
});
