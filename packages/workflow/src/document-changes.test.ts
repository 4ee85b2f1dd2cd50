import { describe, expect, it } from 'vitest';
import { catalog, draft, edges, map } from '../test/sample.ts';
import { behavesAlike, canonicalJson } from './canonical.ts';
import { workflowSchema } from './document.ts';
import type { WorkflowDocument } from './document.ts';
import { workflowJsonSchema } from './json-schema.ts';
import { portsOf, resolvedOf, summaryOf, titleOf } from './nodes/index.ts';
import { renameNode } from './rename.ts';
import { missingConnectors, readTemplate } from './template.ts';
import { validateWorkflow } from './validate/validate.ts';

const parse = (input: unknown): WorkflowDocument => workflowSchema.parse(input);

describe('renameNode', () => {
  const before = parse(
    draft(
      [
        { id: 'list', kind: 'loop', items: '{{ steps.a.rows }}' },
        map('a', 'A steps.a text is no reference'),
        map('b', { x: ['{{ steps.a.name & steps.`a`.`zip code` & steps.ab.c }}', 'open {{ steps.a'] }),
        map('inner', '{{ steps.a.id }}', { parent: 'list' }),
        {
          id: 'fork',
          kind: 'branch',
          cases: [
            { port: 'a', label: 'a', when: 'steps.a.ok = true' },
            { port: 'y', label: 'y', when: '{{ steps.a.ok }}' },
            { port: 'z', label: 'z', when: 'steps.a +' },
          ],
        },
      ],
      edges('won > a', 'a > b', 'fork:a > b'),
      { layout: { a: [1, 2], b: [3, 4] } },
    ),
  );

  it('follows the id everywhere it is meant, and nowhere else', () => {
    expect(renameNode(before, 'a', 'account')).toEqual(
      parse(
        draft(
          [
            { id: 'list', kind: 'loop', items: '{{ steps.account.rows }}' },
            map('account', 'A steps.a text is no reference'),
            map('b', { x: ['{{ steps.account.name & steps.account.`zip code` & steps.ab.c }}', 'open {{ steps.a'] }),
            map('inner', '{{ steps.account.id }}', { parent: 'list' }),
            {
              id: 'fork',
              kind: 'branch',
              cases: [
                { port: 'a', label: 'a', when: 'steps.account.ok = true' },
                { port: 'y', label: 'y', when: '{{ steps.account.ok }}' },
                { port: 'z', label: 'z', when: 'steps.a +' },
              ],
            },
          ],
          edges('won > account', 'account > b', 'fork:a > b'),
          { layout: { account: [1, 2], b: [3, 4] } },
        ),
      ),
    );
  });

  it('takes the members of a loop along, and leads back', () => {
    const renamed = renameNode(before, 'list', 'each');
    expect(renamed.nodes.filter(({ parent }) => parent !== undefined).map(({ id, parent }) => [id, parent])).toEqual([['inner', 'each']]);
    expect(renameNode(renamed, 'each', 'list')).toEqual(before);
  });
});

describe('canonicalJson', () => {
  it('is the same for the same meaning, and valid JSON', () => {
    const one = canonicalJson({ b: [{ d: 1, c: 2 }], a: null });
    expect(one).toBe('{\n  "a": null,\n  "b": [\n    {\n      "c": 2,\n      "d": 1\n    }\n  ]\n}\n');
    expect(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] })).toBe(one);
  });

  it('keeps a document as it is', () => {
    const document = parse(draft([map('a')], edges('won > a')));
    expect(parse(JSON.parse(canonicalJson(document)))).toEqual(document);
  });
});

it('positions and notes do not change how a workflow behaves, fields do', () => {
  const plain = parse(draft([map('a')]));
  expect(behavesAlike(plain, parse(draft([map('a', 'x', { notes: 'Hm' })], [], { layout: { a: [5, 5] } })))).toBe(true);
  expect(behavesAlike(plain, parse(draft([map('a', 'y')])))).toBe(false);
});

describe('templates', () => {
  const file = (workflow: object, more: object = {}): object => ({
    format: 'weft/template@1',
    id: 'won-deal',
    name: 'Won',
    summary: 'A won deal makes a ticket.',
    category: 'Sales',
    systems: ['salesforce', 'hubspot'],
    workflows: [workflow],
    ...more,
  });

  it('reads a template and names connectors that are not here', () => {
    const { template, problems } = readTemplate(file(draft([{ id: 'post', kind: 'connector', connector: 'slack', operation: 'post' }])));
    expect(problems).toEqual([]);
    expect(template === undefined ? undefined : missingConnectors(template, catalog)).toEqual(['hubspot', 'slack']);
  });

  it('says what is wrong, by workflow and node', () => {
    expect(readTemplate(file(draft([{ id: 'a', kind: 'map', fields: 'none' }]), { summary: undefined, colour: 'red' }))).toEqual({
      problems: [
        { severity: 'error', path: 'summary', code: 'wrong_type', message: 'It is missing; a text is needed.' },
        { severity: 'error', path: 'workflows.0.nodes.a.fields', code: 'wrong_type', message: 'It has to be a list.' },
        { severity: 'error', path: 'colour', code: 'unknown_member', message: '“colour” is not known here; remove it.' },
      ],
    });
  });

  it.each([
    [
      { format: 'weft/template@2' },
      'The file was written by a newer Weft (weft/template@2); this one reads weft/template@1. Update Weft first.',
    ],
    [null, 'This is no template: "format" is missing and should be "weft/template@1".'],
  ])('refuses another format: %j', (input, message) => {
    expect(readTemplate(input)).toEqual({ problems: [{ severity: 'error', path: 'format', code: 'unknown_format', message }] });
  });

  it('refuses names that reach a prototype', () => {
    expect(readTemplate(JSON.parse('{"format":"weft/template@1","__proto__":{}}'))).toMatchObject({
      problems: [{ path: '__proto__', code: 'forbidden_key' }],
    });
  });
});

describe('node kinds', () => {
  const document = parse(
    draft([
      map('company', 'x', { target: { slot: 'psa', object: 'company' } }),
      { id: 'get', kind: 'connector', connector: 'salesforce', operation: 'getRecord', title: 'Fetch' },
      { id: 'lost', kind: 'connector', connector: 'gone', operation: 'doIt' },
      { id: 'fork', kind: 'branch', cases: [{ port: 'big', label: 'Big', when: 'true' }] },
      { id: 'each', kind: 'loop', items: '{{ trigger.l }}' },
      { id: 'end', kind: 'stop', outcome: 'skipped', message: 'Not ours' },
    ]),
  );

  it('have a title, a line and ports', () => {
    expect(
      document.nodes.map((node) => [
        titleOf(node, catalog),
        summaryOf(node, catalog),
        portsOf(node)
          .map(({ id, kind }) => `${id}/${kind}`)
          .join(' '),
      ]),
    ).toEqual([
      ['Record changed', 'in Salesforce', 'next/next'],
      ['Map to company', '1 field', 'next/next error/error'],
      ['Fetch', 'in Salesforce', 'next/next error/error'],
      ['doIt', 'in gone', 'next/next error/error'],
      ['Branch', 'Takes one way or the other', 'big/case otherwise/otherwise'],
      ['For each item', 'One at a time', 'next/next error/error'],
      ['Skip', 'Not ours', ''],
    ]);
  });

  it('tell what the engine resolves', () => {
    expect(document.nodes.map((node) => resolvedOf(node).map(({ path }) => path))).toEqual([
      ['input'],
      ['fields.0.from'],
      ['input'],
      ['input'],
      ['cases.0.when'],
      ['items'],
      ['message'],
    ]);
  });
});

describe('the published JSON Schema', () => {
  it('is current (write it anew with vitest -u)', async () => {
    await expect(`${JSON.stringify(workflowJsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../workflow.schema.json');
  });

  it('asks of a document what the parser asks', () => {
    const { required, properties } = workflowJsonSchema() as { required: string[]; properties: Record<string, unknown> };
    expect(required).toEqual(['format', 'name']);
    expect(Object.keys(properties)).toEqual(Object.keys(workflowSchema.shape));
    expect(validateWorkflow({ format: 'weft/workflow@1', name: 'n' }, catalog).document).toBeDefined();
  });
});
