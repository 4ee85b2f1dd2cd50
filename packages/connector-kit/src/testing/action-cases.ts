/** What each action must do when all is well, when the vendor refuses, and when it asks to wait. */
import assert from 'node:assert/strict';
import { isWeftError, type ErrorClass, type WeftError } from '@weft/errors';
import type { ActionDefinition } from '../connector.ts';
import type { RecordedExchange } from '../recorder.ts';
import type { ActionContract, ContractCase, Input, Refusal } from './contract.ts';
import { misfits } from './json-schema.ts';
import { assertHolds, assertSentence, failureOf, matching, type Suite } from './suite.ts';

/** An action with its description. */
export interface TriedAction {
  readonly action: ActionDefinition;
  readonly tried: ActionContract;
}

/** The actions that are described. */
export function triedActions({ contract }: Suite): TriedAction[] {
  return contract.connector.operations.flatMap((action) => {
    const tried = contract.actions[action.id];
    return action.kind === 'action' && tried !== undefined ? [{ action, tried }] : [];
  });
}

const STATUSES: readonly (readonly [number, ErrorClass])[] = [
  [400, 'invalid'],
  [401, 'auth'],
  [403, 'auth'],
  [404, 'notFound'],
  [409, 'conflict'],
  [500, 'transient'],
  [503, 'transient'],
];

/** The vendor's words of a refusal, to be found again beneath our sentence. */
const WORDS = 'The vendor says so in its own words';
const PROXY_PAGE = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

/** The cases of every action. */
export function actionCases(suite: Suite): ContractCase[] {
  return [
    ...triedActions(suite).flatMap((one) => [
      worksCase(suite, one),
      ...STATUSES.filter(([status]) => !(one.tried.tolerates ?? []).includes(status)).map((row) => statusCase(suite, one, row)),
      throttledCase(suite, one),
      proxyCase(suite, one),
    ]),
    ...(suite.contract.refusals ?? []).map((refusal) => refusalCase(suite, refusal)),
    ...limiterCases(suite),
  ];
}

function worksCase(suite: Suite, { action, tried }: TriedAction): ContractCase {
  return {
    name: `${action.id}: works, and gives what it declares`,
    async run() {
      const bench = suite.bench();
      const input = await tried.input(bench);
      const before = bench.exchanges().length;
      const output = await bench.run(action.id, input);
      const sent = bench.exchanges().slice(before);
      assert.deepEqual(misfits(action.output ?? {}, output), []);
      assert.deepEqual(JSON.parse(JSON.stringify(output)), output, 'the output is not plain JSON');
      if ((action.safetyOf?.(input) ?? action.safety) === 'read')
        assert.deepEqual(
          sent.filter((request) => !isReading(request, [suite.contract.signIn, tried.readsBy])).map(({ url }) => url),
          [],
          'a read may only ask',
        );
      if (tried.effects) assert.equal(await tried.effects(input, bench), 1);
    },
  };
}

function isReading({ method, url }: RecordedExchange, allowed: readonly (RegExp | undefined)[]): boolean {
  return /^(GET|HEAD)$/.test(method) || allowed.some((path) => path?.test(url) === true);
}

function statusCase(suite: Suite, one: TriedAction, [status, wanted]: readonly [number, ErrorClass]): ContractCase {
  const { action, tried } = one;
  const renewals = status === 401 && suite.contract.renewsSession === true ? 1 : 0;
  return {
    name: `${action.id}: ${status} is ${wanted}, in one request${renewals > 0 ? ' and one renewal of the session' : ''}`,
    async run() {
      const { error, requests, input } = await refused(suite, one, { status });
      assert.equal(error.class, wanted, error.message);
      assert.ok(requests <= 1 + renewals, `${requests} requests were made`);
      // What a fresh session is refused with is told in the connector's words: signing in again is what is wrong.
      if (renewals === 0) assertTold(error, tried.subject?.(input));
      else assertSentence(error.message);
    },
  };
}

function throttledCase(suite: Suite, one: TriedAction): ContractCase {
  return {
    name: `${one.action.id}: 429 with Retry-After is throttled for that time, in one request`,
    async run() {
      const seconds = (one.tried.waits ?? 0) + 7;
      const { error, requests } = await refused(suite, one, { status: 429, headers: { 'retry-after': String(seconds) } });
      assert.equal(error.class, 'throttled', error.message);
      assert.equal(error.retryAfterMs, seconds * 1000);
      assert.equal(requests, 1);
    },
  };
}

function proxyCase(suite: Suite, one: TriedAction): ContractCase {
  return {
    name: `${one.action.id}: a proxy’s page in place of an answer is transient`,
    async run() {
      const { error } = await refused(suite, one, { status: 502, headers: { 'content-type': 'text/html' }, body: PROXY_PAGE });
      assert.equal(error.class, 'transient', error.message);
      assertSentence(error.message);
    },
  };
}

/** Does an action whose request is answered so, as often as it is made. */
async function refused(
  suite: Suite,
  { action, tried }: TriedAction,
  answer: Refusal['answer'],
): Promise<{ error: WeftError; requests: number; input: Input }> {
  const { contract } = suite;
  const bench = suite.bench();
  const input = await tried.input(bench);
  const before = matching(bench, tried.request).length;
  const body = answer.body ?? (tried.errorBody ?? contract.errorBody)(answer.status, WORDS);
  contract.account().disturb({ ...(tried.request ? { on: tried.request } : {}), times: 9, answer: { ...answer, body } });
  try {
    const error = await suite.failure(bench, action.id, input);
    assert.ok(error, `${answer.status} was taken for success`);
    return { error, requests: matching(bench, tried.request).length - before, input };
  } finally {
    contract.account().calm();
  }
}

/** One sentence that names the record, and the vendor's own words beneath. */
function assertTold(error: WeftError, subject: string | RegExp | undefined): void {
  assertSentence(error.message);
  assertHolds(JSON.stringify([error.message, error.detail, error.issues]), WORDS);
  if (subject !== undefined) assertHolds(error.message, subject);
}

function refusalCase(suite: Suite, refusal: Refusal): ContractCase {
  return {
    name: `refused: ${refusal.name}`,
    async run() {
      const one = triedActions(suite).find(({ action }) => refusal.operation === undefined || action.id === refusal.operation);
      assert.ok(one, `operation "${refusal.operation}" is not described`);
      const { error, requests } = await refused(suite, one, refusal.answer);
      assert.equal(error.class, refusal.class, error.message);
      if (refusal.code !== undefined) assert.equal(error.code, refusal.code);
      if (refusal.retryAfterMs !== undefined) assert.equal(error.retryAfterMs, refusal.retryAfterMs);
      assertSentence(error.message);
      for (const words of refusal.says ?? []) assertHolds(error.message, words);
      assert.ok(requests <= (refusal.requests ?? 1), `${requests} requests were made`);
    },
  };
}

/** The limiter hears what one call is told, and holds back the next. */
function limiterCases(suite: Suite): ContractCase[] {
  const one = triedActions(suite).find(({ action }) => action.needsConnection);
  if (one === undefined || suite.contract.connector.rateLimit === undefined) return [];
  const { action, tried } = one;
  return [
    {
      name: 'when the vendor asks to wait, nobody knocks meanwhile',
      async run() {
        const bench = suite.bench({ limited: true });
        const input = await tried.input(bench);
        const before = matching(bench, tried.request).length;
        const answer = { status: 429, headers: { 'retry-after': '60' }, body: suite.contract.errorBody(429, WORDS) };
        suite.contract.account().disturb({ ...(tried.request ? { on: tried.request } : {}), answer });
        await failureOf(() => bench.run(action.id, input));
        const second = await suite.failure(bench, action.id, await tried.input(suite.bench()));
        suite.contract.account().calm();
        assert.equal(second?.class, 'throttled', second?.message);
        assert.ok((second?.retryAfterMs ?? 0) > 30_000, `asked to come again in ${second?.retryAfterMs} ms`);
        assert.equal(matching(bench, tried.request).length - before, 1);
      },
    },
    {
      name: 'a call that is stopped ends as cancelled',
      async run() {
        const bench = suite.bench();
        const input = await tried.input(bench);
        const error = await bench.run(action.id, input, { signal: AbortSignal.abort() }).catch((thrown: unknown) => thrown);
        assert.ok(isWeftError(error) && error.class === 'cancelled', String(error));
      },
    },
  ];
}
