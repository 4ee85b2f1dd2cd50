/** The respond node: the answer to the request that started the run. */
import { WeftError } from '@weft/errors';
import { headerFault } from '@weft/workflow';
import type { RespondNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import type { Execution } from '../execution.ts';
import type { Answer, Host } from '../host.ts';
import type { StepRecord } from '../journal.ts';
import { asObject, asText } from '../plain.ts';
import { failByThrown, resolve, succeed } from '../step.ts';
import type { Step } from '../step.ts';
import type { Resolve } from './map.ts';

/** Answers at once if its parts are there at once. The record is written soon: somebody waits for it. */
export function runRespond(execution: Execution, step: Step<RespondNode>): Promise<void> | undefined {
  const { ledger, options } = execution;
  const startedAt = options.host.now();
  const send = (answer: Answer): undefined => {
    const note = options.host.respond?.({ path: step.path, answer, isDurable: false });
    succeed(execution, step, { output: note === undefined ? answer : { ...answer, note }, startedAt });
    ledger.isUrgent = true;
  };
  try {
    const answer = answerOf(step.compiled, (place) => resolve(execution, step, place));
    if (!(answer instanceof Promise)) return send(answer);
    return answer.then(send, (thrown: unknown) => failByThrown(execution, step, thrown, startedAt));
  } catch (thrown) {
    return failByThrown(execution, step, thrown, startedAt);
  }
}

/** Answers as it is recorded: the worker before may have died before it sent that. */
export function respondAgain(host: Host, { path, output }: StepRecord): void {
  const { note, ...answer } = asObject(output);
  // Recorded from an Answer, with the note why nobody got it if so.
  if (note === undefined) host.respond?.({ path, answer: answer as unknown as Answer, isDurable: true });
}

/** What the node answers. A promise only if an expression needs one. Throws `invalid`, naming the field. */
export function answerOf(compiled: CompiledNode<RespondNode>, resolve: Resolve): Answer | Promise<Answer> {
  const parts = [resolve('status'), resolve('headers'), compiled.node.body === undefined ? undefined : resolve('body')];
  if (parts.some((part) => part instanceof Promise)) return Promise.all(parts).then(assemble);
  return assemble(parts);
}

function assemble([status, headers, body]: readonly unknown[]): Answer {
  const list = headersOf(headers);
  return {
    status: statusOf(status),
    ...(Object.keys(list).length === 0 ? {} : { headers: list }),
    ...(body === undefined ? {} : { body }),
  };
}

function statusOf(value: unknown): number {
  const status = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw refused(`Status: ${JSON.stringify(value ?? null)} is no HTTP status; it is a number from 200 to 599.`);
}

function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, member] of Object.entries(asObject(value))) {
    if (member === undefined || member === null) continue;
    const fault = headerFault(name);
    if (fault !== undefined) throw refused(`Headers: ${fault}`);
    const text = asText(member);
    // What comes with the data must not begin a header of its own.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
      throw refused(`Headers: “${name}” has a line break or another character that no header may hold.`);
    headers[name.toLowerCase()] = text;
  }
  return headers;
}

function refused(message: string): WeftError {
  return new WeftError({ class: 'invalid', code: 'answer_invalid', message });
}
