/**
 * A loop through all pages of an operation. One page after another is read, gone through, and forgotten once it is written
 * down what became of it. So the execution holds a page at a time, whatever their number.
 */
import { WeftError } from '@weft/errors';
import type { LoopNode } from '@weft/workflow';
import type { Execution } from '../execution.ts';
import { couldHaveBegun } from '../frame.ts';
import { donePath, pageOf, readPath } from '../pages.ts';
import type { Page } from '../pages.ts';
import { asObject } from '../plain.ts';
import { resolve, succeed } from '../step.ts';
import type { Step } from '../step.ts';
import { attemptUntilEnd } from './attempts.ts';
import { attemptMeans } from './connector.ts';
import { runItems } from './loop-items.ts';
import { PageProgress, pageDoneOf } from './page-progress.ts';

/** Runs the loop. Throws what reading a page does, the failure of an item that stops it, {@link Parked}, and what the host does. */
export async function runPages(execution: Execution, step: Step<LoopNode>, startedAt: number): Promise<void> {
  const { ledger, options } = execution;
  const { frame, compiled, path } = step;
  const progress = new PageProgress();
  let input = journaledPages(execution, path, progress);
  while (!progress.isComplete) {
    const at = readPath(path, progress.pages);
    const known = ledger.latest(at);
    input ??= known ? inputOf(known) : asObject(await resolve(execution, step, 'pages.input'));
    const page = await readPage(execution, step, { at, cursor: progress.cursor, input });
    if (!page) return; // halted
    // Of a page that was not known to the worker before us, it cannot have begun anything.
    const isDurable = known?.status === 'succeeded' && couldHaveBegun(frame, compiled);
    const outcomes = await runItems(execution, step, { items: page.items, from: progress.count, isDurable });
    if (!outcomes) return; // halted
    const done = progress.doneOf(outcomes, page.next);
    // Whoever goes on from here asks for nothing of the page: all of it has to be kept by then.
    await ledger.durable();
    const now = options.host.now();
    const record = { path: donePath(path, done.page), nodeId: compiled.node.id, attempt: 1, startedAt: now, finishedAt: now };
    ledger.noteUrgent({ ...record, status: 'succeeded', port: 'next', input: { input }, output: done });
    ledger.forget(`${path}[`);
    progress.add(done);
  }
  succeed(execution, step, { output: progress.output(), startedAt });
}

/** Adds up the pages that the journal says are done. Gives what the loop asks of its operation, if it is known from them. */
function journaledPages({ ledger }: Execution, path: string, progress: PageProgress): Record<string, unknown> | undefined {
  let input: Record<string, unknown> | undefined;
  for (let done = ledger.final(donePath(path, 0)); done; done = ledger.final(donePath(path, progress.pages))) {
    progress.add(pageDoneOf(done));
    input = inputOf(done);
  }
  ledger.forget(`${path}[done`);
  return input;
}

/** What is recorded of what the loop asks of its operation. */
function inputOf(record: { readonly input?: unknown }): Record<string, unknown> {
  return asObject(asObject(record.input)['input']);
}

/** Reads a page, unless the journal has it. Undefined when it was halted before. Throws when it cannot be read. */
async function readPage(
  execution: Execution,
  { frame, compiled }: Step<LoopNode>,
  want: { readonly at: string; readonly cursor: unknown; readonly input: Record<string, unknown> },
): Promise<Page | undefined> {
  const { ledger } = execution;
  const { id, pages, retry, timeoutMs } = compiled.node;
  let record = ledger.final(want.at);
  if (!record && pages) {
    record = await attemptUntilEnd(
      {
        node: { id, ...pages, retry, timeoutMs },
        path: want.at,
        input: want.input,
        latest: ledger.latest(want.at),
        mayHaveBegun: false, // it only reads
        hasErrorEdge: compiled.wiredPorts.has('error'),
        page: want.cursor === undefined ? {} : { cursor: want.cursor },
      },
      attemptMeans(execution, frame),
    );
    if (!record) return undefined;
    ledger.noteUrgent(record);
  }
  if (record?.error) throw new WeftError(record.error);
  return pageOf(record?.output, want.cursor, id);
}
