/** A container in progress, and what can be told from how its members stand. */
import type { StoredError } from '@weft/errors';
import type { Edge } from '@weft/workflow';
import type { CompiledNode } from './compile.ts';
import type { Pending, StepRecord } from './journal.ts';

/** How a member of a container stands once it is settled. */
export interface Settled {
  readonly status: 'succeeded' | 'failed' | 'skipped';
  readonly port?: string;
  readonly output?: unknown;
  readonly error?: StoredError;
  /** What `error` is behind this node. */
  readonly errorContext?: unknown;
  /** A worker before us knew this from the journal alone: it may have begun what follows. */
  readonly isDurable?: boolean;
}

/** One container in progress: the workflow, or one item of a loop. */
export interface Frame {
  readonly members: readonly string[];
  /** Put before a member's id to make its path: '' or `contacts[3].`. */
  readonly prefix: string;
  readonly scope: Record<string, unknown>;
  readonly steps: Record<string, unknown>;
  readonly settled: Map<string, Settled>;
  readonly begun: Set<string>;
  /** `error` as it is outside, for members without an incoming edge. */
  readonly errorContext: unknown;
  /** Whether a container around this one is halted. */
  readonly isOuterHalted: () => boolean;
  /** Whether a worker before us can have got as far as this container. */
  readonly isDurable: boolean;
  /** What its members wait for. */
  readonly pending: Pending[];
  failure?: { readonly error: StoredError; readonly nodeId: string };
}

/** How a container ended, or stands still. */
export type FrameEnd =
  | { readonly end: 'done'; readonly output: unknown }
  | { readonly end: 'failed'; readonly error: StoredError; readonly nodeId: string }
  | { readonly end: 'waiting'; readonly pending: readonly Pending[] }
  | { readonly end: 'halted' };

/** A container none of whose members is begun. */
export function newFrame(parts: Omit<Frame, 'settled' | 'begun' | 'pending'>): Frame {
  return { ...parts, settled: new Map(), begun: new Set(), pending: [] };
}

/** Notes how a member stands; its output becomes visible to those behind it. */
export function settle(frame: Frame, id: string, settled: Settled): void {
  frame.settled.set(id, settled);
  if (settled.status === 'succeeded' && settled.output !== undefined) frame.steps[id] = settled.output;
}

/** How a member with a final record stands. */
export function settledFrom(record: StepRecord, errorContext: unknown): Settled {
  return {
    status: record.status === 'retrying' ? 'failed' : record.status,
    ...(record.port === undefined ? {} : { port: record.port }),
    ...(record.output === undefined ? {} : { output: record.output }),
    ...(record.error === undefined ? {} : { error: record.error }),
    errorContext,
  };
}

/** How a member whose sources are settled is reached: over which edges, and what `error` is there. */
export function entryOf(frame: Frame, compiled: CompiledNode): { readonly isReached: boolean; readonly errorContext: unknown } {
  const { node, incoming } = compiled;
  if (incoming.length === 0) {
    const isStart = node.kind === 'trigger' || node.parent !== undefined;
    return { isReached: isStart, errorContext: isStart ? frame.errorContext : undefined };
  }
  const [only] = incoming;
  const taken = incoming.length === 1 && only ? (isTaken(frame, only) ? [only.from] : NONE) : takenOf(frame, incoming);
  return { isReached: taken.length > 0, errorContext: errorBehind(frame, taken) };
}

const NONE: readonly string[] = [];

function takenOf(frame: Frame, incoming: readonly Edge[]): string[] {
  return incoming.filter((edge) => isTaken(frame, edge)).map(({ from }) => from);
}

function isTaken(frame: Frame, { from, fromPort }: Edge): boolean {
  return frame.settled.get(from)?.port === (fromPort ?? 'next');
}

/** What `error` is for a node: the failure whose error port led here, at once or some nodes ago. */
function errorBehind(frame: Frame, sources: readonly string[]): unknown {
  for (const id of sources) {
    const settled = frame.settled.get(id);
    if (settled?.port === 'error' && settled.error) return { ...settled.error, nodeId: id };
    if (settled?.errorContext !== undefined) return settled.errorContext;
  }
  return undefined;
}

/**
 * Whether all that a member waits for can have been settled for the worker before us: nothing follows an effect before it
 * is durable, while pure nodes leave no record of their own. Of a loop we assume it, whatever its items did.
 */
export function couldHaveBegun(frame: Frame, { incoming }: CompiledNode): boolean {
  return frame.isDurable && incoming.every(({ from }) => frame.settled.get(from)?.isDurable === true);
}

/** The output of the last member that ran: what an item of a loop gives. */
export function lastOutput(frame: Frame): unknown {
  for (let at = frame.members.length - 1; at >= 0; at -= 1) {
    const settled = frame.settled.get(frame.members[at] ?? '');
    if (settled?.status === 'succeeded') return settled.output ?? null;
  }
  return null;
}
