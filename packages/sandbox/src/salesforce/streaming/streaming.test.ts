import { Connection } from '@jsforce/jsforce-node';
import { StreamingExtension } from '@jsforce/jsforce-node/lib/api/streaming.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBench, type Bench } from '../../testing.ts';

interface Message {
  channel: string;
  successful?: boolean;
  error?: string;
  clientId?: string;
  advice?: { reconnect: string };
  // oxlint-disable-next-line typescript/no-explicit-any -- events are what the tests examine, member by member
  data?: any;
}

/** Speaks Bayeux by hand: a signed-in client with its subscriptions. */
async function listener(bench: Bench, channel: string, replay = -1) {
  const { salesforce } = bench.sandbox;
  const token = salesforce.sessions.open({ userId: salesforce.account.integrationUserId, clientId: 'x', scope: 'api' });
  const post = async (message: Record<string, unknown>): Promise<Message[]> =>
    (await bench.raw('POST', '/cometd/66.0', { body: [message], headers: { authorization: `OAuth ${token}` } })).body;
  const [hello] = await post({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'], id: '1' });
  const clientId = hello?.clientId;
  const subscribed = await post({
    channel: '/meta/subscribe',
    clientId,
    subscription: channel,
    ext: { replay: { [channel]: replay } },
    id: '2',
  });
  const connect = () => post({ channel: '/meta/connect', clientId, connectionType: 'long-polling', id: '3' });
  return { post, connect, subscribed, clientId };
}

const events = (messages: Message[]) => messages.filter((message) => message.data).map((message) => message.data);
const make = async (bench: Bench, object: string, body: unknown) =>
  (await bench.sf('POST', `sobjects/${object}`, { body })).body.id as string;

describe('change events', () => {
  it('SF-119 an update tells its changed fields only, compound parts nested and named by path', async () => {
    const bench = await startBench();
    const id = await make(bench, 'Contact', { FirstName: 'Ann', LastName: 'Old', Phone: '1', MailingCity: 'Graz' });
    const { connect } = await listener(bench, '/data/ContactChangeEvent');
    bench.pass(5000);
    await bench.sf('PATCH', `sobjects/Contact/${id}`, { body: { LastName: 'New', Phone: null, MailingCity: 'Linz' } });
    const [event] = events(await connect());
    const { ChangeEventHeader: header, ...fields } = event.payload;
    expect(header).toMatchObject({
      entityName: 'Contact',
      recordIds: [id],
      changeType: 'UPDATE',
      changeOrigin: 'com/salesforce/api/rest/66.0',
      transactionKey: expect.any(String),
      sequenceNumber: 1,
      commitTimestamp: Date.parse('2026-11-23T10:00:05Z'),
      commitNumber: expect.any(Number),
      commitUser: bench.sandbox.salesforce.account.integrationUserId,
    });
    expect(header.commitNumber).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
    expect(header.changedFields.toSorted()).toEqual(['LastModifiedDate', 'MailingAddress.City', 'Name.LastName', 'Phone']);
    expect(header.nulledFields).toEqual(['Phone']);
    expect(fields).toEqual({
      Name: { LastName: 'New' },
      Phone: null,
      MailingAddress: { City: 'Linz' },
      LastModifiedDate: '2026-11-23T10:00:05.000Z',
    });
    expect(event).toMatchObject({ schema: expect.any(String), event: { replayId: expect.any(Number) } });
  });
  it('a new record tells every field, unset ones null; a deleted one its header', async () => {
    const bench = await startBench();
    const { connect } = await listener(bench, '/data/ChangeEvents');
    const id = await make(bench, 'Account', { Name: 'Fresh' });
    await bench.sf('DELETE', `sobjects/Account/${id}`);
    const [created, deleted] = events(await connect());
    expect(created.payload).toMatchObject({ ChangeEventHeader: { changeType: 'CREATE' }, Name: 'Fresh', Phone: null });
    expect(Object.keys(deleted.payload)).toEqual(['ChangeEventHeader']);
    expect(deleted.payload.ChangeEventHeader).toMatchObject({ changeType: 'DELETE', recordIds: [id] });
  });
  it('SF-115 SF-120 the client named by Sforce-Call-Options stands in changeOrigin', async () => {
    const bench = await startBench();
    const { connect } = await listener(bench, '/data/AccountChangeEvent');
    const { salesforce } = bench.sandbox;
    const accessToken = salesforce.sessions.open({ userId: salesforce.account.integrationUserId, clientId: 'x', scope: 'api' });
    const connection = new Connection({ instanceUrl: bench.sandbox.url, accessToken, version: '66.0', callOptions: { client: 'weft' } });
    await connection.sobject('Account').create({ Name: 'x' });
    const [event] = events(await connect());
    expect(event.payload.ChangeEventHeader.changeOrigin).toBe('com/salesforce/api/rest/66.0;client=weft');
    expect(event.payload.ChangeEventHeader.commitUser).toBe(salesforce.account.integrationUserId);
  });
  it('SF-122 a gap event has a header and nothing else', async () => {
    const bench = await startBench();
    const { connect } = await listener(bench, '/data/ChangeEvents');
    await bench.raw('POST', '/demo/api/salesforce/change-events', {
      body: { entityName: 'Account', changeType: 'GAP_UPDATE', recordIds: ['001x'] },
    });
    const [event] = events(await connect());
    expect(event.payload).toMatchObject({ ChangeEventHeader: { changeType: 'GAP_UPDATE', recordIds: ['001x'], changedFields: [] } });
    expect(Object.keys(event.payload)).toEqual(['ChangeEventHeader']);
  });
  it('rolled-back writes and objects not selected are not told', async () => {
    const bench = await startBench();
    const { connect } = await listener(bench, '/data/ChangeEvents');
    await bench.sf('POST', 'composite/sobjects', {
      body: { allOrNone: true, records: [{ attributes: { type: 'Account' }, Name: 'undone' }, { attributes: { type: 'Account' } }] },
    });
    await make(bench, 'Task', { Subject: 'x' });
    await bench.sf('POST', 'composite/sobjects', {
      body: { records: [1, 2].map((index) => ({ attributes: { type: 'Account' }, Name: `kept ${index}` })) },
    });
    const told = events(await connect());
    expect(told.map((event) => event.payload.Name)).toEqual(['kept 1', 'kept 2']);
    const headers = told.map((event) => event.payload.ChangeEventHeader);
    expect(headers.map((header) => header.sequenceNumber)).toEqual([1, 2]);
    expect(headers[0].transactionKey).toBe(headers[1].transactionKey);
  });
});

describe('the wire', () => {
  it('replays what was missed: after an id, everything, or nothing; an id out of reach is refused', async () => {
    const bench = await startBench();
    const first = await listener(bench, '/data/AccountChangeEvent');
    await make(bench, 'Account', { Name: 'one' });
    await make(bench, 'Account', { Name: 'two' });
    const replayId = events(await first.connect())[0].event.replayId as number;
    const names = async (replay: number) =>
      events((await listener(bench, '/data/AccountChangeEvent', replay)).subscribed).map((event) => event.payload.Name);
    expect(await names(replayId)).toEqual(['two']);
    expect(await names(-2)).toEqual(['one', 'two']);
    expect(await names(-1)).toEqual([]);
    expect((await listener(bench, '/data/AccountChangeEvent', 999)).subscribed[0]).toMatchObject({
      successful: false,
      error: expect.stringContaining('The replayId {999} you provided was invalid.'),
    });
    bench.pass(73 * 3_600_000);
    expect(await names(-2)).toEqual([]);
  });
  it('waits for something to tell', async () => {
    const bench = await startBench();
    const { connect } = await listener(bench, '/data/AccountChangeEvent');
    const waiting = connect();
    await make(bench, 'Account', { Name: 'late' });
    const messages = await waiting;
    expect(messages.map((message) => message.channel)).toEqual(['/data/AccountChangeEvent', '/meta/connect']);
    expect(messages[1]).toMatchObject({ successful: true, advice: { reconnect: 'retry' } });
  });
  it('turns strangers away: no token, an unknown client, an unknown channel', async () => {
    const bench = await startBench();
    const refused = await bench.raw('POST', '/cometd/66.0', { body: [{ channel: '/meta/handshake' }] });
    expect(refused.body[0]).toMatchObject({
      successful: false,
      error: '403::Handshake denied',
      advice: { reconnect: 'none' },
      ext: { sfdc: { failureReason: '401::Authentication invalid' } },
    });
    const { post, clientId } = await listener(bench, '/data/ChangeEvents');
    expect((await post({ channel: '/meta/connect', clientId: 'nobody' }))[0]).toMatchObject({
      error: '403::Unknown client',
      advice: { reconnect: 'handshake' },
    });
    expect((await post({ channel: '/meta/subscribe', clientId, subscription: '/data/NopeChangeEvent' }))[0]).toMatchObject({
      successful: false,
    });
  });
  it('jsforce streams from it, with replay', async () => {
    const bench = await startBench();
    const { salesforce } = bench.sandbox;
    const accessToken = salesforce.sessions.open({ userId: salesforce.account.integrationUserId, clientId: 'x', scope: 'api' });
    const connection = new Connection({ instanceUrl: bench.sandbox.url, accessToken, version: '66.0' });
    await make(bench, 'Account', { Name: 'before' });
    const channel = '/data/AccountChangeEvent';
    const client = connection.streaming.createClient([new StreamingExtension.Replay(channel, -2)]);
    onTestFinished(() => (client as unknown as { disconnect(): void }).disconnect());
    const names: string[] = [];
    void client.subscribe(channel, (event: { payload: { Name: string } }) => names.push(event.payload.Name));
    await expect.poll(() => names).toEqual(['before']);
    await make(bench, 'Account', { Name: 'after' });
    await expect.poll(() => names).toEqual(['before', 'after']);
  });
});
