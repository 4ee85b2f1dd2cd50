/**
 * The REST API as a client meets it: requests in, answers out, a real database behind. Every answer is also held against
 * the schema that the OpenAPI document promises.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { PERMISSIONS, ROLES, bootstrap, createLogger } from '@weft/runtime';
import type { WorkerClient } from '@weft/runtime';
import type { ConnectorManifest } from '@weft/workflow';
import { ROUTES } from '../src/server/rest/v1/routes.ts';
import { handleRest } from '../src/server/rest/v1/handle.ts';
import { GET as getHealth } from '../src/app/api/health/route.ts';
import { GET as getReady } from '../src/app/api/ready/route.ts';

vi.mock('server-only', () => ({}));

const ADMIN = 'the-token-of-the-first-boot';

const resources = vi.hoisted(() => {
  const kept: { worker?: unknown; database?: { close(): Promise<void> }; queue?: Promise<{ close(): Promise<void> }> } = {};
  (globalThis as { weftResources?: unknown }).weftResources = kept;
  return kept;
});

let fresh: FreshDatabase;
let workspaceId: string;

const trigger = { kind: 'trigger', needsConnection: false, access: 'none', properties: [], summary: 'S' } as const;
const look = { version: '1.0.0', source: 'native', summary: 'S', icon: { glyph: 'T', color: '#000' }, category: 'core' } as const;
const manifests: readonly ConnectorManifest[] = [
  {
    ...look,
    id: 'webhook',
    title: 'Webhook',
    auth: [],
    operations: [{ ...trigger, id: 'received', title: 'When called', trigger: { mode: 'webhook' } }],
  },
  {
    ...look,
    id: 'vendor',
    title: 'Vendor',
    auth: [{ id: 'key', title: 'Key', fields: [{ name: 'apiKey', label: 'API key', kind: 'secret', required: true }] }],
    operations: [],
  },
];

/** Stands for the worker: keeps accounts without asking a vendor. */
const worker: Partial<WorkerClient> = {
  wakeTriggers: async () => undefined,
  testConnection: async () => ({ ok: false, message: 'The key is unknown.', field: 'apiKey' }),
  createConnection: async ({ workspaceId: owner, connector, authScheme, name }) => {
    const row = await fresh.db.prisma.connection.create({
      data: { id: newId(), workspaceId: owner, connector, authScheme, name, publicValues: {}, sealed: new Uint8Array([1]), keyId: 'k' },
    });
    return { id: row.id, check: { ok: true, account: 'Acme' } };
  },
};

beforeAll(async () => {
  fresh = await freshDatabase();
  vi.stubEnv('DATABASE_URL', fresh.url);
  vi.stubEnv('REDIS_URL', '');
  vi.stubEnv('WEFT_PUBLIC_URL', 'https://weft.example.com/');
  vi.stubEnv('WEFT_TEMPLATES_DIR', new URL('../../../templates', import.meta.url).pathname);
  vi.stubEnv('WEFT_LOG', 'error');
  resources.worker = worker;
  ({ workspaceId } = await bootstrap({
    db: fresh.db,
    log: createLogger({ process: 'test', level: 'error' }),
    env: { WEFT_API_TOKEN: ADMIN },
  }));
});

afterAll(async () => {
  await (await resources.queue)?.close();
  await resources.database?.close();
  await fresh[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Each test says what it expects of the body.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

async function ask(
  method: string,
  path: string,
  { body, token = ADMIN, raw }: { body?: unknown; token?: string | null; raw?: RequestInit } = {},
): Promise<Answer> {
  const response = await handleRest(
    new Request(`http://internal/api/v1${path}`, {
      method,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...raw,
    }),
  );
  const answer = { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
  if (response.ok && path !== '/openapi.json') expectAsPromised(method, path, answer);
  return answer;
}

function expectAsPromised(method: string, path: string, { status, body }: Answer): void {
  const given = (path.split('?')[0] ?? '').split('/');
  const fits = (pattern: string): boolean =>
    pattern.split('/').length === given.length && pattern.split('/').every((part, index) => part.startsWith('{') || part === given[index]);
  const route = ROUTES.filter((candidate) => candidate.method === method && fits(candidate.path)).toSorted(
    (a, b) => a.path.split('{').length - b.path.split('{').length,
  )[0];
  expect(route?.status ?? 200).toBe(status);
  expect(route?.response.safeParse(body).error?.issues ?? []).toEqual([]);
}

async function tokenOf(role: string, owner = workspaceId): Promise<string> {
  const { createHash, randomUUID } = await import('node:crypto');
  const token = randomUUID();
  await fresh.db.prisma.apiToken.create({
    data: { id: newId(), workspaceId: owner, name: role, role, tokenHash: createHash('sha256').update(token).digest('hex') },
  });
  return token;
}

const hook = {
  format: 'weft/workflow@1',
  name: 'Hook',
  config: { word: { title: 'Word', type: 'string', required: true } },
  nodes: [{ id: 'start', kind: 'trigger', connector: 'webhook', operation: 'received' }],
  edges: [],
  settings: { businessKey: '{{ trigger.name }}' },
};

describe('health', () => {
  it('is alive at once, and ready when a worker has told what it offers', async () => {
    expect((await getHealth()).status).toBe(200);
    expect((await getReady()).status).toBe(503);
    for (const manifest of manifests)
      await fresh.db.prisma.connector.create({
        data: { id: manifest.id, version: manifest.version, source: manifest.source, manifest: manifest as object },
      });
    const ready = await getReady();
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', database: 'ok', workers: 'seen' }]);
  });
});

describe('who asks', () => {
  it.each([
    ['no token', null, 'token_missing'],
    ['an unknown token', 'nobody', 'token_invalid'],
  ])('with %s is asked for one', async (_what, token, code) => {
    const { status, headers, body } = await ask('GET', '/workflows', { token });
    expect([status, headers.get('www-authenticate'), body]).toMatchObject([401, 'Bearer', { error: { class: 'auth', code } }]);
  });

  it('may read the document without a token', async () => {
    const { status, body } = await ask('GET', '/openapi.json', { token: null });
    expect([status, body.openapi, body.servers]).toEqual([200, '3.1.0', [{ url: 'https://weft.example.com/api/v1' }]]);
  });

  it('may do what its role allows', async () => {
    const viewer = await tokenOf('viewer');
    expect((await ask('GET', '/workflows', { token: viewer })).status).toBe(200);
    expect(await ask('POST', '/workflows', { token: viewer, body: hook })).toMatchObject({
      status: 403,
      body: { error: { class: 'auth', code: 'forbidden' } },
    });
    const builder = await tokenOf('builder');
    expect(
      await ask('POST', '/connections', {
        token: builder,
        body: { connector: 'vendor', authScheme: 'key', name: 'x', values: { apiKey: 'x' } },
      }),
    ).toMatchObject({ status: 403 });
  });

  it.each(ROUTES.filter(({ permission }) => PERMISSIONS[permission] !== 'viewer'))(
    'needs exactly the role that $id is documented with',
    async ({ id, method, path, permission, body }) => {
      const least = PERMISSIONS[permission];
      const below = ROLES[ROLES.indexOf(least) - 1] ?? 'viewer';
      const form = { connector: 'x', authScheme: 'x', values: {} };
      const bodies: Readonly<Record<string, unknown>> = {
        importWorkflow: {},
        importTemplate: {},
        exportTemplate: { workflowIds: [newId()], name: 'x' },
        checkTemplate: { bindings: {} },
        saveDraft: { document: {}, expectedRevision: 1 },
        setBindings: {},
        setConfig: {},
        runWorkflow: { payload: {} },
        installTemplate: { bindings: {} },
        createConnection: { ...form, name: 'x' },
        answerReview: { choice: 'approved' },
        updateConnection: { name: 'x' },
        testConnectionValues: form,
      };
      const at = path.replace('{id}', newId()).replace('{templateId}', 'nobody');
      const what = body ? { body: bodies[id] } : {};
      expect(await ask(method, at, { ...what, token: await tokenOf(below) })).toMatchObject({
        status: 403,
        body: { error: { code: 'forbidden' } },
      });
      const allowed = await ask(method, at, { ...what, token: await tokenOf(least) });
      expect(['forbidden', 'request_invalid', 'body_not_json']).not.toContain(allowed.body.error.code);
    },
  );

  it('loses its rights with its token', async () => {
    const token = await tokenOf('admin');
    await fresh.db.prisma.apiToken.updateMany({ where: { name: 'admin' }, data: { revokedAt: new Date() } });
    expect((await ask('GET', '/workflows', { token })).status).toBe(401);
  });
});

describe('a workflow', () => {
  it('goes its whole way', async () => {
    const imported = await ask('POST', '/workflows', { body: hook });
    expect(imported).toMatchObject({ status: 201, body: { problems: [], needs: [] } });
    const { id } = imported.body;
    const at = `/workflows/${id}`;
    expect((await ask('GET', '/workflows')).body.map((workflow: { id: string }) => workflow.id)).toContain(id);
    expect((await ask('GET', `${at}/export`)).body).toMatchObject({ format: 'weft/workflow@1', name: 'Hook' });

    expect((await ask('POST', `${at}/enable`)).body.error).toMatchObject({ class: 'invalid', code: 'not_published' });
    const saved = await ask('PUT', `${at}/draft`, { body: { document: { ...hook, name: 'Renamed' }, expectedRevision: 1 } });
    expect(saved.body).toEqual({ revision: 2, problems: [] });
    expect(await ask('PUT', `${at}/draft`, { body: { document: hook, expectedRevision: 1 } })).toMatchObject({
      status: 409,
      body: { error: { class: 'conflict', code: 'draft_changed' } },
    });

    expect((await ask('POST', `${at}/publish`)).body).toEqual({ version: 1, problems: [] });
    expect(await ask('POST', `${at}/enable`)).toMatchObject({
      status: 422,
      body: { error: { code: 'workflow_incomplete', issues: [{ path: 'config.word' }] } },
    });
    expect((await ask('PUT', `${at}/config`, { body: { word: 'hi' } })).body).toEqual({ config: { word: 'hi' } });
    expect((await ask('PUT', `${at}/bindings`, { body: {} })).body).toEqual({ bindings: {} });
    expect((await ask('POST', `${at}/enable`)).body).toEqual({ enabled: true });
    expect((await ask('GET', at)).body).toMatchObject({
      name: 'Renamed',
      enabled: true,
      trigger: { mode: 'webhook', hookUrl: expect.stringMatching(/^https:\/\/weft\.example\.com\/hooks\/[\w-]{22}$/) as string },
    });
    expect((await ask('POST', `${at}/disable`)).body).toEqual({ enabled: false });

    const { runId } = (await ask('POST', `${at}/run`, { body: { payload: { name: 'Acme' } } })).body;
    expect((await ask('GET', `/runs?workflowId=${id}&status=queued,failed&search=acm&limit=5`)).body.runs).toMatchObject([
      { id: runId, businessKey: 'Acme', origin: 'api', version: 1 },
    ]);
    expect((await ask('GET', `/runs/${runId}`)).body).toMatchObject({
      run: { status: 'queued' },
      input: { name: 'Acme' },
      steps: [],
      why: 'Accepted; waits for a free worker.',
    });
    expect((await ask('POST', `/runs/${runId}/replay`)).body.runId).not.toBe(runId);
    expect(await ask('POST', `/runs/${runId}/cancel`)).toMatchObject({ status: 202, body: { requested: true } });

    expect((await ask('DELETE', at)).body).toEqual({ deleted: true });
    expect(await ask('GET', at)).toMatchObject({ status: 404, body: { error: { class: 'notFound', code: 'workflow_unknown' } } });
  });

  it('is refused with every finding, located, and nothing is kept', async () => {
    const broken = { ...hook, nodes: [...hook.nodes, { id: 'm', kind: 'map', fields: 'x' }, { id: 'n', kind: 'strange' }] };
    const before = (await ask('GET', '/workflows')).body.length;
    const { status, body } = await ask('POST', '/workflows', { body: broken });
    expect([status, body.error.code]).toEqual([422, 'import_invalid']);
    expect(body.error.issues.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining([expect.stringContaining('nodes.m'), expect.stringContaining('nodes.n')]),
    );
    expect((await ask('GET', '/workflows')).body).toHaveLength(before);
    expect(
      (await ask('POST', '/workflows/validate', { body: { ...hook, nodes: [{ ...hook.nodes[0], connector: 'nobody' }] } })).body.problems,
    ).toMatchObject([{ code: 'unknown_connector', path: 'nodes.start.connector' }]);
  });

  it('of another workspace does not exist', async () => {
    const other = await fresh.db.prisma.workspace.create({ data: { id: newId(), name: 'Other' } });
    const stranger = await tokenOf('admin', other.id);
    const { id } = (await ask('POST', '/workflows', { body: hook })).body;
    const { runId } =
      (await ask('PUT', `/workflows/${id}/config`, { body: { word: 'x' } })) &&
      (await ask('POST', `/workflows/${id}/run`, { body: { payload: {}, version: 'draft' } })).body;
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/export'],
      ['POST', '/publish'],
      ['POST', '/enable'],
      ['DELETE', ''],
    ] as const) {
      expect((await ask(method, `/workflows/${id}${path}`, { token: stranger })).status, `${method} ${path}`).toBe(404);
    }
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/cancel'],
      ['POST', '/replay'],
    ] as const) {
      expect((await ask(method, `/runs/${runId}${path}`, { token: stranger })).status, `${method} ${path}`).toBe(404);
    }
    expect((await ask('GET', '/workflows', { token: stranger })).body).toEqual([]);
    expect((await ask('GET', '/runs', { token: stranger })).body).toEqual({ runs: [], nextBefore: null });
  });
});

describe('templates and connections', () => {
  it('are listed, and one whose connectors are missing is refused by their names', async () => {
    const listed = (await ask('GET', '/templates')).body as { id: string; missingConnectors: string[] }[];
    expect(listed).toHaveLength(6);
    expect(listed.find(({ id }) => id === 'closed-won-to-connectwise')?.missingConnectors).toEqual(['salesforce', 'connectwise']);
    expect((await ask('GET', '/templates/closed-won-to-connectwise')).body.documents).toHaveLength(1);
    expect(await ask('POST', '/templates/closed-won-to-connectwise/install', { body: { bindings: {} } })).toMatchObject({
      status: 422,
      body: { error: { code: 'connector_missing', message: expect.stringContaining('salesforce, connectwise') as string } },
    });
    expect((await ask('GET', '/templates/nobody')).status).toBe(404);
  });

  it('are made once under a name, tested, and never show a secret', async () => {
    const form = { connector: 'vendor', authScheme: 'key', values: { apiKey: 'sesame' } };
    const made = await ask('POST', '/connections', { body: { ...form, name: 'PSA' } });
    expect(made).toMatchObject({ status: 201, body: { check: { ok: true } } });
    expect(await ask('POST', '/connections', { body: { ...form, name: 'PSA' } })).toMatchObject({
      status: 409,
      body: { error: { code: 'name_taken' } },
    });
    expect(await ask('POST', '/connections', { body: { ...form, values: {}, name: 'Other' } })).toMatchObject({
      status: 422,
      body: { error: { issues: [{ path: 'values.apiKey' }] } },
    });
    expect((await ask('POST', '/connections/test', { body: form })).body).toMatchObject({ ok: false, field: 'apiKey' });
    expect((await ask('POST', `/connections/${made.body.id}/test`)).body).toMatchObject({ ok: false });
    const list = await ask('GET', '/connections');
    expect(list.body).toMatchObject([{ id: made.body.id, name: 'PSA', usedBy: [] }]);
    expect(JSON.stringify(list.body)).not.toContain('sesame');
  });
});

describe('a request that is wrong', () => {
  it.each([
    ['a body that is no JSON', 'POST', '/workflows', { body: '{ "format": ' }, 400, 'body_not_json'],
    ['a body that is missing', 'POST', '/workflows', {}, 400, 'body_not_json'],
    ['an id that is none', 'GET', '/workflows/5', {}, 422, 'request_invalid'],
    ['a path that is wrongly encoded', 'GET', '/workflows/%E0%A4%A', {}, 422, 'request_invalid'],
    ['a path that leads nowhere', 'GET', '/nowhere', {}, 404, 'route_unknown'],
    ['a limit out of range', 'GET', '/runs?limit=1000', {}, 422, 'request_invalid'],
    ['a body without what it needs', 'POST', `/workflows/${newId()}/run`, { body: '{}' }, 422, 'request_invalid'],
    ['nesting without an end', 'POST', '/workflows', { body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }, 422, 'import_invalid'],
  ])('with %s is told so', async (_what, method, path, raw, status, code) => {
    expect(await ask(method, path, { raw: raw as RequestInit })).toMatchObject({
      status,
      body: { error: { class: expect.any(String) as string, code, message: expect.any(String) as string } },
    });
  });

  it('with another method is told which ones there are', async () => {
    const { status, headers, body } = await ask('PATCH', '/workflows');
    expect([status, headers.get('allow'), body.error.code]).toEqual([405, 'GET, POST', 'method_not_allowed']);
  });

  it('is cut off at 10 MB, whether or not it said how large it is', async () => {
    const said = await ask('POST', '/workflows', { raw: { body: `"${'x'.repeat(10 * 1024 * 1024)}"` } });
    expect(said).toMatchObject({ status: 413, body: { error: { code: 'body_too_large' } } });
    let sent = 0;
    const endless = new ReadableStream({ pull: (controller) => ((sent += 1), controller.enqueue(new Uint8Array(1024 * 1024).fill(32))) });
    const unsaid = await ask('POST', '/workflows', { raw: { body: endless, duplex: 'half' } as RequestInit });
    expect(unsaid.status).toBe(413);
    expect(sent).toBeLessThan(15);
  });

  it('is our fault when it is, and the answer holds a reference and nothing of the inside', async () => {
    const lines: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => (lines.push(String(line)), true));
    const testing = vi.spyOn(worker, 'testConnection').mockRejectedValueOnce(new Error('secret inside'));
    const { status, body } = await ask('POST', '/connections/test', {
      body: { connector: 'vendor', authScheme: 'key', values: { apiKey: 'x' } },
    });
    write.mockRestore();
    testing.mockRestore();
    expect([status, body.error.class]).toEqual([500, 'bug']);
    expect(body.error.message).not.toContain('secret inside');
    const reference = /logged as (\w+)/.exec(body.error.message as string)?.[1];
    expect(lines.join('')).toContain(reference);
  });
});
