import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createLogger } from '@weft/runtime';
import type { Running } from '@weft/runtime';
import { BODY_LIMIT_BYTES, startIngress } from '../src/start-ingress.ts';

let fresh: FreshDatabase;
let ingress: Running;
let url: string;
const forwarded: { path: string; secret: string | undefined; body: Record<string, unknown> }[] = [];

// Stands where the worker's internal server is: what is forwarded is what counts here.
const worker = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  const call = {
    path: request.url ?? '',
    secret: request.headers['x-weft-internal'] as string,
    body: JSON.parse(text) as Record<string, unknown>,
  };
  forwarded.push(call);
  const isForged = call.path === '/rpc/verifyHook' && (call.body['headers'] as Record<string, string>)['x-signature'] !== 'good';
  if (isForged) return void response.end(JSON.stringify({ ok: false, error: { class: 'auth', code: 'signature_wrong', message: 'No.' } }));
  response.end(JSON.stringify({ ok: true, result: { runs: [{ runId: 'r1', duplicate: false }] } }));
});

beforeAll(async () => {
  fresh = await freshDatabase();
  await new Promise<void>((resolve) => void worker.listen(0, '127.0.0.1', resolve));
  const workerUrl = `http://127.0.0.1:${(worker.address() as AddressInfo).port}`;
  const log = createLogger({ process: 'test', write: () => {} });
  ingress = await startIngress({ databaseUrl: fresh.url, workerUrl, internalSecret: 's3cret', host: '127.0.0.1', port: 0, log });
  url = `http://127.0.0.1:${ingress.port}`;
});
afterAll(async () => {
  await ingress.close();
  worker.close();
  await fresh[Symbol.asyncDispose]();
});

async function hook(more: Record<string, unknown> = {}): Promise<{ token: string; workflowId: string }> {
  const [workspaceId, workflowId, versionId, token] = [newId(), newId(), newId(), newId()];
  const document = { settings: { businessKey: '{{ trigger.body.name }}' } };
  await fresh.db.prisma.workspace.create({ data: { id: workspaceId, name: 'Test' } });
  await fresh.db.prisma.workflow.create({ data: { id: workflowId, workspaceId, name: 'W', draft: {} } });
  await fresh.db.prisma.workflowVersion.create({ data: { id: versionId, workflowId, number: 1, document } });
  await fresh.db.prisma.triggerBinding.create({
    data: {
      id: newId(),
      workspaceId,
      workflowId,
      versionId,
      nodeId: 'start',
      connector: 'webhook',
      operation: 'received',
      mode: 'webhook',
      input: {},
      hookToken: token,
      ...more,
    },
  });
  return { token, workflowId };
}

async function runsOf(workflowId: string) {
  const { rows } = await fresh.db.pool.query<{ id: string; input: Record<string, unknown>; business_key: string }>(
    'SELECT id, input, business_key FROM run WHERE workflow_id = $1',
    [workflowId],
  );
  return rows;
}

function post(token: string, body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }): Promise<Response> {
  return fetch(`${url}/hooks/${token}?from=test&token=hidden`, { method: 'POST', body, headers });
}

describe('webhooks', () => {
  it("answers 202 when the run is in the database, without the caller's secrets", async () => {
    const { token, workflowId } = await hook();
    const response = await post(token, '{"name":"Acme"}', {
      'content-type': 'application/json',
      authorization: 'Bearer x',
      cookie: 'a=b',
      'x-kept': 'yes',
    });
    expect(response.status).toBe(202);
    const { runId } = (await response.json()) as { runId: string };
    const [run] = await runsOf(workflowId);
    expect(run).toMatchObject({
      id: runId,
      business_key: 'Acme',
      input: { method: 'POST', query: { from: 'test' }, body: { name: 'Acme' }, headers: { 'x-kept': 'yes' } },
    });
    expect(JSON.stringify(run?.input)).not.toMatch(/Bearer|hidden|a=b/);
  });

  it.each([
    ['a form', 'a=1&b=2&b=3', 'application/x-www-form-urlencoded', { a: '1', b: ['2', '3'] }],
    ['text', 'hello', 'text/plain', 'hello'],
    ['JSON that is none', '{"a":', 'application/json', '{"a":'],
    ['characters Postgres refuses', '{"a":"\\u0000"}', 'application/json', { a: '\uFFFD' }],
    ['nothing', '', 'application/json', null],
  ])('reads %s', async (_, body, type, expected) => {
    const { token, workflowId } = await hook();
    expect((await post(token, body, { 'content-type': type })).status).toBe(202);
    expect((await runsOf(workflowId))[0]?.input['body']).toEqual(expected);
  });

  it('starts one run for a delivery that is sent again', async () => {
    const { token, workflowId } = await hook();
    const send = async () =>
      (await post(token, '{}', { 'idempotency-key': 'd-1', 'content-type': 'application/json' })).json() as Promise<{
        runId: string;
        duplicate?: true;
      }>;
    const [first, ...others] = [await send(), await send(), ...(await Promise.all([send(), send()]))];
    expect(first?.duplicate).toBeUndefined();
    for (const other of others) expect(other).toEqual({ runId: first?.runId, duplicate: true });
    expect(await runsOf(workflowId)).toHaveLength(1);
  });

  it('refuses unknown addresses, other methods, wrong tokens and large bodies, and says why', async () => {
    const { token } = await hook({ input: { token: 'right' } });
    const errorOf = async (response: Promise<Response>) => ({
      status: (await response).status,
      ...((await (await response).json()) as { error: { code: string; message: string } }).error,
    });
    expect(await errorOf(post('unknown', '{}'))).toMatchObject({ status: 404, code: 'hook_unknown' });
    expect(await errorOf(fetch(`${url}/hooks/${token}`))).toMatchObject({ status: 405, message: expect.stringContaining('POST') });
    expect(await errorOf(post(token, '{}'))).toMatchObject({ status: 401, code: 'token_wrong' });
    expect((await post(token, '{}', { 'x-weft-token': 'right', 'content-type': 'application/json' })).status).toBe(202);
    expect(await errorOf(post(token, Buffer.alloc(BODY_LIMIT_BYTES + 1), { 'x-weft-token': 'right' }))).toMatchObject({
      status: 413,
      message: expect.stringContaining('10 MB'),
    });
  });

  it('hears within a second or two that a workflow was switched off', async () => {
    const { token, workflowId } = await hook();
    expect((await post(token, '{}')).status).toBe(202);
    await fresh.db.prisma.triggerBinding.updateMany({ where: { workflowId }, data: { enabled: false } });
    await vi.waitFor(async () => expect((await post(token, '{}')).status).toBe(410), { timeout: 3000, interval: 100 });
  });

  it("forwards a vendor's delivery to a worker, byte for byte", async () => {
    const { token } = await hook({ mode: 'push', connector: 'connectwise', operation: 'pushed' });
    const body = Buffer.from([0x7b, 0x20, 0xff, 0x00, 0x7d]);
    const response = await post(token, body, { 'content-type': 'application/json', 'x-content-signature': 'abc' });
    expect([response.status, await response.json()]).toEqual([200, { runs: ['r1'] }]);
    expect(forwarded.at(-1)).toMatchObject({
      path: '/rpc/receivePush',
      secret: 's3cret',
      body: { method: 'POST', headers: { 'x-content-signature': 'abc' } },
    });
    expect(Buffer.from(String(forwarded.at(-1)?.body['rawBodyBase64']), 'base64')).toEqual(body);
  });

  it('has a worker verify what is signed, over the bytes that came, and starts nothing otherwise', async () => {
    const { token, workflowId } = await hook({ connectionId: newId() });
    const body = Buffer.from('{ "n" :  1 }');
    const forged = await post(token, body, { 'x-signature': 'bad' });
    expect([forged.status, await forged.json()]).toMatchObject([401, { error: { code: 'signature_wrong' } }]);
    expect(await fresh.db.pool.query('SELECT FROM run WHERE workflow_id = $1', [workflowId])).toMatchObject({ rowCount: 0 });
    expect((await post(token, body, { 'x-signature': 'good' })).status).toBe(202);
    expect(forwarded.at(-1)?.path).toBe('/rpc/verifyHook');
    expect(Buffer.from(String(forwarded.at(-1)?.body['rawBodyBase64']), 'base64')).toEqual(body);
  });

  it('knows a delivery by the header that was named, and keeps the body as it came when asked', async () => {
    const { token, workflowId } = await hook({ input: { deliveryHeader: 'X-Order-Event', keepRaw: true } });
    const body = Buffer.from('{ "n" :  1 }');
    const headers = { 'content-type': 'application/json', 'x-order-event': 'e1' };
    const first = (await (await post(token, body, headers)).json()) as { runId: string };
    expect(await (await post(token, body, headers)).json()).toEqual({ runId: first.runId, duplicate: true });
    // A header that is not the named one does not count.
    expect(await (await post(token, body, { ...headers, 'x-order-event': 'e2', 'idempotency-key': 'e1' })).json()).not.toHaveProperty(
      'duplicate',
    );
    const { rows } = await fresh.db.pool.query<{ input: { rawBody: string } }>('SELECT input FROM run WHERE workflow_id = $1 LIMIT 1', [
      workflowId,
    ]);
    expect(Buffer.from(rows[0]?.input.rawBody ?? '', 'base64')).toEqual(body);
  });

  it('is healthy', async () => {
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  });
});
