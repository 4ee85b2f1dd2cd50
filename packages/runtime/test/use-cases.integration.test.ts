import { toManifest } from '@weft/connector-kit';
import { connectors } from '@weft/connectors';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { Catalog, ConnectorManifest, JsonValue, WorkflowDocument } from '@weft/workflow';
import { resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  actorOfToken,
  bootstrap,
  cancelRun,
  createConnection,
  createToken,
  createWorkflow,
  deleteConnection,
  deleteWorkflow,
  exportWorkflow,
  getRun,
  getWorkflow,
  importWorkflow,
  installTemplate,
  listConnections,
  listRuns,
  listTemplates,
  listVersions,
  listWorkflows,
  overview,
  publishWorkflow,
  renameWorkflow,
  replayRun,
  revokeToken,
  saveDraft,
  setWorkflowBindings,
  setWorkflowConfig,
  setWorkflowEnabled,
  startRun,
} from '../src/index.ts';
import type { Actor, Ctx, Role, WorkerClient } from '../src/index.ts';
import { createLogger } from '../src/index.ts';
import { refusingWorker } from './support/use-cases.ts';

process.env['WEFT_TEMPLATES_DIR'] = resolve(import.meta.dirname, '../../../templates');

const manifests = new Map(connectors.map((connector) => [connector.id, toManifest(connector) as ConnectorManifest]));
const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };

let fresh: Awaited<ReturnType<typeof freshDatabase>>;
let workspaceId: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  const log = createLogger({ process: 'test', level: 'error' });
  ({ workspaceId } = await bootstrap({ db: fresh.db, log, env: { WEFT_API_TOKEN: 'first-boot-token' } }));
});

afterAll(async () => {
  await fresh[Symbol.asyncDispose]();
});

/** A worker that keeps a connection as the real one does, without asking a vendor. */
function fakeWorker(): WorkerClient {
  return {
    ...refusingWorker(),
    createConnection: async ({ workspaceId: owner, connector, authScheme, name }) => {
      const row = await fresh.db.prisma.connection.create({
        data: {
          id: newId(),
          workspaceId: owner,
          connector,
          authScheme,
          name,
          publicValues: {},
          sealed: new Uint8Array([1]),
          keyId: 'k',
          status: 'ok',
        },
      });
      return { id: row.id, check: { ok: true, account: 'Test' }, saved: true };
    },
    deactivateTrigger: () => Promise.resolve(),
    wakeTriggers: () => Promise.resolve(),
  };
}

function ctxFor(role: Role, owner = workspaceId): Ctx {
  const actor: Actor = { workspaceId: owner, role, name: 'Ada', via: 'session' };
  return {
    db: fresh.db,
    queue: {
      backend: 'postgres',
      ring: () => Promise.resolve(),
      listen: () => Promise.resolve({ close: () => Promise.resolve() }),
      close: () => Promise.resolve(),
    },
    worker: fakeWorker(),
    actor,
    clock: { now: () => Date.now() },
    log: createLogger({ process: 'test', level: 'error' }),
    catalog: () => Promise.resolve(catalog),
  };
}

const hook: WorkflowDocument = {
  format: 'weft/workflow@1',
  name: 'Hook',
  config: { greeting: { title: 'Greeting', type: 'string', required: true } },
  slots: {},
  nodes: [
    { id: 'start', kind: 'trigger', connector: 'webhook', operation: 'received', input: {} },
    { id: 'hello', kind: 'map', fields: [{ to: 'text', from: '{{ config.greeting }} {{ trigger.body.name }}' }] },
  ],
  edges: [{ from: 'start', to: 'hello' }],
  settings: { businessKey: '{{ trigger.body.name }}' },
  layout: {},
};
const asJson = (document: WorkflowDocument): JsonValue => document as unknown as JsonValue;

describe('a workflow', () => {
  let ctx: Ctx;
  let id: string;

  beforeEach(async () => {
    ctx = ctxFor('admin');
    ({ id } = await createWorkflow(ctx, { name: 'Hook', document: asJson(hook) }));
  });

  test('is drafted, published, answered, switched on and off', async () => {
    await expect(setWorkflowEnabled(ctx, { id, enabled: true })).rejects.toMatchObject({ class: 'invalid', code: 'not_published' });
    expect(await publishWorkflow(ctx, { id })).toMatchObject({ version: 1 });
    await expect(setWorkflowEnabled(ctx, { id, enabled: true })).rejects.toMatchObject({
      code: 'workflow_incomplete',
      issues: [{ path: 'config.greeting', message: '“Greeting” needs an answer.' }],
    });
    await expect(setWorkflowConfig(ctx, { id, config: { greeting: 5, other: 'x' } })).rejects.toMatchObject({
      code: 'answers_invalid',
      issues: [{ path: 'config.greeting' }, { path: 'config.other' }],
    });
    await setWorkflowConfig(ctx, { id, config: { greeting: 'Hello' } });
    await setWorkflowEnabled(ctx, { id, enabled: true });
    const on = await getWorkflow(ctx, { id });
    expect(on).toMatchObject({ enabled: true, publishedVersion: 1, trigger: { mode: 'webhook' } });
    expect(on.trigger?.hookUrl).toMatch(/\/hooks\/[\w-]{22}$/);
    await setWorkflowEnabled(ctx, { id, enabled: false });
    expect((await getWorkflow(ctx, { id })).trigger).toBeNull();
    await setWorkflowEnabled(ctx, { id, enabled: true });
    expect((await getWorkflow(ctx, { id })).trigger?.hookUrl).toBe(on.trigger?.hookUrl);
  });

  test('keeps an unfinished draft, refuses to publish it with every finding, and refuses a save over somebody else’s', async () => {
    const { revision } = await getWorkflow(ctx, { id });
    const broken = {
      ...hook,
      nodes: [...hook.nodes, { id: 'bad', kind: 'map' as const, fields: [{ to: 'x', from: '{{ steps.nobody.x }} {{ trigger. }}' }] }],
    };
    const saved = await saveDraft(ctx, { id, document: asJson(broken), expectedRevision: revision });
    expect(saved.revision).toBe(revision + 1);
    expect(saved.problems.map(({ path }) => path)).toContain('nodes.bad.fields.0.from');
    await expect(publishWorkflow(ctx, { id })).rejects.toMatchObject({ class: 'invalid', code: 'workflow_invalid' });
    await expect(saveDraft(ctx, { id, document: asJson(hook), expectedRevision: revision })).rejects.toMatchObject({
      class: 'conflict',
      code: 'draft_changed',
    });
    expect((await exportWorkflow(ctx, { id })).nodes).toHaveLength(3);
  });

  test('is out of reach from another workspace, in every way', async () => {
    const stranger = ctxFor('admin', newId());
    for (const attempt of [
      () => getWorkflow(stranger, { id }),
      () => exportWorkflow(stranger, { id }),
      () => publishWorkflow(stranger, { id }),
      () => renameWorkflow(stranger, { id, name: 'x' }),
      () => saveDraft(stranger, { id, document: {}, expectedRevision: 1 }),
      () => setWorkflowEnabled(stranger, { id, enabled: true }),
      () => setWorkflowConfig(stranger, { id, config: {} }),
      () => setWorkflowBindings(stranger, { id, bindings: {} }),
      () => startRun(stranger, { workflowId: id, payload: {} }),
      () => listVersions(stranger, { id }),
      () => deleteWorkflow(stranger, { id }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ class: 'notFound', code: 'workflow_unknown' });
    }
    expect(await listWorkflows(stranger)).toEqual([]);
    expect((await listRuns(stranger)).runs).toEqual([]);
  });

  test('asks for the right role', async () => {
    const viewer = ctxFor('viewer');
    await getWorkflow(viewer, { id });
    await listWorkflows(viewer);
    await overview(viewer);
    for (const attempt of [
      () => publishWorkflow(viewer, { id }),
      () => setWorkflowEnabled(viewer, { id, enabled: true }),
      () => startRun(viewer, { workflowId: id, payload: {} }),
      () => deleteWorkflow(viewer, { id }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ class: 'auth', code: 'forbidden' });
    }
    await expect(publishWorkflow(ctxFor('operator'), { id })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      createConnection(ctxFor('builder'), { connector: 'salesforce', authScheme: 'clientCredentials', name: 'x', values: {} }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('runs by hand as draft and as version, is listed, found and replayed', async () => {
    await setWorkflowConfig(ctx, { id, config: { greeting: 'Hello' } });
    await expect(startRun(ctx, { workflowId: id, payload: {} })).rejects.toMatchObject({ code: 'not_published' });
    const draft = await startRun(ctx, { workflowId: id, payload: { body: { name: 'Acme 50%' } }, version: 'draft' });
    await publishWorkflow(ctx, { id });
    const run = await startRun(ctx, { workflowId: id, payload: { body: { name: 'Northwind' } } });
    const { runs, nextBefore } = await listRuns(ctx, { workflowId: id, limit: 1 });
    expect(runs).toMatchObject([
      { id: run.runId, version: 1, status: 'queued', businessKey: 'Northwind', workflowName: expect.stringContaining('Hook') as string },
    ]);
    expect((await listRuns(ctx, { workflowId: id, before: nextBefore ?? '' })).runs).toMatchObject([
      { id: draft.runId, version: null, origin: 'test' },
    ]);
    expect((await listRuns(ctx, { workflowId: id, search: '50%' })).runs.map((found) => found.id)).toEqual([draft.runId]);
    expect((await listRuns(ctx, { workflowId: id, status: ['failed'] })).runs).toEqual([]);
    expect(await getRun(ctx, { id: run.runId })).toMatchObject({
      run: { attention: 'Accepted; waits for a free worker.' },
      input: { body: { name: 'Northwind' } },
      steps: [],
    });
    const again = await replayRun(ctx, { id: draft.runId });
    expect((await getRun(ctx, { id: again.runId })).input).toEqual({ body: { name: 'Acme 50%' } });
    expect(await cancelRun(ctx, { id: run.runId })).toEqual({ requested: true });
    await expect(getRun(ctxFor('admin', newId()), { id: run.runId })).rejects.toMatchObject({ class: 'notFound' });
  });
});

describe('import', () => {
  const ctx = (): Ctx => ctxFor('builder');

  test.each([
    ['{ "format": "weft/workflow@1",\n  "name": }', /line 2, column 11/],
    ['{"format":"weft/workflow@9"}', /newer Weft/],
    ['[]', /JSON object/],
    ['{"__proto__": {"x": 1}}', /__proto__/],
    [`${'['.repeat(200)}${']'.repeat(200)}`, /deep/],
  ])('refuses %.30s with the place and the reason', async (text, message) => {
    await expect(importWorkflow(ctx(), { text })).rejects.toMatchObject({
      class: 'invalid',
      code: 'import_invalid',
      message: expect.stringMatching(message) as string,
    });
  });

  test('is not doubled when it comes again: unchanged it stays, changed it replaces the draft if that is wished', async () => {
    const first = asJson({
      ...hook,
      name: 'Comes again',
      nodes: [{ id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} }],
      edges: [],
    });
    const made = await importWorkflow(ctx(), { document: first });
    expect(made.outcome).toBe('created');
    const exported = await exportWorkflow(ctx(), { id: made.id });
    expect(await importWorkflow(ctx(), { text: JSON.stringify(exported) })).toMatchObject({ id: made.id, outcome: 'unchanged' });
    const changed = asJson({ ...exported, description: 'Better now' });
    expect(await importWorkflow(ctx(), { document: changed, sameName: 'update' })).toMatchObject({ id: made.id, outcome: 'updated' });
    expect((await getWorkflow(ctx(), { id: made.id })).draft).toMatchObject({ description: 'Better now' });
    const second = await importWorkflow(ctx(), { document: first });
    expect(second.outcome).toBe('created');
    expect((await getWorkflow(ctx(), { id: second.id })).name).toBe('Comes again (2)');
  });

  test('keeps HTML in names as plain text', async () => {
    const name = '<img src=x onerror=alert(1)> & "friends"';
    const made = await importWorkflow(ctx(), {
      document: asJson({
        ...hook,
        name,
        nodes: [{ id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {}, title: '<b>x</b>' }],
        edges: [],
      }),
    });
    expect((await getWorkflow(ctx(), { id: made.id })).name).toBe(name);
  });

  test('keeps a document whose connector is missing, and says so', async () => {
    const made = await importWorkflow(ctx(), {
      document: asJson({
        ...hook,
        name: 'Foreign',
        nodes: [{ id: 'start', kind: 'trigger', connector: 'acme', operation: 'x', input: {} }],
        edges: [],
      }),
    });
    expect(made.problems).toMatchObject([{ severity: 'error', path: 'nodes.start.connector', code: 'unknown_connector' }]);
  });
});

describe('templates and connections', () => {
  test('install with both accounts, once they are there', async () => {
    const ctx = ctxFor('admin');
    const template = (await listTemplates(ctx)).find(({ id }) => id === 'closed-won-to-connectwise');
    expect(template?.missingConnectors).toEqual([]);
    const templateId = template?.id ?? '';
    await expect(installTemplate(ctx, { templateId, bindings: {}, config: {}, enable: true })).rejects.toMatchObject({
      code: 'workflow_incomplete',
      issues: [{ path: 'bindings.crm' }, { path: 'bindings.psa' }],
    });
    await expect(
      createConnection(ctx, {
        connector: 'salesforce',
        authScheme: 'clientCredentials',
        name: 'CRM',
        values: { loginUrl: 'https://x.my.salesforce.com' },
      }),
    ).rejects.toMatchObject({ code: 'connection_invalid' });
    const values = Object.fromEntries(
      (manifests.get('salesforce')?.auth.find(({ id }) => id === 'clientCredentials')?.fields ?? []).map(({ name }) => [name, 'x']),
    );
    const crm = await createConnection(ctx, { connector: 'salesforce', authScheme: 'clientCredentials', name: 'CRM', values });
    const psaValues = Object.fromEntries((manifests.get('connectwise')?.auth[0]?.fields ?? []).map(({ name }) => [name, 'x']));
    const psa = await createConnection(ctx, {
      connector: 'connectwise',
      authScheme: manifests.get('connectwise')?.auth[0]?.id ?? '',
      name: 'PSA',
      values: psaValues,
    });
    await expect(installTemplate(ctx, { templateId, bindings: { crm: psa.id, psa: crm.id }, config: {} })).rejects.toMatchObject({
      code: 'workflow_incomplete',
    });
    const { workflowIds } = await installTemplate(ctx, {
      templateId,
      name: 'Won deals',
      bindings: { crm: crm.id, psa: psa.id },
      config: { board: 'Onboarding' },
      enable: true,
    });
    expect(await getWorkflow(ctx, { id: workflowIds[0] ?? '' })).toMatchObject({
      name: 'Won deals',
      enabled: true,
      publishedVersion: 1,
      templateId,
      bindings: { crm: crm.id, psa: psa.id },
      trigger: { mode: 'poll' },
    });
    expect((await listConnections(ctx)).find(({ id }) => id === crm.id)?.usedBy).toEqual([
      { workflowId: workflowIds[0], name: 'Won deals', enabled: true },
    ]);
    await expect(deleteConnection(ctx, { id: crm.id })).rejects.toMatchObject({ class: 'conflict', code: 'connection_used' });
    await deleteWorkflow(ctx, { id: workflowIds[0] ?? '' });
    expect(await deleteConnection(ctx, { id: crm.id })).toEqual({ deleted: true });
  });

  test('a template whose connector is missing is refused, naming it', async () => {
    const without: Catalog = {
      connector: (id) => (id === 'connectwise' ? undefined : manifests.get(id)),
      connectors: () => [...manifests.values()].filter(({ id }) => id !== 'connectwise'),
    };
    const ctx = { ...ctxFor('admin'), catalog: () => Promise.resolve(without) };
    await expect(installTemplate(ctx, { templateId: 'closed-won-to-connectwise', bindings: {}, config: {} })).rejects.toMatchObject({
      code: 'connector_missing',
      message: expect.stringContaining('connectwise') as string,
    });
  });
});

describe('tokens', () => {
  test('speak for their workspace until they are revoked; the one of the first boot works', async () => {
    const ctx = ctxFor('admin');
    expect(await actorOfToken(fresh.db, 'first-boot-token')).toMatchObject({ workspaceId, role: 'admin' });
    const { id, token } = await createToken(ctx, { name: 'CI', role: 'operator' });
    expect(await actorOfToken(fresh.db, token)).toMatchObject({ workspaceId, role: 'operator', via: 'token' });
    expect(await actorOfToken(fresh.db, `${token}x`)).toBeUndefined();
    await revokeToken(ctx, { id });
    expect(await actorOfToken(fresh.db, token)).toBeUndefined();
  });
});
