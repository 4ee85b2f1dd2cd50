/** A connection under test: a context without a runtime. */
import type {
  ActionContext,
  CallContext,
  ConnectionValues,
  ConnectorDefinition,
  HookRequest,
  ItemPage,
  KeyValueStore,
  PollResult,
  TriggerEvent,
} from '../connector.ts';
import { createActionContext, limiterFor } from '../context.ts';
import { countBacklog, runAction, runActivate, runDeactivate, runExamples, runPage, runPoll, runReceive, runReconcile } from '../invoke.ts';
import { memoryStore } from '../memory-store.ts';
import type { RecordedExchange } from '../recorder.ts';
import { secretValues } from '../secrets.ts';
import { createConnectionHandle } from '../session.ts';

export interface TestBenchOptions {
  readonly connector: ConnectorDefinition;
  readonly values?: ConnectionValues;
  /** Targets allowed beyond public ones. Default this machine. */
  readonly allowPrivateHosts?: readonly string[];
  readonly now?: () => number;
  /** The workspace's values; a fresh store in memory when absent. */
  readonly store?: KeyValueStore;
  /** Keeps to the connector's rate, as a worker does. Default off. */
  readonly limited?: boolean;
}

/** How one call differs from a plain first attempt. */
export interface BenchCall {
  readonly mayHaveHappened?: boolean;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** The address of a push trigger, and the state it gave last. */
export interface BenchHook {
  readonly hookUrl: string;
  readonly state: unknown;
}

/** One connection of a connector under test. */
export interface TestBench {
  readonly connector: ConnectorDefinition;
  /** A fresh context of the same connection. */
  context(call?: BenchCall): ActionContext;
  run(operation: string, input: Record<string, unknown>, call?: BenchCall): Promise<unknown>;
  page(operation: string, input: Record<string, unknown>, cursor?: unknown): Promise<ItemPage>;
  poll(operation: string, input: Record<string, unknown>, cursor: unknown): Promise<PollResult>;
  /** Registers a push trigger; gives its state. */
  activate(operation: string, input: Record<string, unknown>, hook: BenchHook): Promise<unknown>;
  deactivate(operation: string, input: Record<string, unknown>, state: unknown): Promise<void>;
  /** What a push trigger finds by itself; undefined when it cannot look. */
  reconcile(operation: string, input: Record<string, unknown>, hook: BenchHook): Promise<PollResult | undefined>;
  receive(operation: string, input: Record<string, unknown>, request: HookRequest): Promise<readonly TriggerEvent[]>;
  examples(operation: string, input: Record<string, unknown>): Promise<readonly unknown[]>;
  backlog(operation: string, input: Record<string, unknown>): Promise<number | undefined>;
  /** Everything sent and received so far, masked as it would be stored. */
  exchanges(): readonly RecordedExchange[];
}

/** Makes a bench: one connection handle whose calls share their session, as in a worker. */
export function createTestBench(options: TestBenchOptions): TestBench {
  const { connector } = options;
  const connection = options.values === undefined ? undefined : createConnectionHandle({ id: 'test', values: options.values });
  const policy = { allowPrivateHosts: options.allowPrivateHosts ?? ['127.0.0.1', 'localhost'] };
  const limiter = options.limited === true && connection !== undefined ? limiterFor(connector, connection) : undefined;
  const recorders: { exchanges(): readonly RecordedExchange[] }[] = [];
  const store = options.store ?? memoryStore(options.now ?? Date.now);
  const context: TestBench['context'] = (call = {}) => {
    const made = createActionContext({
      connector,
      connection,
      policy,
      signal: call.signal ?? new AbortController().signal,
      idempotencyKey: call.idempotencyKey ?? 'test-key',
      mayHaveHappened: call.mayHaveHappened ?? false,
      store,
      ...(limiter === undefined ? {} : { limiter }),
      ...(options.now === undefined ? {} : { now: options.now }),
    });
    recorders.push(made.recorder);
    return made.context;
  };
  return {
    connector,
    context,
    run: (operation, input, call) => runAction(connector, operation, { context: context(call), input }),
    page: (operation, input, cursor) => runPage(connector, operation, { context: context(), input, cursor }),
    poll: (operation, input, cursor) => runPoll(connector, operation, { context: context() as CallContext, input, cursor }),
    backlog: (operation, input) => countBacklog(connector, operation, { context: context(), input }),
    activate: (operation, input, hook) => runActivate(connector, operation, { context: context(), input, ...hook }),
    deactivate: (operation, input, state) => runDeactivate(connector, operation, { context: context(), input, state }),
    reconcile: (operation, input, hook) => runReconcile(connector, operation, { context: context(), input, ...hook }),
    receive: (operation, input, request) => runReceive(connector, operation, { context: context(), input, request }),
    examples: (operation, input) => runExamples(connector, operation, { context: context(), input }),
    exchanges: () => recorders.flatMap((recorder) => [...recorder.exchanges()]),
  };
}

/** The secrets of a connection that can be read in recorded exchanges. Must be empty. */
export function leakedSecrets(connector: ConnectorDefinition, values: ConnectionValues, exchanges: readonly RecordedExchange[]): string[] {
  return secretsIn(JSON.stringify(exchanges), secretValues(connector, values));
}

/** Those of the secrets that can be read in a text, plain or in a usual spelling. */
export function secretsIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter(
    (secret) =>
      secret.length >= 4 &&
      [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')].some((spelling) => text.includes(spelling)),
  );
}
