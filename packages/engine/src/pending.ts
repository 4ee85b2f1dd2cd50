/** What a waiting run is waiting for: the earliest time, and a sentence for people. */
import type { Program } from './compile.ts';
import type { Pending, PendingKind, RunOutcome } from './journal.ts';

/** First what somebody has to do, last what goes on by itself. */
const ORDER: readonly PendingKind[] = ['review', 'event', 'child', 'timer', 'retry'];

/** The outcome of a run in which nothing can go on. It is taken up at the run's deadline at the latest. */
export function waitingOutcome(pending: readonly Pending[], program: Program, deadlineAt: number | undefined): RunOutcome {
  const times = [...pending.map(({ until }) => until), deadlineAt].filter((time) => time !== undefined);
  return {
    status: 'waiting',
    ...(times.length === 0 ? {} : { wakeAt: Math.min(...times) }),
    reason: reasonOf(pending, program),
    pending,
  };
}

function reasonOf(pending: readonly Pending[], program: Program): string {
  const sorted = pending.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.until ?? Infinity) - (b.until ?? Infinity));
  const [first] = sorted;
  if (!first) return 'Waits.';
  const title = program.nodes.get(first.nodeId)?.node.title ?? first.nodeId;
  const sentence = first.why ?? SENTENCES[first.kind](title, first.until === undefined ? undefined : new Date(first.until).toISOString());
  return sorted.length === 1 ? sentence : `${sentence} And ${sorted.length - 1} more.`;
}

const SENTENCES: Readonly<Record<PendingKind, (title: string, until: string | undefined) => string>> = {
  review: (title, until) => `Waits for a decision at “${title}”${orUntil(until)}.`,
  event: (title, until) => `Waits to be called back at “${title}”${orUntil(until)}.`,
  child: (title) => `Waits for the run that “${title}” called.`,
  timer: (title, until) => `Waits at “${title}”${orUntil(until)}.`,
  retry: (_, until) => `A step is tried again at ${until ?? 'once'}.`,
};

function orUntil(until: string | undefined): string {
  return until === undefined ? '' : ` until ${until}`;
}
