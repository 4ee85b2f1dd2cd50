/** Callbacks about the records of one board, company, status or type, and the search behind them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Choice, HookRequest, TriggerEvent } from '@weft/connector-kit';
import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectwiseBench } from './accounts.ts';

let sandbox: Sandbox;
let psa: TestBench;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo', limits: { connectwisePerMinute: 100_000 } });
  psa = connectwiseBench(sandbox.url);
}, 60_000);
afterAll(() => sandbox.close());

interface Input {
  readonly object: string;
  readonly level?: string;
  readonly of?: string;
}

const trigger = () => {
  const found = psa.connector.operations.find(({ id }) => id === 'callback');
  if (found?.kind !== 'trigger' || found.mode !== 'push' || found.reconcile === undefined) throw new Error('callback is no push trigger');
  return { ...found, reconcile: found.reconcile };
};
const registered = async (): Promise<{ id: number; level: string; objectId: number; type: string }[]> =>
  ((await psa.run('request', { method: 'GET', path: 'system/callbacks' })) as { body: never }).body;
const choices = async (property: string, values: Record<string, unknown>, search?: string): Promise<readonly Choice[]> =>
  (
    await psa.connector.choicePage?.(psa.context(), {
      operation: 'callback',
      property,
      values,
      ...(search === undefined ? {} : { search }),
    })
  )?.choices ?? [];
const ids = (events: readonly TriggerEvent[]): number[] => events.map(({ payload }) => (payload as { id: number }).id);

/** Listens at an address of its own, as the product does. */
async function listen(input: Input) {
  const received: HookRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      received.push({ method: 'POST', path: request.url ?? '/', query: {}, headers, rawBody: new Uint8Array(Buffer.concat(chunks)) });
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/abc`;
  const state = { kept: await trigger().activate(psa.context(), input as never, hookUrl, undefined) };
  onTestFinished(async () => {
    await trigger().deactivate(psa.context(), input as never, state.kept);
    server.close();
  });
  return {
    hookUrl,
    state,
    told: async (): Promise<number[]> => {
      await sandbox.connectwise.callbacks.idle();
      const all = received.splice(0).map((request) => trigger().receive(psa.context(), input as never, request));
      return ids((await Promise.all(all)).flat());
    },
    found: async (): Promise<number[]> => {
      const all: number[] = [];
      for (;;) {
        const turn = await trigger().reconcile(psa.context(), input as never, hookUrl, state.kept);
        state.kept = turn.cursor;
        all.push(...ids(turn.events));
        if (turn.hasMore !== true) return all;
      }
    },
  };
}

const personTitles = (id: number, summary: string): void => {
  sandbox.connectwise.records.patch('ticket', id, {
    operations: [{ op: 'replace', path: 'summary', value: summary }],
    context: { actor: 'jdoe' },
  });
};
async function ticketOn(board: string): Promise<number> {
  serial += 1;
  const input = { externalXRef: `level-${serial}`, summary: 'x', companyId: 250, board };
  return ((await psa.run('createTicketOnce', input)) as { record: { id: number } }).record.id;
}

describe('tickets of one board', () => {
  test('are reported and found; those of other boards are neither, and a renamed board goes on', async () => {
    const [first, second] = await choices('of', { object: 'ticket', level: 'board' });
    const [here, there] = [await ticketOn(first?.value ?? ''), await ticketOn(second?.value ?? '')];
    const board = await listen({ object: 'ticket', level: 'board', of: first?.value ?? '' });
    expect(await registered()).toMatchObject([{ type: 'ticket', level: 'board', objectId: expect.any(Number) }]);
    personTitles(there, 'elsewhere');
    personTitles(here, 'here');
    expect(await board.told()).toEqual([here]);
    // The search finds the same, under the same keys; what no callback told is of this board only too.
    expect((await board.found()).filter((id) => id === there)).toEqual([]);
    personTitles(here, 'here again');
    personTitles(there, 'elsewhere again');
    expect(await board.found()).toContain(here);

    const [{ objectId, id } = { objectId: 0, id: 0 }] = await registered();
    const rename = (name: string): void => {
      sandbox.connectwise.records.patch('board', objectId, {
        operations: [{ op: 'replace', path: 'name', value: name }],
        context: { actor: 'jdoe' },
      });
    };
    rename('Renamed');
    onTestFinished(() => rename(first?.value ?? ''));
    expect(await board.found()).not.toContain(there);
    expect(await registered()).toMatchObject([{ id, objectId }]);
  });

  test('a callback that reports something else under our address is replaced', async () => {
    const [first, second] = await choices('of', { object: 'ticket', level: 'board' });
    const { hookUrl, state } = await listen({ object: 'ticket' });
    expect(await registered()).toMatchObject([{ level: 'owner', objectId: 1 }]);
    for (const of of [first?.value, second?.value]) {
      state.kept = await trigger().activate(psa.context(), { object: 'ticket', level: 'board', of } as never, hookUrl, state.kept);
      expect(await registered()).toMatchObject([{ level: 'board' }]);
    }
    const boards = await choices('of', { object: 'ticket', level: 'board' }, second?.label);
    expect(boards[0]).toEqual(second);
  });

  test('a board that is not there is told by its name; nothing is registered', async () => {
    const input = { object: 'ticket', level: 'board', of: 'No such board' };
    await expect(trigger().activate(psa.context(), input as never, 'http://127.0.0.1:9/hooks/x', undefined)).rejects.toMatchObject({
      class: 'invalid',
      message: 'ConnectWise has no board “No such board” for service ticket records. Choose one of the list.',
    });
    expect(await registered()).toEqual([]);
  });
});

test('every level that is offered is taken by the vendor, has a list to choose from, and can be searched', async () => {
  const offered: string[] = [];
  const objects = trigger().properties.find(({ name }) => name === 'object')?.choices ?? [];
  for (const { value: object } of objects)
    for (const { value: level } of await choices('level', { object })) {
      const [choice] = await choices('of', { object, level });
      if (choice === undefined) throw new Error(`Nothing to choose for ${object} by ${level}`);
      const input = { object, level, of: choice.value };
      expect(trigger().input.safeParse(input).success).toBe(true);
      const listening = await listen(input);
      const [{ objectId } = { objectId: 0 }] = (await registered()).filter(
        ({ id }) => id === (listening.state.kept as { callbackId: number }).callbackId,
      );
      const examples = (await trigger().examples(psa.context(), input as never)) as { record: Record<string, unknown> }[];
      for (const { record } of examples) {
        const pointed = level === 'type' && Array.isArray(record['types']) ? record['types'] : [record[level]];
        expect(pointed).toContainEqual(expect.objectContaining({ id: objectId }));
      }
      expect(await listening.found()).toEqual([]);
      offered.push(`${object}.${level}`);
    }
  expect(offered).toEqual([
    'company.status',
    'company.type',
    'contact.company',
    'ticket.board',
    'agreement.company',
    'agreement.type',
    'invoice.company',
    'invoice.status',
    'project.board',
    'project.status',
    'opportunity.company',
    'opportunity.status',
    'activity.company',
    'configuration.status',
    'configuration.type',
    'timeEntry.company',
  ]);
});

test.each([
  [
    { object: 'ticket', level: 'company', of: '250' },
    'level',
    'ConnectWise reports no service ticket records of one company by themselves',
  ],
  [{ object: 'ticket', level: 'board' }, 'of', 'must be chosen'],
  [{ object: 'ticket', of: 'Service' }, 'of', 'is of no use without a choice above it'],
  [{ object: 'member', level: 'status', of: '1' }, 'level', 'ConnectWise reports no member records in one status by themselves'],
])('%j is refused at %s', (input, path, message) => {
  expect(trigger().input.safeParse(input).error?.issues).toMatchObject([{ path: [path], message }]);
});
