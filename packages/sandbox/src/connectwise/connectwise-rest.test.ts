/**
 * A foreign witness: the npm client `connectwise-rest`, unmodified. It speaks https only, so a TLS front with a certificate
 * of its own stands before the sandbox.
 */
import { request as forward } from 'node:http';
import { createServer, globalAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ManageAPI, utils } from 'connectwise-rest';
import { generate } from 'selfsigned';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBench, type Bench } from '../testing.ts';

/** The sandbox behind https; gives host and port. */
async function startTlsFront(target: string): Promise<string> {
  const certificate = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const server = createServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
    const onward = forward(new URL(request.url ?? '/', target), { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const before = globalAgent.options.ca;
  globalAgent.options.ca = certificate.cert;
  onTestFinished(async () => {
    globalAgent.options.ca = before;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function connect(changed: { privateKey?: string } = {}): Promise<{ bench: Bench; client: ManageAPI }> {
  const bench = await startBench();
  const { companyId, publicKey, privateKey, clientId } = bench.sandbox.connectwise.account;
  const companyUrl = await startTlsFront(bench.sandbox.url);
  return { bench, client: new ManageAPI({ companyId, companyUrl, publicKey, privateKey, clientId, logger: () => undefined, ...changed }) };
}

/** What the client throws: an object of its own. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('connectwise-rest', () => {
  it('reads the system, lists, counts and pages through companies', async () => {
    const { client } = await connect();
    expect(await client.SystemAPI.getSystemInfo()).toMatchObject({ version: expect.stringMatching(/^v\d+/) as string });
    expect(await client.CompanyAPI.getCompanyCompaniesCount()).toMatchObject({ count: 130 });
    const some = await client.CompanyAPI.getCompanyCompanies({ conditions: 'id > 10', orderBy: 'id desc', pageSize: 3, fields: 'id,name' });
    expect(
      some.map((company) =>
        Object.keys(company)
          .filter((key) => key !== '_info')
          .toSorted(),
      ),
    ).toEqual(Array.from({ length: 3 }, () => ['id', 'name']));
    const all = await client.paginate(client.CompanyAPI.getCompanyCompanies, { pageSize: 50 }, { orderBy: 'id' });
    expect(new Set((all as { id: number }[]).map(({ id }) => id)).size).toBe(130);
  });

  it('creates, patches and deletes', async () => {
    const { client } = await connect();
    const company = await client.CompanyAPI.postCompanyCompanies({
      identifier: 'WITNESS',
      name: 'Witness & Sons "Ltd"',
      site: { name: 'Main' },
    } as never);
    expect(company).toMatchObject({ id: expect.any(Number) as number, identifier: 'WITNESS', status: { name: 'Active' } });
    const id = company.id ?? 0;
    const patched = await client.CompanyAPI.patchCompanyCompaniesById(id, [
      { op: 'replace', path: 'phoneNumber', value: '5550199' } as never,
    ]);
    expect(patched).toMatchObject({ id, phoneNumber: '5550199' });
    const ticket = await client.ServiceAPI.postServiceTickets({ summary: 'From the witness', company: { id } } as never);
    expect(await client.ServiceAPI.getServiceTicketsById(ticket.id ?? 0)).toMatchObject({ summary: 'From the witness', company: { id } });
    await client.ServiceAPI.deleteServiceTicketsById(ticket.id ?? 0);
    expect(await failure(client.ServiceAPI.getServiceTicketsById(ticket.id ?? 0))).toMatchObject({
      status: 404,
      data: { code: 'NotFound', message: `Ticket ${ticket.id} not found` },
    });
  });

  it('works a ticket: notes, status, configurations, what is found and counted', async () => {
    const { client } = await connect();
    const { ServiceAPI: service, CompanyAPI: company } = client;
    const { id = 0 } = await service.postServiceTickets({ summary: 'Printer on fire', company: { id: 1 } } as never);
    await service.postServiceTicketsByParentIdNotes(id, { text: 'Called back.', detailDescriptionFlag: true } as never);
    expect(await service.getServiceTicketsByParentIdNotes(id)).toMatchObject([{ text: 'Called back.', createdBy: 'IntApi' }]);
    const device = await company.postCompanyConfigurations({ name: 'PR-1', type: { id: 3 }, company: { id: 1 } } as never);
    await service.postServiceTicketsByParentIdConfigurations(id, { id: device.id } as never);
    const [found] = await service.getServiceTickets({ conditions: `configuration/id = ${device.id}` });
    expect(found?.id).toBe(id);
    const closed = await service.patchServiceTicketsById(id, [{ op: 'replace', path: 'status', value: { name: 'Closed' } } as never]);
    expect(closed).toMatchObject({ closedFlag: true, status: { name: 'Closed' } });
    expect(await service.getServiceTicketsCount({ conditions: 'board/id = 1 and closedFlag = true' })).toMatchObject({ count: 1 });
    const statuses = await service.getServiceBoardsByParentIdStatuses(1);
    expect(statuses.map(({ name }) => name)).toEqual(['New', 'In Progress', 'Closed']);
  });

  it('keeps people: contacts with their e-mail and phone, by the item and by the child condition', async () => {
    const { client } = await connect();
    const { CompanyAPI: company } = client;
    const { id = 0 } = await company.postCompanyContacts({
      firstName: 'Wilma',
      lastName: 'Witness',
      company: { id: 2 },
      communicationItems: [{ type: { id: 13 }, value: 'wilma@witness.example', defaultFlag: true }],
    } as never);
    const phone = await company.postCompanyContactsByParentIdCommunications(id, { type: { id: 2 }, value: '5550100' } as never);
    await company.patchCompanyContactsByParentIdCommunicationsById(phone.id ?? 0, id, [
      { op: 'replace', path: 'value', value: '5550101' } as never,
    ]);
    const [found] = await company.getCompanyContacts({ childConditions: 'communicationItems/value like "wilma@*"' });
    expect(found).toMatchObject({ id, communicationItems: [{ value: 'wilma@witness.example' }, { value: '5550101' }] });
    await company.deleteCompanyContactsById(id, 1);
    expect(await failure(company.getCompanyContactsById(id))).toMatchObject({ status: 404 });
  });

  it('pages through what it is given, whatever the size of a page', async () => {
    const { bench, client } = await connect();
    for (const pageSize of [30, 65, 130, 1000]) {
      const all = await client.paginate(client.CompanyAPI.getCompanyCompanies, { pageSize, startPage: 1 }, { orderBy: 'id', fields: 'id' });
      expect((all as { id: number }[]).map(({ id }) => id)).toEqual(Array.from({ length: 130 }, (_, index) => index + 1));
    }
    expect(bench.sandbox.requests.every(({ status }) => status === 200)).toBe(true);
  });

  it('registers callbacks, checks what comes, lists and removes them', async () => {
    const { bench, client } = await connect();
    const { SystemAPI: system } = client;
    const entry = { url: 'http://127.0.0.1:9/hook?recordId=', objectId: 1, type: 'ticket', level: 'owner' };
    const made = await system.postSystemCallbacks(entry as never);
    expect(made).toMatchObject({ ...entry, inactiveFlag: false, memberId: 150 });
    expect(await failure(system.postSystemCallbacks(entry as never))).toMatchObject({
      status: 400,
      data: { errors: [{ code: 'ObjectExists' }] },
    });
    expect(await system.getSystemCallbacks()).toHaveLength(1);
    await bench.cw('POST', 'service/tickets', { body: { summary: 'Tell it', company: { id: 1 } } });
    await bench.sandbox.connectwise.callbacks.idle();
    const [delivery] = bench.sandbox.connectwise.callbacks.deliveries;
    const { signingKey } = bench.sandbox.connectwise.callbacks;
    // The client's own check writes the parsed body anew, which fits as long as the vendor writes it without spaces.
    expect(utils.Callback.verifyMessage(JSON.parse(delivery?.body ?? '{}'), delivery?.signature ?? '', signingKey)).toBe(true);
    expect(utils.Callback.verifyMessage(JSON.parse(delivery?.body ?? '{}'), delivery?.signature ?? '', 'another key')).toBe(false);
    await system.deleteSystemCallbacksById(made.id ?? 0);
    expect(await system.getSystemCallbacks()).toEqual([]);
  });

  it('reads what belongs to sales and money', async () => {
    const { client } = await connect();
    const [agreement] = await client.FinanceAPI.getFinanceAgreements({ conditions: 'agreementStatus = "Active"' });
    expect(agreement).toMatchObject({ name: 'Managed services', company: { identifier: 'ACME' } });
    expect(await client.FinanceAPI.getFinanceAgreementsByParentIdAdditions(agreement?.id ?? 0)).toMatchObject([{ quantity: 10 }]);
    const invoices = await client.FinanceAPI.getFinanceInvoices({ conditions: 'balance > 0', orderBy: 'dueDate asc' });
    expect(invoices.map(({ invoiceNumber }) => invoiceNumber)).toEqual(['902', '901']);
    expect((await client.SystemAPI.getSystemMembers({ fields: 'id,identifier', pageSize: 2 })).map(({ identifier }) => identifier)).toEqual(
      ['IntApi', 'jdoe'],
    );
  });

  it('is refused as the vendor refuses: bad keys, bad conditions, missing fields', async () => {
    const { client } = await connect();
    expect(await failure(client.CompanyAPI.getCompanyCompanies({ conditions: 'nonsense = 1' }))).toMatchObject({
      status: 400,
      data: { code: 'ApiFindCondition' },
    });
    expect(await failure(client.CompanyAPI.postCompanyCompanies({ name: 'No identifier' } as never))).toMatchObject({
      status: 400,
      data: {
        code: 'InvalidObject',
        errors: expect.arrayContaining([expect.objectContaining({ code: 'MissingRequiredField' })]) as unknown,
      },
    });
    const wrong = await connect({ privateKey: 'wrong' });
    expect(await failure(wrong.client.CompanyAPI.getCompanyCompanies())).toMatchObject({ status: 401 });
  });
});
