import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from './index.ts';
import { startBench } from './testing.ts';

describe('faults', () => {
  it('answers a status as often as told, in the vendor’s words', async () => {
    const { cw, sandbox } = await startBench();
    sandbox.faults.add({ vendor: 'connectwise', path: /companies/, times: 1, kind: 'status', status: 429, retryAfter: 3 });
    const refused = await cw('GET', 'company/companies');
    expect(refused).toMatchObject({ status: 429, body: { error: 'ConnectWiseAPI' } });
    expect(refused.headers.get('retry-after')).toBe('3');
    expect((await cw('GET', 'company/companies')).status).toBe(200);
    expect(sandbox.requests.map((request) => request.status)).toEqual([429, 200]);
  });
  it('CW-123 stores the record and cuts the connection', async () => {
    const { cw, raw, sandbox } = await startBench();
    await raw('POST', '/demo/api/faults', {
      body: { vendor: 'connectwise', method: 'POST', path: 'service/tickets', kind: 'reset-after-apply' },
    });
    await expect(cw('POST', 'service/tickets', { body: { summary: 'x', company: { id: 1 }, externalXRef: 'sf-opp:1' } })).rejects.toThrow();
    expect((await cw('GET', 'service/tickets/count?conditions=externalXRef="sf-opp:1"')).body).toEqual({ count: 1 });
    sandbox.faults.add({ vendor: 'salesforce', path: 'limits', times: 1, kind: 'reset-before' });
  });
  it('lets go of hanging requests when closed', async () => {
    const sandbox = await startSandbox({ port: 0, seed: 'fixture' });
    sandbox.faults.add({ vendor: 'salesforce', path: '/services/data', times: 1, kind: 'hang' });
    const hanging = fetch(`${sandbox.url}/services/data`).catch(() => 'cut');
    await expect.poll(() => sandbox.requests.length).toBe(1);
    await sandbox.close();
    expect(await hanging).toBe('cut');
  });
});

describe('state', () => {
  it('outlives a restart, tokens included', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'weft-sandbox-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const options = { port: 0, seed: 'fixture', snapshotPath: join(folder, 'state.json') } as const;
    const before = await startSandbox(options);
    before.connectwise.records.create('company', { identifier: 'KEPT', name: 'Kept' }, { actor: 'jdoe' });
    const token = before.salesforce.sessions.open({ userId: before.salesforce.account.integrationUserId, clientId: 'x', scope: 'api' });
    await before.close();
    const after = await startSandbox(options);
    onTestFinished(() => after.close());
    expect(after.connectwise.store.find('company', (row) => row.values['identifier'] === 'KEPT')?.id).toBe(131);
    expect((await fetch(`${after.url}/services/data/v66.0/limits`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  });
});

describe('demo data and pages', () => {
  it('has the numbers and the showcase deal', async () => {
    const { sandbox, raw } = await startBench({ seed: 'demo' });
    const { salesforce, connectwise } = sandbox;
    const count = (object: string) => salesforce.store.all(object).length;
    expect([
      count('Account'),
      count('Opportunity'),
      connectwise.store.all('company').length,
      connectwise.store.all('contact').length,
      connectwise.store.all('ticket').length,
    ]).toEqual([141, 180, 120, 150, 220]);
    expect(count('Contact')).toBeGreaterThan(230);
    expect(connectwise.store.find('company', (row) => String(row.values['name']).includes('Northwind'))).toBeUndefined();
    const { body } = await raw('GET', '/demo/api/crm/opportunities');
    expect(body.rows[0].cells).toMatchObject({
      name: { text: 'Northwind Robotics – managed IT rollout' },
      stage: { text: 'Negotiation/Review' },
      amount: { text: '$48,000' },
    });
  });
  it('keeps every text within the vendor’s limits', async () => {
    const { sandbox } = await startBench({ seed: 'demo' });
    const { records, store } = sandbox.connectwise;
    for (const entity of ['company', 'contact', 'ticket']) {
      for (const row of store.all(entity))
        expect(() => records.patch(entity, row.id, { operations: [], context: { actor: 'jdoe' } })).not.toThrow();
    }
  });
  it('wins a deal as a person, and tells the open pages', async () => {
    const { sandbox, raw } = await startBench({ seed: 'demo' });
    const stream = await fetch(`${sandbox.url}/demo/events`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    const id = (await raw('GET', '/demo/api/crm/opportunities?q=northwind')).body.rows[0].id;
    expect((await raw('POST', `/demo/api/crm/opportunities/${id}/win`)).body).toMatchObject({
      chip: { text: 'Closed Won' },
      actions: [{ id: 'reopen' }],
      changed: { by: 'Alex Morgan' },
    });
    expect((await reader?.read())?.value).toContain(`{"system":"crm","kind":"opportunities","id":"${id}"}`);
    await reader?.cancel();
  });
  it('takes notes and refuses what the vendor would refuse', async () => {
    const { raw } = await startBench({ seed: 'demo' });
    const id = (await raw('GET', '/demo/api/psa/tickets')).body.rows[0].id;
    expect((await raw('POST', `/demo/api/psa/tickets/${id}/notes`, { body: { text: 'Called back.' } })).body.notes[0]).toMatchObject({
      by: 'jdoe',
      text: 'Called back.',
    });
    expect(await raw('PATCH', `/demo/api/psa/tickets/${id}`, { body: { summary: 's'.repeat(101) } })).toMatchObject({
      status: 422,
      body: { message: 'The field summary must be a string with a maximum length of 100.' },
    });
  });
});
