/** Runs small documents for tests: a host with a clock that jumps, effects by node id, a journal in memory. */
import { WeftError } from '@weft/errors';
import type { ErrorClass } from '@weft/errors';
import { compileExpression } from '@weft/expression';
import { workflowSchema } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';
import { compileWorkflow, execute } from '../src/index.ts';
import type { EffectRequest, ExecuteOptions, Host, RunOutcome, StepRecord } from '../src/index.ts';

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
  readonly host?: Partial<Host>;
}

export interface TestResult {
  readonly outcome: RunOutcome;
  readonly records: StepRecord[];
  readonly requests: EffectRequest[];
  /** Records as `path#attempt status port`. */
  readonly steps: string[];
  readonly sleeps: number[];
}

/** Executes once. `records` are those of this call, the journal given not included. */
export async function run(document: WorkflowDocument, { effects = {}, host = {}, ...options }: TestRun = {}): Promise<TestResult> {
  const records: StepRecord[] = [];
  const requests: EffectRequest[] = [];
  const sleeps: number[] = [];
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
      perform: async (request) => {
        requests.push(request);
        return { output: await effects[request.nodeId]?.(request) };
      },
      checkpoint: async (batch) => void records.push(...batch),
      sleep: async (ms) => {
        sleeps.push(ms);
        now += ms;
      },
      ...host,
    },
  });
  const steps = records.map(({ path, attempt, status, port }) => `${path}#${attempt} ${status}${port === undefined ? '' : ` ${port}`}`);
  return { outcome, records, requests, steps, sleeps };
}

/** A promise and the means to settle it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}
