import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProduct } from '../support/product.ts';
import type { Product } from '../support/product.ts';

const TOKEN = 'a-token-for-the-first-boot';
let weft: Product;

beforeAll(async () => {
  weft = await startProduct({
    env: { WEFT_API_TOKEN: TOKEN, WEFT_ADMIN_EMAIL: 'ada@example.com', WEFT_ADMIN_PASSWORD: 'correct horse battery staple' },
  });
});

afterAll(async () => {
  await weft?.[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  // The shape differs from route to route; tests look at what they name.
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any
}

async function api(method: string, path: string, body?: unknown, token = TOKEN): Promise<Answer> {
  const response = await fetch(`${weft.url}/api/v1${path}`, {
    method,
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const hook = {
  format: 'weft/workflow@1',
  name: 'Greet',
  nodes: [
    { id: 'start', kind: 'trigger', connector: 'webhook', operation: 'received', input: {} },
    { id: 'greeting', kind: 'map', fields: [{ to: 'text', from: 'Hello {{ $uppercase(trigger.body.name) }}' }] },
  ],
  edges: [{ from: 'start', to: 'greeting' }],
  settings: { businessKey: '{{ trigger.body.name }}' },
};

/** Imports, publishes and switches on; gives the id and the hook's address. */
async function live(document: object): Promise<{ id: string; hookUrl: string }> {
  const made = await api('POST', '/workflows', document);
  expect(made).toMatchObject({ status: 201 });
  const { id } = made.body as { id: string };
  expect(await api('POST', `/workflows/${id}/publish`)).toMatchObject({ status: 200, body: { version: 1 } });
  expect(await api('POST', `/workflows/${id}/enable`)).toMatchObject({ status: 200, body: { enabled: true } });
  const { body } = await api('GET', `/workflows/${id}`);
  return { id, hookUrl: body.trigger.hookUrl };
}

/** Waits for a run to end and gives it with its steps. */
async function ended(runId: string): Promise<Answer['body']> {
  let detail: Answer['body'];
  await expect
    .poll(
      async () => {
        detail = (await api('GET', `/runs/${runId}`)).body;
        return detail.run?.finishedAt ?? null;
      },
      { timeout: 20_000 },
    )
    .not.toBeNull();
  return detail;
}

test('the API is described, and closed without a token', async () => {
  const description = await api('GET', '/openapi.json', undefined, '');
  expect(description.body).toMatchObject({
    openapi: '3.1.0',
    paths: { '/workflows/{id}/publish': { post: { operationId: 'publishWorkflow' } } },
  });
  expect(await api('GET', '/workflows', undefined, '')).toMatchObject({ status: 401, body: { error: { code: 'token_missing' } } });
  expect(await api('GET', '/workflows', undefined, 'wrong')).toMatchObject({ status: 401, body: { error: { code: 'token_invalid' } } });
  expect(await api('GET', '/nothing')).toMatchObject({ status: 404 });
  expect(await api('DELETE', '/workflows')).toMatchObject({ status: 405 });
  expect(await api('GET', '/workflows/not-an-id')).toMatchObject({ status: 422, body: { error: { issues: [{ path: 'path.id' }] } } });
});

test('a webhook becomes a run with its steps, once for each delivery', async () => {
  const { hookUrl } = await live(hook);
  expect(hookUrl.startsWith(`${weft.url}/hooks/`)).toBe(true);
  const deliver = (): Promise<Response> =>
    fetch(hookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'delivery-1' },
      body: '{"name":"acme"}',
    });
  const first = await deliver();
  expect(first.status).toBe(202);
  const { runId } = (await first.json()) as { runId: string };
  expect(((await (await deliver()).json()) as { runId: string }).runId).toBe(runId);
  const { run, steps } = await ended(runId);
  expect(run).toMatchObject({ status: 'succeeded', businessKey: 'acme', origin: 'webhook', version: 1 });
  expect(steps).toMatchObject([
    { path: 'start', status: 'succeeded' },
    { path: 'greeting', status: 'succeeded', output: { text: 'Hello ACME' } },
  ]);
});

test('bad input gets a located error and loses nothing', async () => {
  expect(await api('POST', '/workflows', '{"format": ')).toMatchObject({ status: 400, body: { error: { code: 'body_not_json' } } });
  expect(await api('POST', '/workflows', { format: 'weft/workflow@1', name: 'x', nodes: [{ id: 'a', kind: 'mop' }] })).toMatchObject({
    status: 422,
    body: { error: { issues: [{ path: 'nodes.a.kind' }] } },
  });
  const checked = await api('POST', '/workflows/validate', { ...hook, edges: [{ from: 'start', to: 'greting' }] });
  expect(checked.body.problems[0]).toMatchObject({
    path: 'edges.0.to',
    message: expect.stringContaining('Did you mean “greeting”?') as string,
  });
  expect((await fetch(`${weft.url}/hooks/nobody`, { method: 'POST', body: '{}' })).status).toBe(404);

  const { hookUrl } = await live({ ...hook, name: 'Large' });
  const large = await fetch(hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'x'.repeat(11 * 1024 * 1024) }),
  });
  expect(large.status).toBe(413);
  expect(await large.text()).toMatch(/10 MB|10485760|10,485,760/);
  const nearly = await fetch(hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'big', fill: 'x'.repeat(9 * 1024 * 1024) }),
  });
  expect(nearly.status).toBe(202);
  expect((await ended(((await nearly.json()) as { runId: string }).runId)).run.status).toBe('succeeded');
});

test('an expression that fails fails its step, with the place and the reason', async () => {
  const { id } = await live({
    ...hook,
    name: 'Sum',
    nodes: [hook.nodes[0], { id: 'greeting', kind: 'map', fields: [{ to: 'sum', from: '{{ trigger.a + trigger.b }}' }] }],
  });
  const started = await api('POST', `/workflows/${id}/run`, { payload: { a: 1, b: 'two' } });
  expect(started.status).toBe(202);
  expect((await ended(started.body.runId)).run).toMatchObject({
    status: 'failed',
    failedNode: 'greeting',
    error: { class: 'invalid', code: 'expression_failed', message: expect.stringContaining('right side') as string },
  });
});

test('an expression that eats memory takes nobody along', async () => {
  const bomb = '{{ ($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $d("xxxxxxxxxxxxxxxx", 40)) }}';
  const { id } = await live({
    ...hook,
    name: 'Bomb',
    nodes: [hook.nodes[0], { id: 'greeting', kind: 'map', fields: [{ to: 'text', from: bomb }] }],
  });
  const [bombed, neighbour] = [
    await api('POST', `/workflows/${id}/run`, { payload: {} }),
    await fetch((await live({ ...hook, name: 'Neighbour' })).hookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"n"}',
    }),
  ];
  expect((await ended(((await neighbour.json()) as { runId: string }).runId)).run.status).toBe('succeeded');
  expect((await ended(bombed.body.runId)).run).toMatchObject({ status: 'failed', failedNode: 'greeting' });
  expect(weft.output()).not.toContain('worker ended');
});

test('the demo accounts are connected; a wrong password and a vendor that is away are told apart', async () => {
  await expect
    .poll(
      async () =>
        (await api('GET', '/connections')).body
          .map(({ name, status }: { name: string; status: string }) => `${name}: ${status}`)
          .toSorted(),
      { timeout: 20_000 },
    )
    .toEqual(['Demo CRM: ok', 'Demo PSA: ok']);
  const connections = (await api('GET', '/connections')).body as { name: string; publicValues: Record<string, string> }[];
  expect(JSON.stringify(connections)).not.toMatch(/demo-secret|DemoPrivateKey/);
  const crm = connections.find(({ name }) => name === 'Demo CRM');
  const loginUrl = crm?.publicValues['loginUrl'] ?? '';
  const wrong = await api('POST', '/connections/test', {
    connector: 'salesforce',
    authScheme: 'clientCredentials',
    values: { loginUrl, clientId: 'weft-demo-client', clientSecret: 'wrong' },
  });
  expect(wrong.body).toMatchObject({ ok: false });
  const away = await api('POST', '/connections/test', {
    connector: 'salesforce',
    authScheme: 'clientCredentials',
    values: { loginUrl: 'https://nobody.invalid', clientId: 'a', clientSecret: 'b' },
  });
  expect(away.body).toMatchObject({ ok: false });
  expect(away.body.message).not.toBe(wrong.body.message);
});
