import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBench } from '../testing.ts';

interface Received {
  url: string;
  body: string;
  signature: string;
}

/** A receiver that answers with the given statuses in turn, then 200. */
async function startReceiver(statuses: number[] = []) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push({ url: request.url ?? '', body, signature: String(request.headers['x-content-signature']) });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?recordId=` };
}

const summary = (value: string) => [{ op: 'replace', path: 'summary', value }];
const owner = (url: string) => ({ url, objectId: 1, type: 'ticket', level: 'owner', payloadVersion: '3.0.0' });

describe('registering', () => {
  it('CW-130 a callback comes back whole, level owner means object 1, and once is enough', async () => {
    const { cw } = await startBench();
    const body = { ...owner('https://x.example/hook?recordId='), objectId: 0 };
    expect(await cw('POST', 'system/callbacks', { body })).toMatchObject({
      status: 201,
      body: {
        id: 1,
        objectId: 1,
        type: 'ticket',
        level: 'owner',
        memberId: 150,
        payloadVersion: '3.0.0',
        inactiveFlag: false,
        isSoapCallbackFlag: false,
        isSelfSuppressedFlag: false,
        connectWiseID: expect.any(String),
        _info: { updatedBy: 'IntApi' },
      },
    });
    expect((await cw('POST', 'system/callbacks', { body })).body.errors[0]).toMatchObject({
      code: 'ObjectExists',
      message: 'A matching callback entry already exists',
      field: 'objectId',
    });
  });
  it('CW-132 CW-134 bad address, bad level, missing members', async () => {
    const { cw } = await startBench();
    expect(
      (await cw('POST', 'system/callbacks', { body: { url: 'nonsense', objectId: 1, type: 'ticket', level: 'galaxy' } })).body,
    ).toEqual({
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
    });
    expect((await cw('POST', 'system/callbacks', { body: {} })).body.errors.map((error: { field: string }) => error.field)).toEqual([
      'url',
      'objectId',
      'type',
      'level',
    ]);
  });
});

describe('delivering', () => {
  it('CW-135 CW-136 CW-137 CW-139 address, body, signature and key', async () => {
    const { cw, raw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    const { body: callback } = await cw('POST', 'system/callbacks', { body: owner(url) });
    sandbox.connectwise.records.patch('ticket', 7601, { operations: summary('changed'), context: { actor: 'jdoe' } });
    await cw('DELETE', 'service/tickets/7601');
    await sandbox.connectwise.callbacks.idle();
    const [updated, deleted] = received.toSorted((a, b) => (a.url > b.url ? -1 : 1));
    expect([updated?.url, deleted?.url]).toEqual(['/hook?recordId=7601&action=updated', '/hook?recordId=7601&action=deleted']);
    const payload = JSON.parse(updated?.body ?? '');
    expect(payload).toMatchObject({
      Action: 'updated',
      ID: 7601,
      Type: 'ticket',
      CompanyId: 'acme',
      MemberId: 'jdoe',
      CallbackObjectRecId: callback.id,
      MessageId: expect.any(String),
    });
    expect(JSON.parse(payload.Entity)).toMatchObject({ id: 7601, summary: 'changed' });
    expect(JSON.parse(deleted?.body ?? '')).toMatchObject({ Action: 'deleted', Entity: null, MemberId: 'IntApi' });
    const keyUrl = new URL(payload.Metadata.key_url);
    expect(keyUrl.pathname).toBe('/v2025_1//system/callbackkey/index.rails');
    const key = await raw('GET', keyUrl.pathname + keyUrl.search);
    expect(Object.keys(key.body)).toEqual(['signing_key']);
    const hash = createHash('sha256').update(key.body.signing_key).digest();
    expect(updated?.signature).toBe(
      createHmac('sha256', hash)
        .update(updated?.body ?? '')
        .digest('base64'),
    );
  });
  it('CW-142 CW-143 only 404, 409, 419 and 429 are tried again, twice', async () => {
    const { cw, sandbox } = await startBench({ callbacks: { retryMs: [1, 1] } });
    const busy = await startReceiver([404, 429, 409]);
    const broken = await startReceiver([500]);
    await cw('POST', 'system/callbacks', { body: owner(busy.url) });
    await cw('POST', 'system/callbacks', { body: owner(broken.url) });
    await cw('PATCH', 'service/tickets/7601', { body: summary('x') });
    await sandbox.connectwise.callbacks.idle();
    expect(busy.received).toHaveLength(3);
    expect(broken.received).toHaveLength(1);
  });
  it('CW-145 CW-147 own changes and other boards are left out', async () => {
    const { cw, sandbox } = await startBench();
    const quiet = await startReceiver();
    const board = await startReceiver();
    await cw('POST', 'system/callbacks', { body: { ...owner(quiet.url), isSelfSuppressedFlag: true } });
    await cw('POST', 'system/callbacks', { body: { ...owner(board.url), type: 'Ticket', level: 'Board', objectId: 1 } });
    await cw('PATCH', 'service/tickets/7602', { body: summary('board 21, by ourselves') });
    await sandbox.connectwise.callbacks.idle();
    expect([quiet.received.length, board.received.length]).toEqual([0, 0]);
    sandbox.connectwise.records.patch('ticket', 7601, { operations: summary('board 1, by a person'), context: { actor: 'jdoe' } });
    await sandbox.connectwise.callbacks.idle();
    expect([quiet.received.length, board.received.length]).toEqual([1, 1]);
  });
  it('CW-140 the signature covers the bytes: one changed or respaced no longer fits', async () => {
    const { cw, sandbox } = await startBench();
    const { received, url } = await startReceiver();
    await cw('POST', 'system/callbacks', { body: owner(url) });
    const key = createHash('sha256').update(sandbox.connectwise.callbacks.signingKey).digest();
    for (const tamper of ['none', 'byte', 'spacing'] as const) {
      sandbox.quirks.callbackTamper = tamper;
      await cw('PATCH', 'service/tickets/7601', { body: summary(tamper) });
      await sandbox.connectwise.callbacks.idle();
    }
    const fits = received.map(({ body, signature }) => createHmac('sha256', key).update(body).digest('base64') === signature);
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
