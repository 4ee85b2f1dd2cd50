/** One of the two that are compared. */
import type { Target } from './load.ts';
import type { Workload } from './workloads.ts';

/** A product under load. */
export interface Side {
  readonly name: 'ours' | 'floor';
  /** The processes it consists of, servers left out. */
  readonly pids: readonly number[];
  readonly databaseUrl: string;
  target(workload: Workload): Target;
  /** How many runs have not ended. */
  unfinished(): Promise<number>;
  /** When runs ended, by the id that was given in the answer, in epoch milliseconds. */
  finishedAt(runIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}
