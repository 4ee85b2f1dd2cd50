/** What a run says about each node and edge of the canvas. Filled by the run view, drawn by nodes and edges. */

/** How a node stands in a run. */
export type NodeRunStatus = 'succeeded' | 'failed' | 'skipped' | 'retrying' | 'running' | 'waiting' | 'notReached';

/** What a waiting node waits for; of several items the one that goes on first. */
export interface NodeWait {
  readonly kind: 'timer' | 'event' | 'review' | 'child';
  /** Epoch milliseconds; absent when only an answer ends it. */
  readonly until?: number;
}

export interface NodeRun {
  readonly status: NodeRunStatus;
  readonly durationMs?: number;
  /** Epoch milliseconds; for what is running. */
  readonly startedAt?: number;
  /** Executions, when a loop made several. */
  readonly count?: number;
  readonly failedCount?: number;
  /** Attempts made, when more than one. */
  readonly attempts?: number;
  /** For what waits for something outside of the run. */
  readonly wait?: NodeWait;
}

export type EdgeRun = 'taken' | 'failed' | 'running' | 'notTaken';

export interface RunOverlay {
  readonly nodes: ReadonlyMap<string, NodeRun>;
  /** By edge key. */
  readonly edges: ReadonlyMap<string, EdgeRun>;
}
