/** The wait node: a time that passes, or an address that is called. */
import type { WaitNode } from '@weft/workflow';
import { TIMEOUT } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import type { WaitDue, WaitRequest } from '../host.ts';
import { asObject } from '../plain.ts';
import type { WaitEnd } from './await-answer.ts';
import { dueAfter, dueAt } from './length-of-time.ts';
import type { Resolve } from './map.ts';

/** What a wait node waits for. Throws `invalid` for a length or a time that is none. */
export async function waitRequest(
  { node }: CompiledNode<WaitNode>,
  step: { readonly path: string; readonly now: number; readonly resolve: Resolve },
): Promise<WaitRequest> {
  const base = { path: step.path, nodeId: node.id };
  if (node.mode === 'time') return { ...base, kind: 'timer', due: dueAt(await step.resolve('time'), step.now, 'Until') };
  if (node.mode === 'duration')
    return {
      ...base,
      kind: 'timer',
      due: dueAfter(await step.resolve('duration.amount'), node.duration?.unit ?? 'minutes', 'Wait for'),
    };
  const due: { due?: WaitDue } =
    node.timeout === undefined ? {} : { due: dueAfter(await step.resolve('timeout.amount'), node.timeout.unit, 'At most') };
  return { ...base, kind: 'event', ...due };
}

/** What the node gives when its wait has ended. */
export function waitResult({ mode }: WaitNode, end: WaitEnd): { readonly port: string; readonly output: unknown } {
  if (end.state === 'due') {
    const output = { until: new Date(end.dueAt).toISOString() };
    return { port: mode === 'event' ? TIMEOUT : 'next', output };
  }
  // A person let a timer go on before its time, or the address was called.
  return { port: 'next', output: mode === 'event' ? (end.answer ?? null) : asObject(end.answer) };
}
