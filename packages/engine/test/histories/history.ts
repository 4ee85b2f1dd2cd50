/** A recorded run: what it was started with, what the world answered, what it decided, and how it ended. */
import { readFileSync, readdirSync } from 'node:fs';
import { workflowSchema } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';
import type { RunOutcome, StepRecord } from '../../src/index.ts';

/** Where the recorded ones stand. */
export const RECORDED = new URL('recorded/', import.meta.url);

/** How a wait of a recorded run was registered and ended. Times in epoch milliseconds. */
export interface RecordedWait {
  readonly since: number;
  readonly dueAt?: number;
  readonly answeredAt?: number;
  readonly answer?: unknown;
}

/** One recorded run. */
export interface History {
  readonly format: 'weft/history@1';
  /** What it is good for, in a sentence. */
  readonly about: string;
  readonly document: WorkflowDocument;
  readonly trigger: unknown;
  /** When it was begun, epoch milliseconds. */
  readonly startedAt: number;
  /** Every record, in the order in which they became durable. They hold what the world answered. */
  readonly records: readonly StepRecord[];
  /** By path. */
  readonly waits: Readonly<Record<string, RecordedWait>>;
  /** What was being asked when somebody cancelled. */
  readonly cancelledAt?: string;
  readonly outcome: RunOutcome;
  /** What is asked of the world, in order, by a worker that begins behind the first 0, 1, 2 … records. */
  readonly asked: readonly (readonly string[])[];
}

/** All recorded histories by the name of their file. */
export function recordedHistories(): readonly (readonly [string, History])[] {
  return readdirSync(RECORDED)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => {
      // Written by record.ts; the document is parsed, as the product does with what it stored.
      const history = JSON.parse(readFileSync(new URL(name, RECORDED), 'utf8')) as History;
      return [name, { ...history, document: workflowSchema.parse(history.document) }];
    });
}
