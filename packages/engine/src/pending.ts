/** What a waiting run is waiting for: the earliest time, and a sentence for people. */
import { titleOf } from '@weft/workflow';
import type { Catalog } from '@weft/workflow';
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
  const node = program.nodes.get(first.nodeId)?.node;
  const sentence = first.why ?? SENTENCES[first.kind](node ? titleOf(node, NO_CONNECTORS) : first.nodeId, first.until);
  return sorted.length === 1 ? sentence : `${sentence} And ${sorted.length - 1} more.`;
}

const SENTENCES: Readonly<Record<PendingKind, (title: string, until: number | undefined) => string>> = {
  review: (title, until) => `Waits for a decision at “${title}”${orUntil(until)}.`,
  event: (title, until) => `Waits to be called back at “${title}”${orUntil(until)}.`,
  child: (title) => `Waits for the run that “${title}” called.`,
  timer: (title, until) => `Waits at “${title}”${orUntil(until)}.`,
  retry: (_, until) => `A step is tried again at ${new Date(until ?? 0).toISOString()}.`,
};

function orUntil(until: number | undefined): string {
  return until === undefined ? '' : ` until ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What waits is named without a connector. */
const NO_CONNECTORS: Catalog = { connector: () => undefined, connectors: () => [] };
