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
  it('orders throttling, trouble, slowness and lost answers over HTTP, and disarms them', async () => {
    const { cw, raw, sandbox } = await startBench();
    const order = (rule: Record<string, unknown>) => raw('POST', '/demo/api/faults', { body: { vendor: 'connectwise', ...rule } });
    await order({ path: 'service/boards', kind: 'status', status: 429, retryAfter: 5 });
    expect((await cw('GET', 'service/boards')).headers.get('retry-after')).toBe('5');
    await order({ path: 'company/', kind: 'status', status: 503, times: 2 });
    expect([(await cw('GET', 'company/contacts')).status, (await cw('GET', 'company/contacts')).status]).toEqual([503, 503]);
    await order({ path: 'finance/', kind: 'slow', delayMs: 1 });
    expect((await cw('GET', 'finance/invoices/1')).status).toBe(200);
    await order({ path: '', kind: 'reset-before', method: 'POST' });
    await expect(cw('POST', 'service/tickets', { body: { summary: 'never', company: { id: 1 } } })).rejects.toThrow();
    expect((await cw('GET', 'service/tickets/count?conditions=summary="never"')).body).toEqual({ count: 0 });
    const { id } = (await order({ pathPattern: 'members$', kind: 'status', status: 500 })).body;
    expect((await raw('DELETE', `/demo/api/faults/${id}`)).status).toBe(204);
    expect([(await cw('GET', 'system/members')).status, sandbox.faults.list()]).toEqual([200, []]);
    expect((await order({ path: '', kind: 'nonsense' })).status).toBe(422);
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
  it.each(['sites', 'projects', 'agreements', 'invoices', 'opportunities', 'configurations', 'time', 'boards', 'priorities', 'members'])(
    'shows %s of the PSA',
    async (kind) => {
      const { raw } = await startBench({ seed: 'demo' });
      const { body: list } = await raw('GET', `/demo/api/psa/${kind}`);
      expect(list.rows.length).toBeGreaterThan(0);
      const { body: record } = await raw('GET', `/demo/api/psa/${kind}/${list.rows[0].id}`);
      expect(record).toMatchObject({ title: list.rows[0].cells.summary.text, chip: { text: expect.any(String) } });
      expect((await raw('GET', `/demo/api/psa/${kind}?q=no-such-thing`)).body.total).toBe(0);
    },
  );
  it.each(['leads', 'cases', 'tasks'])('shows %s of the CRM', async (kind) => {
    const { raw } = await startBench({ seed: 'demo' });
    const { body: list } = await raw('GET', `/demo/api/crm/${kind}`);
    expect(list.rows.length).toBeGreaterThan(0);
    const { body: record } = await raw('GET', `/demo/api/crm/${kind}/${list.rows[0].id}`);
    expect(record).toMatchObject({ title: list.rows[0].cells.name.text, chip: { text: expect.any(String) } });
    expect((await raw('GET', `/demo/api/crm/${kind}?q=no-such-thing`)).body.total).toBe(0);
  });
  it('makes, qualifies and converts a lead, comments on a case and completes a task as a person', async () => {
    const { raw, sandbox } = await startBench({ seed: 'demo' });
    const post = (path: string, body: Record<string, unknown> = {}) => raw('POST', `/demo/api/crm/${path}`, { body });
    const lead = await post('leads', { LastName: 'Okafor', Company: 'Fresh Ltd', Email: 'okafor@fresh.example' });
    expect(lead.status).toBe(201);
    expect((await post(`leads/${lead.body.id}/qualify`)).body).toMatchObject({
      chip: { text: 'Qualified' },
      actions: [{ id: 'convert' }],
      changed: { by: 'Alex Morgan' },
    });
    expect((await post(`leads/${lead.body.id}/convert`)).body).toMatchObject({ chip: { text: 'Converted' }, actions: [] });
    const account = sandbox.salesforce.store.all('Account').find((row) => row['Name'] === 'Fresh Ltd');
    expect(sandbox.salesforce.store.get('Lead', lead.body.id)).toMatchObject({ IsConverted: true, ConvertedAccountId: account?.Id });
    // A second one of the same firm and address finds what is there.
    const again = await post('leads', { LastName: 'Okafor', Company: 'Fresh Ltd', Email: 'okafor@fresh.example' });
    await post(`leads/${again.body.id}/convert`);
    expect(
      sandbox.salesforce.store.all('Contact').filter((row) => row['LastName'] === 'Okafor' && row['AccountId'] === account?.Id),
    ).toHaveLength(1);
    const id = (await raw('GET', '/demo/api/crm/cases')).body.rows[0].id;
    expect((await post(`cases/${id}/notes`, { text: 'Called back.' })).body.notes[0]).toMatchObject({
      text: 'Called back.',
      tag: 'Public',
    });
    const open = (await raw('GET', '/demo/api/crm/tasks?q=not+started')).body.rows[0].id;
    expect((await post(`tasks/${open}/complete`)).body).toMatchObject({ chip: { text: 'Completed' }, actions: [] });
    expect(await post('leads', { LastName: 'Nobody' })).toMatchObject({ status: 422 });
  });
  it('knows linked customers from both sides', async () => {
    const { sandbox } = await startBench({ seed: 'demo' });
    const linked = sandbox.salesforce.store.all('Account').filter((row) => row['CW_Company_Id__c'] !== null);
    expect(linked.length).toBeGreaterThan(20);
    for (const account of linked) expect(sandbox.connectwise.store.get('company', Number(account['CW_Company_Id__c']))).toBeDefined();
  });
  it('records a payment, extends and cancels an agreement as a person', async () => {
    const { raw, sandbox } = await startBench({ seed: 'demo' });
    const { store } = sandbox.connectwise;
    const invoice = store.find('invoice', (row) => Number(row.values['balance']) > 10);
    const path = `/demo/api/psa/invoices/${invoice?.id}`;
    const balance = Number(invoice?.values['balance']);
    expect((await raw('PATCH', path, { body: { recordPayment: 10 } })).body.related[0].rows.at(-1)).toMatchObject({
      text: '$10 · Payment',
    });
    expect(store.get('invoice', invoice?.id ?? 0)).toMatchObject({ values: { balance: balance - 10 }, info: { updatedBy: 'jdoe' } });
    expect((await raw('PATCH', path, { body: { recordPayment: -5 } })).status).toBe(422);
    const agreement = store.all('agreement')[0];
    const end = String(agreement?.values['endDate']);
    const act = (action: string) => raw('POST', `/demo/api/psa/agreements/${agreement?.id}/${action}`);
    await act('extend');
    expect(store.get('agreement', agreement?.id ?? 0)?.values['endDate']).toBe(`${Number(end.slice(0, 4)) + 1}${end.slice(4)}`);
    expect((await act('cancel')).body).toMatchObject({ chip: { text: 'Cancelled' }, actions: [{ id: 'reinstate' }] });
    expect((await act('reinstate')).body.chip.text).toBe('Active');
  });
  it('makes a company, a contact and a ticket as a person, and says what is missing', async () => {
    const { raw } = await startBench({ seed: 'demo' });
    const make = (kind: string, body: Record<string, unknown>) => raw('POST', `/demo/api/psa/${kind}`, { body });
    const company = await make('companies', { name: 'Fresh Ltd', identifier: 'FRESH' });
    expect(company.status).toBe(201);
    expect((await make('contacts', { firstName: 'Fay', company: company.body.id })).status).toBe(201);
    const ticket = await make('tickets', { summary: 'First', company: company.body.id });
    expect((await raw('GET', `/demo/api/psa/tickets/${ticket.body.id}`)).body).toMatchObject({ title: 'First', changed: { by: 'jdoe' } });
    expect(await make('companies', { name: 'Nameless' })).toMatchObject({
      status: 422,
      body: { message: 'The identifier field is required.' },
    });
    expect((await make('members', {})).status).toBe(404);
  });
  it.each(['opportunities', 'leads', 'accounts', 'contacts', 'cases', 'tasks', 'users'])('shows %s of the CRM', async (kind) => {
    const { raw } = await startBench({ seed: 'demo' });
    const { body: list } = await raw('GET', `/demo/api/crm/${kind}`);
    expect(list.rows.length).toBeGreaterThan(0);
    expect((await raw('GET', `/demo/api/crm/${kind}/${list.rows[0].id}`)).body).toMatchObject({ title: list.rows[0].cells.name.text });
    expect((await raw('GET', `/demo/api/crm/${kind}?q=no-such-thing`)).body.total).toBe(0);
  });
  it('every form of a page makes its record', async () => {
    const { raw } = await startBench({ seed: 'demo' });
    const VALUES: Record<string, string> = { text: 'By hand', number: '12', date: '2027-01-31' };
    const OWN: Record<string, string> = { identifier: 'BYHAND', Email: 'by@hand.example', email: 'by@hand.example', phone: '5550100' };
    for (const [system, kinds] of [
      ['crm', ['opportunities', 'leads', 'accounts', 'contacts', 'cases', 'tasks']],
      ['psa', ['companies', 'contacts', 'tickets', 'sites', 'projects', 'agreements', 'invoices', 'opportunities', 'configurations']],
    ] as const)
      for (const kind of kinds) {
        const { creates } = (await raw('GET', `/demo/api/${system}/${kind}`)).body;
        const body = Object.fromEntries(
          creates.fields.map((field: { name: string; input: string; value: string; options?: { value: string }[] }) => [
            field.name,
            OWN[field.name] ?? (field.input === 'select' ? field.value || field.options?.[0]?.value : VALUES[field.input]),
          ]),
        );
        const made = await raw('POST', `/demo/api/${system}/${kind}`, { body });
        expect([system, kind, made.status, made.body.message]).toEqual([system, kind, 201, undefined]);
        expect((await raw('GET', `/demo/api/${system}/${kind}/${made.body.id}`)).status).toBe(200);
      }
  });
  it('tickets are timed, closed and opened again at the desk; people come and go', async () => {
    const { raw } = await startBench({ seed: 'demo' });
    const first = async (place: string) => `/demo/api/${place}/${(await raw('GET', `/demo/api/${place}`)).body.rows[0].id}`;
    const ticket = await first('psa/tickets');
    const timed = await raw('PATCH', ticket, { body: { bookTime: 1.5 } });
    expect(timed.body.related.find((list: { title: string }) => list.title === 'Time').rows).toMatchObject([{ sub: '1.5 h · jdoe' }]);
    expect((await raw('POST', `${ticket}/close`)).body).toMatchObject({ chip: { tone: 'quiet' }, actions: [{ id: 'reopen' }] });
    expect((await raw('POST', `${ticket}/reopen`)).body.actions).toMatchObject([{ id: 'close' }]);
    const user = (await raw('GET', '/demo/api/crm/users?q=dana')).body.rows[0].id;
    expect((await raw('POST', `/demo/api/crm/users/${user}/deactivate`)).body.chip.text).toBe('Inactive');
    const deal = (await raw('GET', await first('crm/opportunities'))).body;
    expect(deal.related.map((list: { title: string }) => list.title)).toEqual(
      expect.arrayContaining(['People', 'Products', 'Stage history']),
    );
  });
  it.each(['crm/opportunities', 'crm/accounts', 'crm/contacts', 'crm/leads', 'crm/cases', 'psa/companies', 'psa/contacts', 'psa/projects'])(
    'takes notes on %s',
    async (place) => {
      const { raw } = await startBench({ seed: 'demo' });
      const id = (await raw('GET', `/demo/api/${place}`)).body.rows[0].id;
      const { body } = await raw('POST', `/demo/api/${place}/${id}/notes`, { body: { text: 'First line\nSecond line' } });
      expect(body.notes[0]).toMatchObject({ by: place.startsWith('crm') ? 'Alex Morgan' : 'jdoe', text: 'First line\nSecond line' });
    },
  );
});
