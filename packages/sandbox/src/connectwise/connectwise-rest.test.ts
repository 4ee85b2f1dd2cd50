/**
 * A foreign witness: the npm client `connectwise-rest`, unmodified. It speaks https only, so a TLS front with a certificate
 * of its own stands before the sandbox.
 */
import { request as forward } from 'node:http';
import { createServer, globalAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ManageAPI } from 'connectwise-rest';
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
