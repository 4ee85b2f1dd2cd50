import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readBody } from '../../http.ts';
import { startBench } from '../../testing.ts';
import { elementAt, parseXml } from '../soap/xml.ts';

const ack = (text: string) =>
  `<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>${text}</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>`;

/** A receiver that answers each post with the next of its answers, the last one for ever. */
async function receiver(...answers: string[]) {
  const bodies: string[] = [];
  const server = createServer((message, response) => {
    void readBody(message).then((body) => {
      bodies.push(body);
      response.writeHead(200, { 'content-type': 'text/xml' }).end(answers.length > 1 ? answers.shift() : answers[0]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies };
}

describe('outbound messages', () => {
  it('SF-124 posts SOAP with the fields asked for and is content with Ack true', async () => {
    const { url, bodies } = await receiver(ack('true'));
    const { raw, sf, sandbox } = await startBench({ outboundRetryMs: 1 });
    const set = await raw('POST', '/demo/api/salesforce/outbound-messages', {
      body: { object: 'Account', url, fields: ['Name', 'Phone'], when: "Name LIKE 'Tell%'" },
    });
    expect(set).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^04k/) } });
    await sf('POST', 'sobjects/Account', { body: { Name: 'Silent' } });
    const { id } = (await sf('POST', 'sobjects/Account', { body: { Name: 'Tell <me>' } })).body;
    await sandbox.salesforce.outbound.idle();
    expect(bodies).toHaveLength(1);
    const notifications = elementAt(parseXml(bodies[0] ?? ''), 'Body', 'notifications');
    expect(elementAt(notifications, 'OrganizationId')?.text).toBe(sandbox.salesforce.account.orgId);
    const record = elementAt(notifications, 'Notification', 'sObject');
    expect(record?.children.map((child) => [child.name, child.text])).toEqual([
      ['Id', id],
      ['Name', 'Tell <me>'],
    ]);
  });
  it('SF-124 Ack false or no answer to the point: the same notification again, with the record as it is by then', async () => {
    const { url, bodies } = await receiver(ack('false'), 'nonsense', ack('true'));
    const { sf, sandbox } = await startBench({ outboundRetryMs: 1 });
    sandbox.salesforce.outbound.add({ object: 'Account', url, fields: ['Name'], event: 'created' });
    const { id } = (await sf('POST', 'sobjects/Account', { body: { Name: 'First' } })).body;
    await sf('PATCH', `sobjects/Account/${id}`, { body: { Name: 'Second' } });
    await sandbox.salesforce.outbound.idle();
    const parsed = bodies.map((body) => elementAt(parseXml(body), 'Body', 'notifications', 'Notification'));
    expect(new Set(parsed.map((notification) => elementAt(notification, 'Id')?.text)).size).toBe(1);
    expect(elementAt(parsed.at(-1), 'sObject', 'Name')?.text).toBe('Second');
    expect(sandbox.salesforce.outbound.deliveries.map((delivery) => delivery.isAcknowledged)).toEqual([false, false, true]);
  });
  it('SF-124 after 24 hours without Ack a notification is given up', async () => {
    const { url, bodies } = await receiver(ack('false'));
    const { sf, sandbox, pass } = await startBench({ outboundRetryMs: 1 });
    sandbox.salesforce.outbound.add({ object: 'Account', url, fields: ['Name'], event: 'created' });
    await sf('POST', 'sobjects/Account', { body: { Name: 'Nobody listens' } });
    await expect.poll(() => bodies.length).toBeGreaterThan(2);
    pass(24 * 3_600_000);
    await sandbox.salesforce.outbound.idle();
    expect(sandbox.salesforce.outbound.deliveries.every((delivery) => !delivery.isAcknowledged)).toBe(true);
  });
});
