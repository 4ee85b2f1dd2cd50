/** What a polling trigger must not do: tell what was there before, tell twice, or miss anything. */
import assert from 'node:assert/strict';
import type { PollTriggerDefinition, TriggerEvent } from '../connector.ts';
import type { ContractCase, PollContract } from './contract.ts';
import { misfits } from './json-schema.ts';
import { assertSentence, failureOf, type Suite } from './suite.ts';
import type { TestBench } from './bench.ts';

const PAGE_SIZE = 200;
const QUIET_MS = 10 * 60_000;
/** What a cursor may grow by and keep once nothing happens any more. */
const QUIET_BYTES = 2000;
const MAX_KEY_LENGTH = 300;
/** Rounds after which "more is waiting" is not believed. */
const MAX_ROUNDS = 1000;

/** Cursors no version of the trigger has written. */
const STRANGE_CURSORS: readonly unknown[] = [null, 'text', 7, [], {}, { v: 99, since: 'soon' }];

/** One watch: its cursor as it is stored, and the keys that have made runs. */
class Watch {
  readonly #bench: TestBench;
  readonly #trigger: string;
  readonly #tried: PollContract;
  readonly #known = new Set<string>();
  cursor: unknown;

  constructor(bench: TestBench, trigger: string, tried: PollContract) {
    this.#bench = bench;
    this.#trigger = trigger;
    this.#tried = tried;
  }

  /** Polls until nothing more is waiting; gives the events that would make runs, also those of pages before a failure. */
  async fresh(fresh: TriggerEvent[] = [], betweenPages?: (page: number) => void): Promise<TriggerEvent[]> {
    for (let round = 1; ; round += 1) {
      assert.ok(round < MAX_ROUNDS, 'more is always waiting');
      const { events, cursor, hasMore } = await this.#bench.poll(this.#trigger, this.#tried.input, this.cursor);
      this.cursor = JSON.parse(JSON.stringify(cursor)) as unknown;
      assert.deepEqual(this.cursor, cursor, 'the cursor is not plain JSON');
      for (const event of events) if (!this.#known.has(event.dedupKey)) fresh.push(event);
      for (const { dedupKey } of events) this.#known.add(dedupKey);
      if (hasMore !== true) return fresh;
      betweenPages?.(round);
    }
  }

  async freshIds(): Promise<string[]> {
    return this.idsOf(await this.fresh());
  }

  idsOf(events: readonly TriggerEvent[]): string[] {
    return events.map(({ payload }) => this.#tried.idIn(payload));
  }

  get bytes(): number {
    return JSON.stringify(this.cursor ?? null).length;
  }
}

/** The cases of every polling trigger. */
export function pollCases(suite: Suite): ContractCase[] {
  return suite.contract.connector.operations.flatMap((trigger) => {
    const tried = suite.contract.polls?.[trigger.id];
    return trigger.kind === 'trigger' && trigger.mode === 'poll' && tried !== undefined ? casesOf(suite, trigger, tried) : [];
  });
}

function casesOf(suite: Suite, trigger: PollTriggerDefinition, tried: PollContract): ContractCase[] {
  const { change, makeLate } = tried;
  const account = suite.contract.account;
  const advance = (ms: number): void => account().advance?.(ms);
  const makeMany = async (count: number, bench: TestBench): Promise<readonly string[]> => {
    if (tried.makeMany) return tried.makeMany(count, bench);
    const ids: string[] = [];
    while (ids.length < count) ids.push(await tried.make(bench));
    return ids;
  };
  const begin = async (): Promise<{ watch: Watch; bench: TestBench }> => {
    // What other cases have made is long ago.
    advance(QUIET_MS);
    const bench = suite.bench();
    const watch = new Watch(bench, trigger.id, tried);
    await watch.fresh();
    return { watch, bench };
  };
  const testOf = (what: string, run: () => Promise<void>): ContractCase => ({ name: `${trigger.id}: ${what}`, run });

  return [
    testOf(tried.givesPresent === true ? 'tells what is there, once' : 'begins now: what was there is not told', async () => {
      const bench = suite.bench();
      const id = await tried.make(bench);
      const watch = new Watch(bench, trigger.id, tried);
      const first = (await watch.freshIds()).filter((one) => one === id);
      assert.deepEqual(first, tried.givesPresent === true ? [id] : []);
      assert.deepEqual(await watch.freshIds(), []);
    }),
    testOf('tells each record once, also when nothing happens for long', async () => {
      const { watch, bench } = await begin();
      const id = await tried.make(bench);
      assert.deepEqual(await watch.freshIds(), [id]);
      assert.deepEqual(await watch.freshIds(), []);
      for (const ms of [1000, 60_000, QUIET_MS, QUIET_MS]) {
        advance(ms);
        assert.deepEqual(await watch.freshIds(), [], `told again after ${ms} ms`);
      }
    }),
    testOf('its events have short keys and payloads as declared; so have its examples', async () => {
      const { watch, bench } = await begin();
      await tried.make(bench);
      const events = await watch.fresh();
      assert.ok(events.length > 0);
      for (const { dedupKey, payload } of events) {
        assert.ok(dedupKey.length > 0 && dedupKey.length <= MAX_KEY_LENGTH, `key of ${dedupKey.length} characters`);
        assert.deepEqual(JSON.parse(JSON.stringify(payload)), payload, 'the payload is not plain JSON');
      }
      const examples = await bench.examples(trigger.id, tried.input);
      assert.ok(examples.length > 0, 'no examples although there are records');
      for (const payload of [...events.map((event) => event.payload), ...examples])
        assert.deepEqual(misfits(trigger.output ?? {}, payload), []);
    }),
    ...(change === undefined
      ? []
      : [
          testOf('a second change within the same second is told under another key, as one later is', async () => {
            const { watch, bench } = await begin();
            const id = await tried.make(bench);
            assert.deepEqual(await watch.freshIds(), [id]);
            await change(id, bench);
            assert.deepEqual(await watch.freshIds(), [id]);
            advance(30_000);
            await change(id, bench);
            assert.deepEqual(await watch.freshIds(), [id]);
          }),
        ]),
    ...(makeLate === undefined
      ? []
      : [
          testOf('what becomes visible late, with an older stamp, is told', async () => {
            const { watch, bench } = await begin();
            advance(90_000);
            const prompt = await tried.make(bench);
            assert.deepEqual(await watch.freshIds(), [prompt]);
            const late = await makeLate(bench);
            assert.deepEqual(await watch.freshIds(), [late]);
            assert.deepEqual(await watch.freshIds(), []);
          }),
        ]),
    testOf('over page borders each is told once, a failure between pages included, and the cursor shrinks again', async () => {
      const { watch, bench } = await begin();
      const before = watch.bytes;
      const ids = await makeMany(2 * (tried.pageSize ?? PAGE_SIZE) + 5, bench);
      const answer = { status: 503, body: suite.contract.errorBody(503, 'Busy') };
      const told: TriggerEvent[] = [];
      const breakOnce = (page: number): void => {
        if (page === 1) account().disturb({ ...(tried.request ? { on: tried.request } : {}), answer });
      };
      const failed = await failureOf(() => watch.fresh(told, breakOnce));
      account().calm();
      if (failed !== undefined) assertSentence(failed.message);
      await watch.fresh(told);
      assert.deepEqual(watch.idsOf(told).toSorted(), ids.toSorted());
      assert.deepEqual(await watch.freshIds(), []);
      if (account().advance === undefined) return;
      advance(QUIET_MS);
      await watch.fresh();
      advance(QUIET_MS);
      await watch.fresh();
      const allowed = before + QUIET_BYTES + ids.length * (tried.remembers ?? 0);
      assert.ok(watch.bytes <= allowed, `the cursor has grown from ${before} to ${watch.bytes} characters`);
    }),
    testOf('a cursor it cannot read means to begin anew', async () => {
      for (const strange of STRANGE_CURSORS) {
        const bench = suite.bench();
        const watch = new Watch(bench, trigger.id, tried);
        watch.cursor = strange;
        await watch.fresh();
        const id = await tried.make(bench);
        assert.deepEqual(
          (await watch.freshIds()).filter((one) => one === id),
          [id],
        );
      }
    }),
  ];
}
