import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBench } from '../testing.ts';
import { REDELIVERY_MS } from './callbacks.ts';

interface Received {
  url: string;
  body: string;
  signature: string;
  at: number;
}

/** A receiver that answers with the given statuses in turn, then 200, or never. */
async function startReceiver(statuses: number[] = [], manner: { isSilent?: boolean } = {}) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push({ url: request.url ?? '', body, signature: String(request.headers['x-content-signature']), at: performance.now() });
      if (!manner.isSilent) response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?recordId=` };
}

/** Key = SHA-256 of the signing key's text, message = the body. */
const signatureOf = (key: string, body: string) =>
  createHmac('sha256', createHash('sha256').update(key).digest()).update(body).digest('base64');
const summary = (value: string) => [{ op: 'replace', path: 'summary', value }];
const owner = (url: string) => ({ url, objectId: 1, type: 'ticket', level: 'owner', payloadVersion: '3.0.0' });

describe('registering', () => {
  it('CW-130 a callback comes back whole', async () => {
    const { cw } = await startBench();
    expect(await cw('POST', 'system/callbacks', { body: owner('https://x.example/hook?recordId=') })).toMatchObject({
      status: 201,
      body: {
        id: 1,
        url: 'https://x.example/hook?recordId=',
        objectId: 1,
        type: 'ticket',
        level: 'owner',
        memberId: 150,
        payloadVersion: '3.0.0',
        inactiveFlag: false,
        isSoapCallbackFlag: false,
        isSelfSuppressedFlag: false,
        connectWiseID: expect.any(String),
        _info: { lastUpdated: '2026-11-23T10:00:00Z', updatedBy: 'IntApi' },
      },
    });
  });
  it('level owner means object 1, once is enough, and it can be found, switched off and deleted', async () => {
    const { cw } = await startBench();
    const body = { ...owner('https://x.example/hook?recordId='), objectId: 0 };
    expect((await cw('POST', 'system/callbacks', { body })).body.objectId).toBe(1);
    expect((await cw('POST', 'system/callbacks', { body: { ...body, type: 'Ticket', level: 'Owner' } })).body.errors[0]).toMatchObject({
      code: 'ObjectExists',
      message: 'A matching callback entry already exists',
      field: 'objectId',
    });
    expect((await cw('GET', 'system/callbacks/count')).body).toEqual({ count: 1 });
    const off = await cw('PATCH', 'system/callbacks/1', { body: [{ op: 'replace', path: 'inactiveFlag', value: true }] });
    expect(off.body.inactiveFlag).toBe(true);
    expect((await cw('DELETE', 'system/callbacks/1')).status).toBe(204);
    expect((await cw('GET', 'system/callbacks')).body).toEqual([]);
  });
  it('CW-132 a bad address and a bad level: exact 400', async () => {
    const { cw } = await startBench();
    const answer = await cw('POST', 'system/callbacks', { body: { url: 'nonsense', objectId: 1, type: 'ticket', level: 'galaxy' } });
    expect([answer.status, answer.body]).toEqual([
      400,
      {
        code: 'InvalidObject',
        message: 'callbackEntry object is invalid',
        errors: [
          { code: 'InvalidField', message: 'Invalid URL', resource: 'callbackEntry', field: 'url' },
          {
            code: 'InvalidObject',
            message: 'Unrecognized level for type, see documentation for supported levels for each type',
            resource: 'callbackEntry',
            field: 'level',
          },
        ],
      },
    ]);
  });
  it.each(['url', 'objectId', 'type', 'level'])('CW-134 without %s: MissingRequiredField', async (missing) => {
    const { cw } = await startBench();
    const answer = await cw('POST', 'system/callbacks', { body: { ...owner('https://x.example/'), [missing]: undefined } });
    expect([answer.status, answer.body.errors]).toEqual([400, [expect.objectContaining({ code: 'MissingRequiredField', field: missing })]]);
  });
});

/** A ticket changed by jdoe and deleted by ourselves, as one receiver was told of it. */
async function told() {
  const bench = await startBench();
  const { received, url } = await startReceiver();
  const { body: callback } = await bench.cw('POST', 'system/callbacks', { body: owner(url) });
  bench.sandbox.connectwise.records.patch('ticket', 7601, { operations: summary('changed'), context: { actor: 'jdoe' } });
  await bench.sandbox.connectwise.callbacks.idle();
  await bench.cw('DELETE', 'service/tickets/7601');
  await bench.sandbox.connectwise.callbacks.idle();
  const [updated, deleted] = received;
  if (!updated || !deleted) throw new Error('Not both changes were told');
  return { bench, callback, updated, deleted };
}

describe('delivering', () => {
  it('CW-135 the address has id and action appended', async () => {
    const { updated, deleted } = await told();
    expect([updated.url, deleted.url]).toEqual(['/hook?recordId=7601&action=updated', '/hook?recordId=7601&action=deleted']);
  });
  it('CW-136 the body names record, callback, member and key, and carries the record as a string', async () => {
    const { updated, callback } = await told();
    const payload = JSON.parse(updated.body);
    expect(payload).toMatchObject({
      Action: 'updated',
      ID: 7601,
      Type: 'ticket',
      CompanyId: 'acme',
      MemberId: 'jdoe',
      FromUrl: expect.stringMatching(/^127\.0\.0\.1:/),
      MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      CallbackObjectRecId: callback.id,
      Metadata: { key_url: expect.stringMatching(/^http/) },
    });
    const entity = JSON.parse(payload.Entity);
    expect(entity).toMatchObject({ id: 7601, summary: 'changed' });
    expect(entity).not.toHaveProperty('customFields');
  });
  it('CW-137 of a deleted record there is nobody’s but the member’s name', async () => {
    const { deleted } = await told();
    expect(JSON.parse(deleted.body)).toMatchObject({ Action: 'deleted', ID: 7601, Entity: null, MemberId: 'IntApi' });
  });
  it('CW-139 the key address has a double slash and answers the key alone', async () => {
    const { bench, updated } = await told();
    const keyUrl = new URL(JSON.parse(updated.body).Metadata.key_url);
    expect(keyUrl.pathname + keyUrl.search).toMatch(/^\/v2025_1\/\/system\/callbackkey\/index\.rails\?companyName=acme&id=[0-9a-f-]{36}$/);
    const key = await bench.raw('GET', keyUrl.pathname + keyUrl.search);
    expect([key.status, key.body]).toEqual([200, { signing_key: expect.any(String) }]);
    expect(updated.signature).toBe(signatureOf(key.body.signing_key, updated.body));
    bench.sandbox.quirks.callbackKeyNeedsAuth = true;
    expect((await bench.raw('GET', keyUrl.pathname + keyUrl.search)).status).toBe(401);
  });
  it('the signature is that of the published rule', () => {
    expect(signatureOf('secret-key', '{"Action":"updated"}')).toBe('Hl3dztQHi2ZUoVjfCzb3OUF6EC7JRLZxaC0p++kzbBs=');
  });
  it('CW-142 redeliveries come after 2 and 4 seconds', () => {
    expect(REDELIVERY_MS).toEqual([2000, 4000]);
  });
  it.each([404, 409, 419, 429])('CW-142 %i is tried again twice and then given up', async (status) => {
    const { cw, sandbox } = await startBench({ callbacks: { retryMs: [20, 40] } });
    const { received, url } = await startReceiver([status, status, status, status]);
    await cw('POST', 'system/callbacks', { body: owner(url) });
    await cw('PATCH', 'service/tickets/7601', { body: summary('x') });
    await sandbox.connectwise.callbacks.idle();
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    const [first, second, third] = received.map(({ at }) => at);
    expect([(second ?? 0) - (first ?? 0) >= 19, (third ?? 0) - (second ?? 0) >= 39]).toEqual([true, true]);
    expect(sandbox.connectwise.callbacks.deliveries.map(({ result }) => result)).toEqual([status, status, status]);
  });
  it.each([
    ['a 500', [500], 'answer'],
    ['no answer in time', [], 'silence'],
  ] as const)('CW-143 %s is lost', async (_name, statuses, manner) => {
    const { cw, sandbox } = await startBench({ callbacks: { retryMs: [1, 1], timeoutMs: manner === 'silence' ? 1000 : 10_000 } });
    const { received, url } = await startReceiver([...statuses], { isSilent: manner === 'silence' });
    await cw('POST', 'system/callbacks', { body: owner(url) });
    await cw('PATCH', 'service/tickets/7601', { body: summary('x') });
    await sandbox.connectwise.callbacks.idle();
    expect(received).toHaveLength(1);
    expect(sandbox.connectwise.callbacks.deliveries.map(({ result }) => result)).toEqual([manner === 'silence' ? 'error' : 500]);
  });
  it('a receiver that fails for three days is switched off', async () => {
    const { cw, sandbox, pass } = await startBench();
    const { url } = await startReceiver([500, 500]);
    await cw('POST', 'system/callbacks', { body: owner(url) });
    const change = async (text: string) => {
      await cw('PATCH', 'service/tickets/7601', { body: summary(text) });
      await sandbox.connectwise.callbacks.idle();
      return (await cw('GET', 'system/callbacks/1')).body.inactiveFlag;
    };
    expect(await change('a')).toBe(false);
    pass(3 * 86_400_000);
    expect(await change('b')).toBe(true);
  });
  it('CW-145 with isSelfSuppressedFlag our own changes are not told, those of others are', async () => {
    const { cw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    await cw('POST', 'system/callbacks', { body: { ...owner(url), isSelfSuppressedFlag: true } });
    await cw('PATCH', 'service/tickets/7601', { body: summary('by ourselves') });
    await sandbox.connectwise.callbacks.idle();
    expect(received).toEqual([]);
    sandbox.connectwise.records.patch('ticket', 7601, { operations: summary('by a person'), context: { actor: 'jdoe' } });
    await sandbox.connectwise.callbacks.idle();
    expect(received.map(({ body }) => JSON.parse(body).MemberId)).toEqual(['jdoe']);
  });
  it('CW-147 level board tells of that board’s tickets only', async () => {
    const { cw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    await cw('POST', 'system/callbacks', { body: { ...owner(url), type: 'Ticket', level: 'Board', objectId: 1 } });
    await cw('PATCH', 'service/tickets/7602', { body: summary('board 21') });
    await cw('PATCH', 'service/tickets/7601', { body: summary('board 1') });
    await sandbox.connectwise.callbacks.idle();
    expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([{ ID: 7601, Type: 'Ticket' }]);
  });
  it('level type of companies looks at all their types', async () => {
    const { cw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    await cw('POST', 'system/callbacks', { body: { ...owner(url), type: 'company', level: 'type', objectId: 3 } });
    const rename = (id: number) => cw('PATCH', `company/companies/${id}`, { body: [{ op: 'replace', path: 'city', value: 'Miami' }] });
    await rename(2);
    await sandbox.connectwise.callbacks.idle();
    expect(received).toEqual([]);
    await cw('POST', 'company/companies/2/typeAssociations', { body: { type: { id: 3 } } });
    await rename(2);
    await sandbox.connectwise.callbacks.idle();
    expect(received.map(({ body }) => JSON.parse(body).ID)).toEqual([2, 2]);
  });
  it('CW-140 the signature covers the bytes: one changed or respaced no longer fits', async () => {
    const { cw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    await cw('POST', 'system/callbacks', { body: owner(url) });
    const key = sandbox.connectwise.callbacks.signingKey;
    for (const tamper of ['none', 'byte', 'spacing'] as const) {
      sandbox.quirks.callbackTamper = tamper;
      await cw('PATCH', 'service/tickets/7601', { body: summary(tamper) });
      await sandbox.connectwise.callbacks.idle();
    }
    const fits = received.map(({ body, signature }) => signatureOf(key, body) === signature);
    expect(fits).toEqual([true, false, false]);
    expect(JSON.parse(received[2]?.body ?? '')).toMatchObject({ Action: 'updated', ID: 7601 });
  });
  it('CW-141 a forged key address is written as ordered', async () => {
    const { cw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    await cw('POST', 'system/callbacks', { body: owner(url) });
    sandbox.quirks.callbackKeyUrl = 'http://169.254.169.254/system/callbackkey';
    await cw('PATCH', 'service/tickets/7601', { body: summary('x') });
    await sandbox.connectwise.callbacks.idle();
    expect(JSON.parse(received[0]?.body ?? '').Metadata.key_url).toBe('http://169.254.169.254/system/callbackkey');
  });
  it('CW-148 the same message can come twice, under one MessageId', async () => {
    const { cw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    await cw('POST', 'system/callbacks', { body: owner(url) });
    sandbox.quirks.callbackTwice = true;
    await cw('PATCH', 'service/tickets/7601', { body: summary('x') });
    await sandbox.connectwise.callbacks.idle();
    expect(received).toHaveLength(2);
    expect(new Set(received.map(({ body }) => JSON.parse(body).MessageId)).size).toBe(1);
  });
  it('CW-149 a callback can arrive before the answer to the write that caused it', async () => {
    const { cw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    await cw('POST', 'system/callbacks', { body: owner(url) });
    sandbox.quirks.callbackBeforeAnswer = true;
    const { body } = await cw('POST', 'service/tickets', { body: { summary: 'x', company: { id: 1 } } });
    expect(received.map((post) => JSON.parse(post.body))).toMatchObject([{ Action: 'added', ID: body.id, MemberId: 'IntApi' }]);
  });
  it('a ticket written with skipCallback tells nobody', async () => {
    const { cw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    await cw('POST', 'system/callbacks', { body: owner(url) });
    await cw('POST', 'service/tickets', { body: { summary: 'x', company: { id: 1 }, skipCallback: true } });
    await sandbox.connectwise.callbacks.idle();
    expect(received).toEqual([]);
  });
});
