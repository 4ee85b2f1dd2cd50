/** For tests of connectors: a context without a runtime, and the rules every connector must keep. */
import { z } from 'zod';
import type { ActionContext, CallContext, ConnectionValues, ConnectorDefinition, KeyValueStore, OperationDefinition } from './connector.ts';
import { memoryStore } from './memory-store.ts';
import { createActionContext } from './context.ts';
import type { RecordedExchange } from './recorder.ts';
import { toManifest } from './manifest.ts';
import { runAction, runPoll } from './invoke.ts';
import { secretValues } from './secrets.ts';
import { authSchemes } from './auth-schemes.ts';
import { createConnectionHandle } from './session.ts';
import type { PollResult } from './connector.ts';

export interface TestBenchOptions {
  readonly connector: ConnectorDefinition;
  readonly values?: ConnectionValues;
  /** Targets allowed beyond public ones. Default this machine. */
  readonly allowPrivateHosts?: readonly string[];
  readonly now?: () => number;
  /** The workspace's values; a fresh store in memory when absent. */
  readonly store?: KeyValueStore;
}

/** One connection of a connector under test. */
export interface TestBench {
  readonly connector: ConnectorDefinition;
  /** A fresh context of the same connection. */
  context(options?: { mayHaveHappened?: boolean; idempotencyKey?: string; signal?: AbortSignal }): ActionContext;
  run(
    operation: string,
    input: Record<string, unknown>,
    options?: { mayHaveHappened?: boolean; idempotencyKey?: string },
  ): Promise<unknown>;
  poll(operation: string, input: Record<string, unknown>, cursor: unknown): Promise<PollResult>;
  /** Everything sent and received so far, masked as it would be stored. */
  exchanges(): readonly RecordedExchange[];
}

/** Makes a bench: one connection handle whose calls share their session, as in a worker. */
export function createTestBench(options: TestBenchOptions): TestBench {
  const connection = options.values === undefined ? undefined : createConnectionHandle({ id: 'test', values: options.values });
  const policy = { allowPrivateHosts: options.allowPrivateHosts ?? ['127.0.0.1', 'localhost'] };
  const recorders: { exchanges(): readonly RecordedExchange[] }[] = [];
  const store = options.store ?? memoryStore(options.now ?? Date.now);
  const context: TestBench['context'] = (call = {}) => {
    const made = createActionContext({
      connector: options.connector,
      connection,
      policy,
      signal: call.signal ?? new AbortController().signal,
      idempotencyKey: call.idempotencyKey ?? 'test-key',
      mayHaveHappened: call.mayHaveHappened ?? false,
      store,
      ...(options.now === undefined ? {} : { now: options.now }),
    });
    recorders.push(made.recorder);
    return made.context;
  };
  return {
    connector: options.connector,
    context,
    run: (operation, input, call) => runAction(options.connector, operation, { context: context(call), input }),
    poll: (operation, input, cursor) => runPoll(options.connector, operation, { context: context() as CallContext, input, cursor }),
    exchanges: () => recorders.flatMap((recorder) => [...recorder.exchanges()]),
  };
}

const CAMEL_CASE = /^[a-z][A-Za-z0-9]*$/;

/**
 * Everything about a connector that can be judged without an account. Gives findings as sentences; none means it
 * keeps the rules. Meant for `expect(checkConnector(definition)).toEqual([])`.
 */
export function checkConnector(connector: ConnectorDefinition): string[] {
  const findings: string[] = [];
  if (!CAMEL_CASE.test(connector.id)) findings.push(`Connector id "${connector.id}" is not camelCase.`);
  if (!/^\d+\.\d+\.\d+$/.test(connector.version)) findings.push(`Version "${connector.version}" is not of the form 1.2.3.`);
  findings.push(...doubles('operation', connector.operations), ...doubles('auth scheme', authSchemes(connector)));
  for (const operation of connector.operations) findings.push(...checkOperation(connector, operation));
  const manifest = toManifest(connector);
  if (manifest.operations.length !== connector.operations.length) findings.push('The manifest loses operations.');
  return findings;
}

function doubles(what: string, items: readonly { readonly id: string }[]): string[] {
  const ids = items.map((item) => item.id);
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))].map((id) => `There are two of ${what} "${id}".`);
}

function checkOperation(connector: ConnectorDefinition, operation: OperationDefinition): string[] {
  const where = `${connector.id}.${operation.id}`;
  const findings: string[] = [];
  const say = (sentence: string): void => void findings.push(`${where}: ${sentence}`);
  if (!CAMEL_CASE.test(operation.id)) say('the id is not camelCase.');
  if (operation.needsConnection && authSchemes(connector).length === 0) say('needs a connection, but the connector has no auth scheme.');
  if (operation.sample === undefined) say('has no sample.');
  if (operation.kind === 'action' && operation.safety === 'pure' && operation.needsConnection)
    say('is pure and calls nobody, yet needs a connection.');
  findings.push(
    ...doubles(
      'property',
      operation.properties.map((property) => ({ id: property.name })),
    ).map((sentence) => `${where}: ${sentence}`),
  );
  const known = schemaMembers(operation);
  const names = operation.properties.map((property) => property.name);
  for (const name of names) if (!known.includes(name)) say(`property "${name}" is not in the input schema.`);
  for (const name of known) if (!names.includes(name)) say(`the input schema takes "${name}", which no property shows.`);
  const missing = requiredMembers(operation);
  for (const property of operation.properties) {
    if (property.required !== missing.has(property.name))
      say(
        `property "${property.name}" is ${property.required ? 'required in the form but not in the schema' : 'optional in the form but required by the schema'}.`,
      );
    if (property.initial !== undefined && property.required === false && property.kind === 'secret')
      say(`secret "${property.name}" has an initial value.`);
    for (const other of property.remote?.dependsOn ?? [])
      if (!names.includes(other)) say(`property "${property.name}" depends on "${other}", which does not exist.`);
    if (property.remote?.what === 'choices' && connector.choices === undefined)
      say(`property "${property.name}" asks for choices, which the connector cannot give.`);
    if (property.remote?.what === 'fields' && connector.fields === undefined)
      say(`property "${property.name}" asks for fields, which the connector cannot give.`);
  }
  return findings;
}

function schemaMembers(operation: OperationDefinition): string[] {
  const schema: unknown = operation.input;
  return schema instanceof z.ZodObject
    ? Object.keys(schema.shape as Record<string, unknown>)
    : operation.properties.map((property) => property.name);
}

/** The members an empty input is refused for. */
function requiredMembers(operation: OperationDefinition): Set<string> {
  const result = (operation.input as z.ZodType<unknown>).safeParse({});
  return new Set(
    result.success ? [] : result.error.issues.filter((issue) => issue.path.length === 1).map((issue) => String(issue.path[0])),
  );
}

/** The secrets of a connection that can be read in recorded exchanges. Must be empty. */
export function leakedSecrets(connector: ConnectorDefinition, values: ConnectionValues, exchanges: readonly RecordedExchange[]): string[] {
  const all = JSON.stringify(exchanges);
  return secretValues(connector, values).filter(
    (secret) =>
      secret.length >= 4 &&
      [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')].some((spelling) => all.includes(spelling)),
  );
}
