import { describe, expect, it } from 'vitest';
import { catalog, edgesOf, makeDocument, step, trigger } from '../canvas/document/document.fixture.ts';
import { holeAround, holesOf } from './fields/holes.ts';
import { pillFace, shortName } from './fields/pill-face.ts';
import { locate } from './json/locate.ts';
import { suggest } from './mapping/suggest.ts';
import { rowsOf } from './data/data-tree.ts';
import { addOffer, camelCase } from './palette/make-node.ts';
import { connectorGroups, likelyAfter, LOGIC_OFFERS, searchItems } from './palette/offers.ts';
import { staticScope } from './preview/static-samples.ts';
import { fieldProblems, marksOf } from './state/findings.ts';

const document = makeDocument([trigger, step('account', { title: 'Get account' }), step('other')], ['start>account']);

describe('adding from the palette', () => {
  it('makes a node with the connector’s slot and initial values', () => {
    const empty = { ...makeDocument([], []), slots: {} };
    const made = addOffer(
      empty,
      { kind: 'trigger', connector: 'crm', operation: 'changed' },
      { catalog, place: { at: 'canvas', point: { x: 0, y: 0 } } },
    );
    const next = addOffer(
      made.document,
      { kind: 'connector', connector: 'crm', operation: 'get' },
      { catalog, place: { at: 'port', from: made.id, fromPort: 'next' } },
    );
    expect(next.document.nodes.at(-1)).toMatchObject({ id: 'get', slot: 'crm', input: { limit: 10 } });
    expect(edgesOf(next.document)).toEqual([`${made.id}>get`]);
    expect(next.document.slots).toEqual({ crm: { connector: 'crm', title: 'CRM' } });
  });

  it('finds offers, those whose title begins with the words first', () => {
    const all = [...LOGIC_OFFERS, ...connectorGroups(catalog, 'action').flatMap((group) => group.items)];
    expect(searchItems(all, 'rec cre')[0]?.title).toBe('Create record');
    expect(searchItems(all, 'loop').map((item) => item.title)).toEqual(['Loop']);
    expect(likelyAfter(document, catalog, 'account').map((item) => item.title)).toEqual(['Create record']);
    expect([camelCase('Find or create'), camelCase('2nd'), camelCase('!!')]).toEqual(['findOrCreate', 'nd', 'step']);
  });
});

describe('pills', () => {
  const context = { document, catalog, earlier: new Set(['account', 'other']), certain: new Set(['account']) };

  it('find closed holes and the one around the cursor', () => {
    expect(holesOf('a {{ x }} b {{ {"k": "}}"} }} {{ open').map((hole) => hole.expression)).toEqual(['x', '{"k": "}}"}']);
    expect(holeAround('a {{ x }}', 6)).toEqual({ start: 4 });
    expect(holeAround('a {{ x }} b', 10)).toBeUndefined();
    expect(holeAround('a {{ x', 6)).toEqual({ start: 4 });
  });

  it('tell where a value comes from and whether it is there', () => {
    expect(pillFace('steps.account.record.Name', context)).toMatchObject({ tone: 'data', source: 'Account', field: 'Name' });
    expect(pillFace('steps.other.x', context).tone).toBe('maybe');
    expect(pillFace('steps.gone.x', context).tone).toBe('gone');
    expect(pillFace('$round(trigger.amount, 2)', context)).toMatchObject({ tone: 'function', source: '$round', field: 'amount' });
    expect(pillFace('item.name', context)).toMatchObject({ source: 'Item', field: 'name' });
    expect([shortName('Find or create contact'), shortName('Opportunity is won')]).toEqual(['Contact', 'Opportunity']);
  });
});

describe('suggesting a mapping', () => {
  const fields = [
    { name: 'name', label: 'Name', type: 'text', required: true },
    { name: 'phoneNumber', label: 'Phone number', type: 'text', required: false },
    { name: 'city', label: 'City', type: 'text', required: false },
    { name: 'revenue', label: 'Annual revenue', type: 'number', required: false },
    { name: 'id', label: 'Id', type: 'number', required: false, readOnly: true },
  ] as const;
  const rows = rowsOf({
    root: 'steps.a',
    title: 'A',
    value: { record: { Name: 'Acme', Phone: '1', BillingCity: 'Bristol', AnnualRevenue: 5, Id: 'x', Colour: 'red' } },
  });

  it('goes by name and label, leaves out what is mapped, and never writes what cannot be written', () => {
    const found = Object.fromEntries(suggest(fields, new Set(['name']), rows).map((one) => [one.to, one.row.path.at(-1)]));
    expect(found).toEqual({ phoneNumber: 'Phone', city: 'BillingCity', revenue: 'AnnualRevenue' });
  });
});

describe('samples', () => {
  it('take what a run gave before what the connectors show', () => {
    const shown = staticScope({ document, catalog, config: {} });
    expect(shown.trigger).toEqual({ record: { Name: 'Acme' } });
    expect(shown.steps['account']).toEqual({ record: { Name: 'Acme' } });
    const ran = staticScope({
      document,
      catalog,
      config: {},
      run: {
        input: { record: { Name: 'Real' } },
        steps: [
          { nodeId: 'account', status: 'succeeded', output: { record: { Name: 'Read' } } },
          { nodeId: 'other', status: 'failed' },
        ],
      },
    });
    expect(ran.trigger).toEqual({ record: { Name: 'Real' } });
    expect(ran.steps['account']).toEqual({ record: { Name: 'Read' } });
  });
});

describe('findings', () => {
  const findings = [
    { severity: 'warning', path: 'nodes.account.input.id', code: 'w', message: 'W', nodeId: 'account' },
    { severity: 'error', path: 'nodes.account.input.object', code: 'e', message: 'E', nodeId: 'account' },
    { severity: 'error', path: '', code: 'e', message: 'All', nodeId: undefined },
  ] as const;

  it('mark nodes with the worst, and fields with their own', () => {
    expect([...marksOf(findings)]).toEqual([['account', { level: 'error', message: 'E' }]]);
    expect(fieldProblems(findings, 'account').map((one) => one.field)).toEqual(['id', 'object']);
  });

  it('are found in the text', () => {
    const text = JSON.stringify({ name: 'a "b"', nodes: [{ id: 'x' }, { id: 'y', input: { list: [1, 2] } }] }, null, 2);
    const line = (path: readonly (string | number)[]) => text.split('\n')[locate(text, path) - 1]?.trim();
    expect(line(['nodes', 1, 'id'])).toBe('"id": "y",');
    expect(line(['nodes', 1, 'input', 'list', 1])).toBe('2');
    expect(line(['nodes', 1, 'missing'])).toBe('{');
  });
});
