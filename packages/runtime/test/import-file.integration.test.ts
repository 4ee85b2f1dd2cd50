/** Files with one or several workflows: looked at before anything is made, taken in without doubling, given out again. */
import { readFile } from 'node:fs/promises';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { TEMPLATE_FORMAT } from '@weft/workflow';
import type { Template } from '@weft/workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  exportTemplate,
  exportWorkflow,
  getWorkflow,
  importFile,
  listWorkflows,
  previewImport,
  publishWorkflow,
  saveDraft,
} from '../src/index.ts';
import { adminOf, ctxOf } from './support/use-cases.ts';
import type { TestCtx } from './support/use-cases.ts';

const folder = new URL('../../../templates/', import.meta.url);
process.env['WEFT_TEMPLATES_DIR'] = folder.pathname;

let fresh: FreshDatabase;
let ctx: TestCtx;
let text: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  text = await readFile(new URL('invoice-overdue-to-task.json', folder), 'utf8');
});
afterAll(() => fresh[Symbol.asyncDispose]());
beforeEach(async () => {
  ctx = await adminOf(fresh.db);
});

const [OVERDUE, SETTLED] = [
  'Overdue ConnectWise invoices to Salesforce tasks',
  'Settled ConnectWise invoices close their Salesforce tasks',
];
const changed = (change: (template: Template) => void): string => {
  const template = JSON.parse(text) as Template;
  change(template);
  return JSON.stringify(template, null, 2);
};
const names = async (): Promise<string[]> => (await listWorkflows(ctx)).map(({ name }) => name).toSorted();
const outcomes = (kept: Awaited<ReturnType<typeof importFile>>): string[] => kept.workflows.map(({ outcome }) => outcome);

describe('a template file', () => {
  it('shows what it holds and asks for, and makes nothing yet', async () => {
    const { template, workflows, problems } = await previewImport(ctx, { text });
    expect(problems).toEqual([]);
    expect(template).toMatchObject({ id: 'invoice-overdue-to-task', needs: [{ slot: 'crm' }], writes: expect.any(Array) as unknown[] });
    expect(workflows.map(({ document, state }) => [document.name, state])).toEqual([
      [OVERDUE, 'new'],
      [SETTLED, 'new'],
    ]);
    expect(await names()).toEqual([]);
  });

  it('becomes its workflows as drafts that are off, and again makes nothing', async () => {
    const first = await importFile(ctx, { text });
    expect(outcomes(first)).toEqual(['created', 'created']);
    for (const { id } of first.workflows)
      expect(await getWorkflow(ctx, { id })).toMatchObject({
        enabled: false,
        publishedVersion: null,
        templateId: 'invoice-overdue-to-task',
      });
    expect((await previewImport(ctx, { text })).workflows.map(({ state }) => state)).toEqual(['same', 'same']);
    const again = await importFile(ctx, { text });
    expect(again.workflows).toEqual(first.workflows.map((kept) => ({ ...kept, outcome: 'unchanged' })));
    expect(await names()).toEqual([OVERDUE, SETTLED]);
  });

  it('changed, updates the draft of the one that differs and leaves what is published; or stands beside it', async () => {
    const [first] = (await importFile(ctx, { text })).workflows;
    await publishWorkflow(ctx, { id: first?.id ?? '' });
    const next = changed(({ workflows }) => Object.assign(workflows[0] ?? {}, { description: 'Better.' }));
    expect((await previewImport(ctx, { text: next })).workflows.map(({ state }) => state)).toEqual(['changed', 'same']);
    expect(outcomes(await importFile(ctx, { text: next, sameName: 'update' }))).toEqual(['updated', 'unchanged']);
    expect(await getWorkflow(ctx, { id: first?.id ?? '' })).toMatchObject({
      publishedVersion: 1,
      draft: { description: 'Better.' },
    });
    expect(outcomes(await importFile(ctx, { text, sameName: 'create' }))).toEqual(['created', 'unchanged']);
    expect(await names()).toEqual([OVERDUE, `${OVERDUE} (2)`, SETTLED]);
  });

  it.each<[string, (template: Template) => void, RegExp]>([
    [
      'a workflow of a wrong shape',
      ({ workflows }) => Object.assign(workflows[1] ?? {}, { nodes: 'none' }),
      /line \d+, workflows\.1\.nodes/,
    ],
    [
      'a newer format',
      (template) => Object.assign(template, { format: 'weft/template@2' }),
      /line 2, format\): The file was written by a newer Weft/,
    ],
    [
      'two workflows of one name',
      ({ workflows }) => Object.assign(workflows[1] ?? {}, { name: OVERDUE }),
      /Two workflows of this file are called/,
    ],
    ['no workflow', (template) => Object.assign(template, { workflows: [] }), /workflows/],
  ])('with %s makes none of its workflows', async (_what, change, message) => {
    await expect(importFile(ctx, { text: changed(change) })).rejects.toMatchObject({
      class: 'invalid',
      code: 'import_invalid',
      message: expect.stringMatching(message) as string,
    });
    expect(await names()).toEqual([]);
  });

  it('with a connector that is not here becomes a draft, and says on which line', async () => {
    const foreign = changed(({ workflows }) => Object.assign(workflows[0]?.nodes[1] ?? {}, { connector: 'acme' }));
    const { problems } = await importFile(ctx, { text: foreign });
    expect(problems).toMatchObject([
      { code: 'unknown_connector', path: expect.stringMatching(/^workflows\.0\.nodes\.\w+\.connector$/) as string },
    ]);
    expect(foreign.split('\n')[(problems[0]?.line ?? 0) - 1]).toContain('"connector": "acme"');
    expect(await names()).toEqual([OVERDUE, SETTLED]);
  });

  it('is taken in by builders only; viewers may look at it', async () => {
    const viewer = ctxOf(fresh.db, { ...ctx.actor, role: 'viewer' });
    expect((await previewImport(viewer, { text })).workflows).toHaveLength(2);
    await expect(importFile(viewer, { text })).rejects.toMatchObject({ class: 'auth', code: 'forbidden' });
  });
});

describe('an exported template file', () => {
  it('holds the drafts of the chosen workflows and what they need, and comes in again unchanged', async () => {
    const { workflows } = await importFile(ctx, { text });
    const file = await exportTemplate(ctx, { workflowIds: workflows.map(({ id }) => id), name: 'Billing alerts', summary: 'Two of them.' });
    expect(file).toMatchObject({
      format: TEMPLATE_FORMAT,
      id: 'billing-alerts',
      name: 'Billing alerts',
      summary: 'Two of them.',
      systems: ['salesforce', 'connectwise'],
      writes: [expect.stringMatching(/^Salesforce: /) as string, expect.stringMatching(/^ConnectWise PSA: /) as string],
      needs: [{ slot: 'crm', fields: expect.arrayContaining([expect.objectContaining({ name: 'CW_Invoice_Key__c' })]) as unknown[] }],
    });
    expect(outcomes(await importFile(ctx, { text: JSON.stringify(file) }))).toEqual(['unchanged', 'unchanged']);
    const elsewhere = await adminOf(fresh.db);
    expect(outcomes(await importFile(elsewhere, { text: JSON.stringify(file) }))).toEqual(['created', 'created']);
  });

  it('asks only for the fields that are still used', async () => {
    const { workflows } = await importFile(ctx, { text });
    const [, settled] = workflows;
    const { needs } = await exportTemplate(ctx, { workflowIds: [settled?.id ?? ''], name: 'Settled', summary: '' });
    expect(needs[0]?.fields.map(({ name }) => name)).toContain('CW_Open_Balance__c');
    const { draft, revision } = await getWorkflow(ctx, { id: settled?.id ?? '' });
    const without = JSON.parse(JSON.stringify(draft).replaceAll('CW_Open_Balance__c', 'Open__c')) as never;
    await saveDraft(ctx, { id: settled?.id ?? '', document: without, expectedRevision: revision });
    const again = await exportTemplate(ctx, { workflowIds: [settled?.id ?? ''], name: 'Settled', summary: '' });
    expect(again.needs[0]?.fields.map(({ name }) => name)).not.toContain('CW_Open_Balance__c');
  });

  it('holds no account and no answer', async () => {
    const { workflows } = await importFile(ctx, { text });
    const id = workflows[0]?.id ?? '';
    await fresh.db.prisma.workflow.update({ where: { id }, data: { config: { timezone: 'Secret/Zone' }, bindings: { crm: id } } });
    const file = JSON.stringify(await exportTemplate(ctx, { workflowIds: [id], name: 'x', summary: '' }));
    expect(file).not.toContain('Secret/Zone');
    expect(file).not.toContain(id);
    expect(JSON.stringify(await exportWorkflow(ctx, { id }))).not.toContain('Secret/Zone');
  });

  it('is not made of nothing, of what cannot be read, or of another workspace’s', async () => {
    await expect(exportTemplate(ctx, { workflowIds: [], name: 'x' })).rejects.toMatchObject({ code: 'nothing_chosen' });
    const { workflows } = await importFile(ctx, { text });
    const stranger = await adminOf(fresh.db);
    await expect(exportTemplate(stranger, { workflowIds: [workflows[0]?.id ?? ''], name: 'x' })).rejects.toMatchObject({
      class: 'notFound',
    });
    const id = workflows[0]?.id ?? '';
    await saveDraft(ctx, { id, document: { format: 'weft/workflow@1', name: 'Broken', nodes: 'none' }, expectedRevision: 1 });
    await expect(exportTemplate(ctx, { workflowIds: [id], name: 'x' })).rejects.toMatchObject({
      class: 'invalid',
      code: 'workflow_invalid',
    });
  });
});
