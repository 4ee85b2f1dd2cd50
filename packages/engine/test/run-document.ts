/** Runs small documents for tests: a host with a clock that jumps, effects by node id, a journal in memory. */
import { WeftError } from '@weft/errors';
import type { ErrorClass } from '@weft/errors';
import { compileExpression } from '@weft/expression';
import { workflowSchema } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';
import { compileWorkflow, execute } from '../src/index.ts';
import type { EffectRequest, ExecuteOptions, Host, RunOutcome, StepRecord, WaitRequest } from '../src/index.ts';

/** What an effect does: gives its output, or throws. */
export type Effect = (request: EffectRequest) => unknown;

export const START = { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started' };

/** Edges from texts such as `start > a` or `a:error > b`; nodes with their defaults filled in. */
export function documentOf(nodes: readonly object[], edges: readonly string[]): WorkflowDocument {
  const parsed = edges.map((text) => {
    const [source = '', to = ''] = text.split(' > ');
    const [from, fromPort] = source.split(':');
    return { from, to, ...(fromPort === undefined ? {} : { fromPort }) };
  });
  return workflowSchema.parse({ format: 'weft/workflow@1', name: 'Test', nodes: [START, ...nodes], edges: parsed });
}

export function connector(id: string, more: object = {}): object {
  return { id, kind: 'connector', connector: 'sim', operation: 'act', ...more };
}

export function failing(name: ErrorClass, more: { readonly retryAfterMs?: number; readonly outcomeUnknown?: boolean } = {}): Effect {
  return () => {
    throw new WeftError({ class: name, code: 'simulated', message: `It is ${name}`, ...more });
  };
}

/** What a test sets beside the document. */
export interface TestRun extends Partial<Omit<ExecuteOptions, 'program' | 'host'>> {
  readonly effects?: Readonly<Record<string, Effect>>;
  /** Answers that are there already, by path. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly host?: Partial<Host>;
}

export interface TestResult {
  readonly outcome: RunOutcome;
  readonly records: StepRecord[];
  readonly requests: EffectRequest[];
  /** Records as `path#attempt status port`. */
  readonly steps: string[];
  readonly sleeps: number[];
  /** What was asked to be waited for, each time it was. */
  readonly waits: WaitRequest[];
}

/** Executes once. `records` are those of this call, the journal given not included. */
export async function run(
  document: WorkflowDocument,
  { effects = {}, answers = {}, host = {}, ...options }: TestRun = {},
): Promise<TestResult> {
  const records: StepRecord[] = [];
  const requests: EffectRequest[] = [];
  const sleeps: number[] = [];
  const waits: WaitRequest[] = [];
  const registered = new Map<string, { readonly since: number; readonly dueAt?: number }>();
  let now = 1000;
  const outcome = await execute({
    program: compileWorkflow(document),
    trigger: { n: 1, list: ['a', 'b', 'c'] },
    config: {},
    run: { id: 'run', startedAt: 0 },
    journal: [],
    signal: new AbortController().signal,
    ...options,
    host: {
      now: () => now,
      random: () => 0.5,
      evaluate: async (text, scope) => compileExpression(text).evaluate(scope),
      script: async ({ scope }) => ({ output: scope, console: [{ level: 'log', text: 'ran' }] }),
      perform: async (request) => {
        requests.push(request);
        return { output: await effects[request.nodeId]?.(request) };
      },
      wait: async (request) => {
        waits.push(request);
        const due = request.kind === 'child' ? undefined : request.due;
        const dueAt = due && ('at' in due ? due.at : now + due.afterMs);
        const wait = registered.get(request.path) ?? { since: now, ...(dueAt === undefined ? {} : { dueAt }) };
        registered.set(request.path, wait);
        if (request.path in answers) return { state: 'answered', since: wait.since, answer: answers[request.path] };
        if (wait.dueAt !== undefined && wait.dueAt <= now) return { state: 'due', since: wait.since, dueAt: wait.dueAt };
        return { state: 'open', ...wait };
      },
      resumeAddress: async ({ path, kind }) => `https://weft/${kind}/${path}`,
      checkpoint: async (batch) => void records.push(...batch),
      sleep: async (ms) => {
        sleeps.push(ms);
        now += ms;
      },
      ...host,
    },
  });
  const steps = records.map(({ path, attempt, status, port }) => `${path}#${attempt} ${status}${port === undefined ? '' : ` ${port}`}`);
  return { outcome, records, requests, steps, sleeps, waits };
}

/** A promise and the means to settle it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}
