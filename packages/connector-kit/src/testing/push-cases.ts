/** What a push trigger must not do: register twice, take what the vendor has not sent, tell twice, or lose what was not delivered. */
import assert from 'node:assert/strict';
import type { HookRequest, PushTriggerDefinition, TriggerEvent } from '../connector.ts';
import type { ContractCase, PushContract } from './contract.ts';
import { startHookReceiver, type HookReceiver } from './hook-receiver.ts';
import { misfits } from './json-schema.ts';
import { assertSentence, type Suite } from './suite.ts';
import type { TestBench } from './bench.ts';

const MAX_KEY_LENGTH = 300;
const QUIET_MS = 10 * 60_000;
/** Turns after which "more is waiting" is not believed. */
const MAX_TURNS = 1000;

/** Ways in which a delivery is none of the vendor's. */
const FORGERIES: readonly (readonly [what: string, forge: (genuine: HookRequest) => HookRequest])[] = [
  // The data are the same, the bytes are not: a signature is one of bytes.
  ['with a space more', (genuine) => ({ ...genuine, rawBody: Buffer.concat([genuine.rawBody, Buffer.from(' ')]) })],
  [
    'with a byte changed',
    (genuine) => ({ ...genuine, rawBody: genuine.rawBody.map((byte, at) => (at === lastLetter(genuine) ? byte ^ 1 : byte)) }),
  ],
  [
    'without its headers',
    (genuine) => ({ ...genuine, headers: { 'content-type': genuine.headers['content-type'] ?? 'application/json' } }),
  ],
];

/** A letter or digit near the end, so that the body stays what it is otherwise. */
function lastLetter({ rawBody }: HookRequest): number {
  return rawBody.findLastIndex((byte) => /[a-y0-8]/i.test(String.fromCharCode(byte)));
}

/** One registration of the trigger. */
class Listening {
  readonly #bench: TestBench;
  readonly #trigger: string;
  readonly #tried: PushContract;
  readonly #door: HookReceiver;
  state: unknown;

  constructor(place: { bench: TestBench; trigger: string; tried: PushContract; door: HookReceiver }) {
    this.#bench = place.bench;
    this.#trigger = place.trigger;
    this.#tried = place.tried;
    this.#door = place.door;
  }

  async activate(): Promise<void> {
    this.#keep(await this.#bench.activate(this.#trigger, this.#tried.input, { hookUrl: this.#door.hookUrl, state: this.state }));
  }

  deactivate(): Promise<void> {
    return this.#bench.deactivate(this.#trigger, this.#tried.input, this.state);
  }

  registered(): Promise<number> {
    return this.#tried.registered(this.#door.hookUrl);
  }

  /** What the vendor has sent, once nothing is on its way any more. */
  async delivered(): Promise<readonly HookRequest[]> {
    await this.#tried.settled();
    return this.#door.take();
  }

  receive(request: HookRequest): Promise<readonly TriggerEvent[]> {
    return this.#bench.receive(this.#trigger, this.#tried.input, request);
  }

  /** Looks until nothing more is waiting; undefined when the trigger cannot. */
  async found(): Promise<readonly TriggerEvent[] | undefined> {
    const events: TriggerEvent[] = [];
    for (let turn = 1; ; turn += 1) {
      assert.ok(turn < MAX_TURNS, 'more is always waiting');
      const result = await this.#bench.reconcile(this.#trigger, this.#tried.input, { hookUrl: this.#door.hookUrl, state: this.state });
      if (result === undefined) return undefined;
      this.#keep(result.cursor);
      events.push(...result.events);
      if (result.hasMore !== true) return events;
    }
  }

  #keep(state: unknown): void {
    this.state = JSON.parse(JSON.stringify(state ?? null)) as unknown;
    assert.deepEqual(this.state, state ?? null, 'the state is not plain JSON');
  }
}

/** The cases of every push trigger. */
export function pushCases(suite: Suite): ContractCase[] {
  return suite.contract.connector.operations.flatMap((trigger) => {
    const tried = suite.contract.pushes?.[trigger.id];
    return trigger.kind === 'trigger' && trigger.mode === 'push' && tried !== undefined ? casesOf(suite, trigger, tried) : [];
  });
}

function casesOf(suite: Suite, trigger: PushTriggerDefinition, tried: PushContract): ContractCase[] {
  /** Runs with a door of its own, whose registration is taken back. */
  const testOf = (what: string, run: (listening: Listening, bench: TestBench) => Promise<void>): ContractCase => ({
    name: `${trigger.id}: ${what}`,
    async run() {
      // What other cases have made is long ago.
      suite.contract.account().advance?.(QUIET_MS);
      const door = await startHookReceiver();
      const bench = suite.bench();
      const listening = new Listening({ bench, trigger: trigger.id, tried, door });
      try {
        await run(listening, bench);
      } finally {
        await listening.deactivate();
        await door.close();
      }
    },
  });
  const idsOf = (events: readonly TriggerEvent[]): string[] => events.map(({ payload }) => tried.idIn(payload));
  const keysOf = (events: readonly TriggerEvent[]): string[] => events.map(({ dedupKey }) => dedupKey);
  /** Makes a record, of which one delivery tells. */
  const told = async (listening: Listening, bench: TestBench): Promise<{ id: string; delivery: HookRequest }> => {
    await listening.delivered();
    const id = await tried.make(bench);
    const [delivery, ...more] = await listening.delivered();
    assert.ok(delivery !== undefined, 'the server has delivered nothing');
    assert.equal(more.length, 0, 'the server has delivered more than once');
    return { id, delivery };
  };

  return [
    testOf('is registered once however often it is switched on, and not any more when it is off', async (listening) => {
      for (let time = 1; time <= 3; time += 1) {
        await listening.activate();
        assert.equal(await listening.registered(), 1, `switched on ${time} times`);
      }
      await listening.deactivate();
      assert.equal(await listening.registered(), 0);
      // Gone already is what was wanted.
      await listening.deactivate();
    }),
    testOf('registered, but the answer lost, is registered once in the end', async (listening) => {
      suite.contract.account().disturb({ ...(tried.request ? { on: tried.request } : {}), answer: 'lost' });
      const failure = await suite.failureOf(() => listening.activate());
      suite.contract.account().calm();
      assert.ok(failure !== undefined, 'nothing was lost: is the request right by which it registers?');
      assertSentence(failure.message);
      await listening.activate();
      assert.equal(await listening.registered(), 1);
    }),
    testOf('a genuine delivery is an event with a short key and a payload as declared; so are its examples', async (listening, bench) => {
      await listening.activate();
      const { id, delivery } = await told(listening, bench);
      const events = await listening.receive(delivery);
      assert.deepEqual(idsOf(events), [id]);
      for (const { dedupKey, payload } of events) {
        assert.ok(dedupKey.length > 0 && dedupKey.length <= MAX_KEY_LENGTH, `key of ${dedupKey.length} characters`);
        assert.deepEqual(JSON.parse(JSON.stringify(payload)), payload, 'the payload is not plain JSON');
      }
      const examples = await bench.examples(trigger.id, tried.input);
      for (const payload of [...events.map((event) => event.payload), ...examples])
        assert.deepEqual(misfits(trigger.output ?? {}, payload), []);
    }),
    ...FORGERIES.map(([what, forge]) =>
      testOf(`a delivery ${what} is refused`, async (listening, bench) => {
        await listening.activate();
        const { id, delivery } = await told(listening, bench);
        const failure = await suite.failureOf(() => listening.receive(forge(delivery)));
        assert.ok(failure !== undefined, 'it was taken');
        assert.equal(failure.class, 'auth', failure.message);
        assertSentence(failure.message);
        // It spoils nothing for the genuine one.
        assert.deepEqual(idsOf(await listening.receive(delivery)), [id]);
      }),
    ),
    testOf('a delivery that comes twice is one event; that of another record is another', async (listening, bench) => {
      await listening.activate();
      const first = await told(listening, bench);
      const keys = keysOf(await listening.receive(first.delivery));
      assert.deepEqual(keysOf(await listening.receive(first.delivery)), keys);
      const second = await told(listening, bench);
      const others = keysOf(await listening.receive(second.delivery));
      assert.deepEqual(
        others.filter((key) => keys.includes(key)),
        [],
      );
    }),
    ...(trigger.reconcile === undefined ? [] : lookingCases()),
  ];

  function lookingCases(): ContractCase[] {
    return [
      testOf('what no delivery told is found, once, under the key that its delivery has', async (listening, bench) => {
        await listening.activate();
        assert.deepEqual(await listening.found(), [], 'tells what was there before');
        const { id, delivery } = await told(listening, bench);
        const found = (await listening.found()) ?? [];
        assert.deepEqual(idsOf(found), [id]);
        assert.deepEqual(keysOf(found), keysOf(await listening.receive(delivery)), 'it would make a second run');
        const again = keysOf((await listening.found()) ?? []).filter((key) => !keysOf(found).includes(key));
        assert.deepEqual(again, []);
      }),
      testOf('a registration that is gone at the vendor is made again', async (listening) => {
        await listening.activate();
        await listening.deactivate();
        assert.equal(await listening.registered(), 0);
        await listening.found();
        assert.equal(await listening.registered(), 1);
      }),
    ];
  }
}
