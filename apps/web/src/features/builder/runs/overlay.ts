/** What a run's steps say about nodes and edges of its document. Pure. */
import { isPageStep } from '@weft/engine';
import type { WorkflowDocument } from '@weft/workflow';
import { edgeKey, portOf } from '../../canvas/document/ports.ts';
import type { EdgeRun, NodeRun, NodeRunStatus, NodeWait, RunOverlay } from '../../canvas/run-overlay.ts';

/** The part of a step the overlay needs. */
export interface OverlayStep {
  readonly path: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly status: 'succeeded' | 'failed' | 'skipped' | 'retrying';
  readonly port?: string | null | undefined;
  readonly error?: unknown;
  readonly startedAt: number | string;
  readonly finishedAt: number | string;
}

/** A step that waits for something outside of the run. */
export interface OverlayWait {
  readonly nodeId: string;
  readonly kind: NodeWait['kind'];
  readonly since: number | string;
  readonly until: number | string | null;
}

export interface OverlayRun {
  readonly status: string;
  readonly startedAt: string | null;
}

/** The last attempt of each path. */
export function lastAttempts<Step extends OverlayStep>(steps: readonly Step[]): Step[] {
  const last = new Map<string, Step>();
  for (const step of steps) {
    const before = last.get(step.path);
    if (before === undefined || before.attempt <= step.attempt) last.set(step.path, step);
  }
  return [...last.values()];
}

/** Steps as a person sees them: a stop that fails its run did what it should, and yet it is where the run failed. */
export function asShown<Step extends OverlayStep>(
  document: WorkflowDocument,
  steps: readonly Step[],
  error: NonNullable<Step['error']> | null | undefined,
): Step[] {
  const failing = new Set(document.nodes.flatMap((node) => (node.kind === 'stop' && node.outcome === 'failed' ? [node.id] : [])));
  return steps.map((step) =>
    step.status === 'succeeded' && failing.has(step.nodeId) ? { ...step, status: 'failed', ...(error ? { error } : {}) } : step,
  );
}

/** Statuses, times and ways taken. */
export function runOverlay(
  document: WorkflowDocument,
  run: OverlayRun & { readonly waits?: readonly OverlayWait[] },
  steps: readonly OverlayStep[],
): RunOverlay {
  // That a page of a loop was read does not settle the loop.
  const own = lastAttempts(steps).filter((step) => !isPageStep(step.path));
  const byNode = Map.groupBy(own, (step) => step.nodeId);
  const nodes = new Map<string, NodeRun>();
  for (const [nodeId, executions] of byNode) nodes.set(nodeId, nodeRun(executions));
  const trigger = document.nodes.find((node) => node.kind === 'trigger');
  if (trigger !== undefined && !nodes.has(trigger.id) && run.startedAt !== null) nodes.set(trigger.id, { status: 'succeeded' });
  if (run.status === 'running' || run.status === 'waiting')
    for (const [id, standing] of runningNodes(document, nodes, byNode, run)) nodes.set(id, standing);
  // What is waited for says more than that some items of the node are done.
  for (const [id, waits] of Map.groupBy(run.waits ?? [], ({ nodeId }) => nodeId)) nodes.set(id, waitingNode(waits));
  return { nodes, edges: edgeRuns(document, nodes, byNode) };
}

const WORST: readonly NodeRunStatus[] = ['failed', 'retrying', 'succeeded', 'skipped'];

function nodeRun(steps: readonly OverlayStep[]): NodeRun {
  const status = WORST.find((candidate) => steps.some((step) => step.status === candidate)) ?? 'succeeded';
  const times = steps.filter((step) => step.status !== 'skipped').map((step) => [time(step.startedAt), time(step.finishedAt)] as const);
  const failed = steps.filter((step) => step.status === 'failed').length;
  const attempts = Math.max(...steps.map((step) => step.attempt));
  return {
    status,
    ...(times.length === 0 ? {} : { durationMs: Math.max(...times.map(([, end]) => end)) - Math.min(...times.map(([start]) => start)) }),
    ...(steps.length > 1 ? { count: steps.length, failedCount: failed } : {}),
    ...(attempts > 1 ? { attempts } : {}),
  };
}

function waitingNode(waits: readonly OverlayWait[]): NodeRun {
  const untils = waits.flatMap(({ until }) => (until === null ? [] : [time(until)]));
  const kind = waits[0]?.kind ?? 'timer';
  return {
    status: 'waiting',
    startedAt: Math.min(...waits.map(({ since }) => time(since))),
    wait: { kind, ...(untils.length === 0 ? {} : { until: Math.min(...untils) }) },
    ...(waits.length > 1 ? { count: waits.length } : {}),
  };
}

/** Epoch milliseconds of a number or an ISO text. */
export function time(value: number | string): number {
  return typeof value === 'number' ? value : Date.parse(value);
}

/** Nodes whose ways in are settled, at least one taken, and which have no step yet. */
function runningNodes(
  document: WorkflowDocument,
  nodes: ReadonlyMap<string, NodeRun>,
  byNode: ReadonlyMap<string, readonly OverlayStep[]>,
  run: OverlayRun,
): [string, NodeRun][] {
  const isSettled = (id: string) => nodes.get(id) !== undefined && nodes.get(id)?.status !== 'retrying';
  const parents = new Set(document.nodes.filter((node) => node.kind === 'loop').map((node) => node.id));
  return document.nodes.flatMap((node): [string, NodeRun][] => {
    if (nodes.has(node.id) || node.kind === 'trigger' || node.parent !== undefined) return [];
    const incoming = document.edges.filter((edge) => edge.to === node.id);
    const isReady =
      incoming.length > 0 && incoming.every((edge) => isSettled(edge.from)) && incoming.some((edge) => isTaken(edge, nodes, byNode));
    if (!isReady) return [];
    const since = Math.max(
      ...incoming.flatMap((edge) => (byNode.get(edge.from) ?? []).map((step) => time(step.finishedAt))),
      run.startedAt === null ? 0 : Date.parse(run.startedAt),
    );
    const status: NodeRunStatus = run.status === 'waiting' && !parents.has(node.id) ? 'waiting' : 'running';
    return [[node.id, { status, startedAt: since }]];
  });
}

function isTaken(
  edge: WorkflowDocument['edges'][number],
  nodes: ReadonlyMap<string, NodeRun>,
  byNode: ReadonlyMap<string, readonly OverlayStep[]>,
): boolean {
  const steps = byNode.get(edge.from);
  if (steps === undefined) return nodes.get(edge.from)?.status === 'succeeded' && portOf(edge) === 'next';
  return steps.some(
    (step) => step.status !== 'skipped' && (step.port ?? (step.status === 'succeeded' ? 'next' : undefined)) === portOf(edge),
  );
}

function edgeRuns(
  document: WorkflowDocument,
  nodes: ReadonlyMap<string, NodeRun>,
  byNode: ReadonlyMap<string, readonly OverlayStep[]>,
): Map<string, EdgeRun> {
  return new Map(
    document.edges.map((edge) => {
      const taken = isTaken(edge, nodes, byNode);
      const target = nodes.get(edge.to)?.status;
      const state: EdgeRun = !taken ? 'notTaken' : portOf(edge) === 'error' ? 'failed' : target === 'running' ? 'running' : 'taken';
      return [edgeKey(edge), state];
    }),
  );
}
