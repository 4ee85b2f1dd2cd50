/** The records of one execution: those the journal gave, and those on their way into it. */
import type { WorkflowNode } from '@weft/workflow';
import type { Host } from './host.ts';
import type { StepRecord } from './journal.ts';

/** Reads and writes the records of a run. Once the host has refused a checkpoint, nothing is written any more. */
export class Ledger {
  readonly #host: Host;
  readonly #final = new Map<string, StepRecord>();
  readonly #latest = new Map<string, StepRecord>();
  #buffer: StepRecord[] = [];
  #lost: { readonly reason: unknown } | undefined;

  constructor(journal: readonly StepRecord[], host: Host) {
    this.#host = host;
    for (const record of journal) {
      this.#latest.set(record.path, record);
      if (record.status !== 'retrying') this.#final.set(record.path, record);
    }
  }

  /** Why the host refused a checkpoint: the run is not ours any more. */
  get lost(): { readonly reason: unknown } | undefined {
    return this.#lost;
  }

  /** The record that ended a step. */
  final(path: string): StepRecord | undefined {
    return this.#final.get(path);
  }

  finals(): Iterable<StepRecord> {
    return this.#final.values();
  }

  /** The last record of a step that the journal gave. */
  latest(path: string): StepRecord | undefined {
    return this.#latest.get(path);
  }

  /** Notes the end of a step without effect; it travels with the next effect's. */
  note(path: string, node: WorkflowNode, part: Pick<StepRecord, 'status'> & Partial<StepRecord>): void {
    const now = this.#host.now();
    const attempt = (this.#latest.get(path)?.attempt ?? 0) + 1;
    const record: StepRecord = { path, nodeId: node.id, attempt, startedAt: now, finishedAt: now, ...part };
    this.#final.set(path, record);
    this.#buffer.push(record);
  }

  /** Makes a record durable, and all that were noted before it. Rejects when the host does. */
  async checkpoint(record: StepRecord): Promise<void> {
    if (record.status !== 'retrying') this.#final.set(record.path, record);
    this.#buffer.push(record);
    await this.flush();
  }

  /** Makes durable what was noted. Rejects when the host does. */
  async flush(): Promise<void> {
    if (this.#lost) throw this.#lost.reason;
    const records = this.#buffer;
    if (records.length === 0) return;
    this.#buffer = [];
    try {
      await this.#host.checkpoint(records);
      await this.#host.reached?.('checkpoint.after');
    } catch (reason) {
      this.#lost ??= { reason };
      throw reason;
    }
  }
}
