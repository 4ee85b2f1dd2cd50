/** Calling an operation by its id with input that nobody has checked yet. */
import type { z } from 'zod';
import { isWeftError, toWeftError, WeftError, type Issue } from '@weft/errors';
import type {
  ActionContext,
  ActionDefinition,
  CallContext,
  ConnectorDefinition,
  HookRequest,
  ItemPage,
  OperationDefinition,
  PagedDefinition,
  PollResult,
  PollTriggerDefinition,
  PushTriggerDefinition,
  ScheduleTriggerDefinition,
  TriggerDefinition,
  TriggerEvent,
  WebhookTriggerDefinition,
} from './connector.ts';
import { plainWords } from './plain-words.ts';

/** The operation of a connector. Throws `notFound` when it has none of this id. */
export function findOperation(connector: ConnectorDefinition, operationId: string): OperationDefinition {
  const operation = connector.operations.find((candidate) => candidate.id === operationId);
  if (operation === undefined)
    throw new WeftError({ class: 'notFound', code: 'operation_unknown', message: `${connector.title} has no operation "${operationId}".` });
  return operation;
}

/**
 * Parses the input of an operation. Throws `invalid` with one issue per finding, whose path is
 * `input.<property>` and whose sentence names the property by its label.
 */
export function parseInput(operation: OperationDefinition, input: unknown): never {
  const result = (operation.input as z.ZodType<unknown>).safeParse(input ?? {}, { error: plainWords });
  // `never` is what the erased definition's own functions take: only they know the type of their input.
  if (result.success) return result.data as never;
  const issues = result.error.issues.map((issue) => locate(operation, issue));
  const first = issues[0]?.message ?? 'The input is not valid.';
  throw new WeftError({
    class: 'invalid',
    code: 'input_invalid',
    message: issues.length > 1 ? `${first} (and ${issues.length - 1} more)` : first,
    issues,
  });
}

function locate(operation: OperationDefinition, issue: z.core.$ZodIssue): Issue {
  const [name, ...rest] = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = operation.properties.map((property) => property.name).join(', ');
    return {
      path: ['input', ...issue.path.map(String), issue.keys[0]].join('.'),
      message: `"${operation.title}" has no input ${issue.keys.map((key) => `"${key}"`).join(', ')}. It has: ${known || 'none'}.`,
    };
  }
  const property = operation.properties.find((candidate) => candidate.name === name);
  const label = [property?.label ?? name ?? 'The input', ...rest].join(' › ');
  return { path: ['input', ...issue.path.map(String)].join('.'), message: `${label}: ${issue.message}.`.replace(/\.\.$/, '.') };
}

function requireConnection(connector: ConnectorDefinition, operation: OperationDefinition, context: CallContext): void {
  if (!operation.needsConnection || context.connection !== undefined) return;
  throw new WeftError({
    class: 'auth',
    code: 'connection_missing',
    message: `"${operation.title}" needs a ${connector.title} connection. Choose one for this workflow.`,
  });
}

/** What a call of an operation needs beside the connector. */
export interface Invocation<Context extends CallContext> {
  readonly context: Context;
  readonly input: unknown;
}

async function guarded<T>(connector: ConnectorDefinition, operation: OperationDefinition, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (isWeftError(thrown)) throw thrown;
    const error = toWeftError(thrown);
    throw new WeftError({
      class: 'bug',
      code: 'connector_failed',
      message: `${connector.title} "${operation.title}" failed unexpectedly: ${error.message}`,
      cause: thrown,
    });
  }
}

/** Runs an action. Gives its output, `null` when it gives none. Throws `WeftError` only. */
export async function runAction(connector: ConnectorDefinition, operationId: string, call: Invocation<ActionContext>): Promise<unknown> {
  const operation = findOperation(connector, operationId);
  if (operation.kind !== 'action') throw wrongKind(connector, operation, 'an action');
  requireConnection(connector, operation, call.context);
  const action: ActionDefinition = operation;
  const input = parseInput(operation, call.input);
  return guarded(connector, operation, async () => (await action.run(call.context, input)) ?? null);
}

/** Reads one page of an action's items; `cursor` as an earlier page gave it. Throws `WeftError` only. */
export async function runPage(
  connector: ConnectorDefinition,
  operationId: string,
  call: Invocation<ActionContext> & { readonly cursor?: unknown },
): Promise<ItemPage> {
  const operation = findOperation(connector, operationId);
  if (operation.kind !== 'action' || !operation.paged) throw wrongKind(connector, operation, 'an action whose items can be read by pages');
  requireConnection(connector, operation, call.context);
  const paged: PagedDefinition = operation.paged;
  const input = parseInput(operation, call.input);
  return guarded(connector, operation, () => paged.page(call.context, input, call.cursor));
}

function wrongKind(connector: ConnectorDefinition, operation: OperationDefinition, wanted: string): WeftError {
  return new WeftError({ class: 'invalid', code: 'operation_kind', message: `${connector.title} "${operation.title}" is not ${wanted}.` });
}

export function triggerOf<Mode extends TriggerDefinition['mode']>(
  connector: ConnectorDefinition,
  operationId: string,
  modes: readonly Mode[],
): Extract<TriggerDefinition, { mode: Mode }> {
  const operation = findOperation(connector, operationId);
  if (operation.kind !== 'trigger' || !(modes as readonly string[]).includes(operation.mode))
    throw wrongKind(connector, operation, `a trigger of the kind ${modes.join(' or ')}`);
  return operation as Extract<TriggerDefinition, { mode: Mode }>;
}

/** Polls a trigger with the cursor it gave last, `undefined` for its first activation. */
export async function runPoll(
  connector: ConnectorDefinition,
  operationId: string,
  call: Invocation<CallContext> & { cursor: unknown },
): Promise<PollResult> {
  const trigger: PollTriggerDefinition = triggerOf(connector, operationId, ['poll']);
  requireConnection(connector, trigger, call.context);
  const input = parseInput(trigger, call.input);
  return guarded(connector, trigger, () => trigger.poll(call.context, input, call.cursor));
}

/** About how many runs begin at once when a trigger is switched on for the first time; undefined when it cannot tell. */
export async function countBacklog(
  connector: ConnectorDefinition,
  operationId: string,
  call: Invocation<CallContext>,
): Promise<number | undefined> {
  const trigger: PollTriggerDefinition = triggerOf(connector, operationId, ['poll']);
  requireConnection(connector, trigger, call.context);
  const input = parseInput(trigger, call.input);
  return trigger.backlog === undefined ? undefined : guarded(connector, trigger, () => trigger.backlog!(call.context, input));
}

/**
 * A few payloads of a trigger: recent ones, if it can ask its vendor; those of the next times of a schedule, nothing when
 * there is none; the declared sample otherwise.
 */
export async function runExamples(
  connector: ConnectorDefinition,
  operationId: string,
  call: Invocation<CallContext>,
): Promise<readonly unknown[]> {
  const operation = findOperation(connector, operationId);
  if (operation.kind === 'trigger' && operation.mode === 'schedule') return nextTimes(operation, call);
  if (operation.kind !== 'trigger' || (operation.mode !== 'poll' && operation.mode !== 'push'))
    return operation.sample === undefined ? [] : [operation.sample];
  requireConnection(connector, operation, call.context);
  const input = parseInput(operation, call.input);
  return guarded(connector, operation, () => operation.examples(call.context, input));
}

const TIMES_SHOWN = 5;

function nextTimes(trigger: ScheduleTriggerDefinition, call: Invocation<CallContext>): { scheduledFor: string }[] {
  const input = parseInput(trigger, call.input);
  const times: Date[] = [];
  let at = trigger.next(input, new Date(call.context.now()));
  while (at !== undefined && times.length < TIMES_SHOWN) {
    times.push(at);
    at = trigger.next(input, at);
  }
  return times.map((time) => ({ scheduledFor: time.toISOString() }));
}

/** Registers a push trigger at its vendor; gives the state to keep. */
export async function runActivate(
  connector: ConnectorDefinition,
  operationId: string,
  call: Invocation<CallContext> & { hookUrl: string; state: unknown },
): Promise<unknown> {
  const trigger: PushTriggerDefinition = triggerOf(connector, operationId, ['push']);
  requireConnection(connector, trigger, call.context);
  const input = parseInput(trigger, call.input);
  return guarded(connector, trigger, () => trigger.activate(call.context, input, call.hookUrl, call.state));
}

/** Mends the registration of a push trigger and looks for what no delivery told. Undefined when the trigger cannot. */
export async function runReconcile(
  connector: ConnectorDefinition,
  operationId: string,
  call: Invocation<CallContext> & { hookUrl: string; state: unknown },
): Promise<(PollResult & { readonly found?: string }) | undefined> {
  const trigger: PushTriggerDefinition = triggerOf(connector, operationId, ['push']);
  requireConnection(connector, trigger, call.context);
  const input = parseInput(trigger, call.input);
  return guarded(connector, trigger, async () => trigger.reconcile?.(call.context, input, call.hookUrl, call.state));
}

/** Removes a push trigger at its vendor. */
export async function runDeactivate(
  connector: ConnectorDefinition,
  operationId: string,
  call: Invocation<CallContext> & { state: unknown },
): Promise<void> {
  const trigger: PushTriggerDefinition = triggerOf(connector, operationId, ['push']);
  const input = parseInput(trigger, call.input);
  return guarded(connector, trigger, () => trigger.deactivate(call.context, input, call.state));
}

/** Verifies a request to a webhook trigger that has an account. Throws `auth` when it is not genuine, or nobody can tell. */
export async function runVerify(
  connector: ConnectorDefinition,
  operationId: string,
  call: Invocation<CallContext> & { request: HookRequest },
): Promise<void> {
  const trigger: WebhookTriggerDefinition = triggerOf(connector, operationId, ['webhook']);
  if (!trigger.verify)
    throw new WeftError({ class: 'auth', code: 'not_verifiable', message: `${connector.title} cannot verify requests.` });
  const input = parseInput(trigger, call.input);
  return guarded(connector, trigger, async () => trigger.verify?.(call.context, input, call.request));
}

/** Verifies and reads a delivery to a push trigger. Throws `auth` when it is not genuine. */
export async function runReceive(
  connector: ConnectorDefinition,
  operationId: string,
  call: Invocation<CallContext> & { request: HookRequest },
): Promise<readonly TriggerEvent[]> {
  const trigger: PushTriggerDefinition = triggerOf(connector, operationId, ['push']);
  requireConnection(connector, trigger, call.context);
  const input = parseInput(trigger, call.input);
  return guarded(connector, trigger, () => trigger.receive(call.context, input, call.request));
}

/** The first time after `after` at which a schedule fires, or undefined. */
export function nextTime(connector: ConnectorDefinition, operationId: string, call: { input: unknown; after: Date }): Date | undefined {
  const trigger: ScheduleTriggerDefinition = triggerOf(connector, operationId, ['schedule']);
  return trigger.next(parseInput(trigger, call.input), call.after);
}
