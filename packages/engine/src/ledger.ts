/** The records of one execution: those the journal gave, and those on their way into it. */
import type { WorkflowNode } from '@weft/workflow';
import type { Host } from './host.ts';
import type { StepRecord } from './journal.ts';

/** Records wait for company up to this number: all those of a long loop are not to be held at once. */
const MOST_WAITING = 2000;

/**
 * Reads and writes the records of a run. Once the host has refused a checkpoint, nothing is written any more.
 *
 * Records wait in a buffer. The end of an effect has to be durable before anything further is asked of the world, and is
 * written as soon as there is anything to wait for; until then what can be computed from it at once may join it. Ends of
 * steps without effect travel with whatever is written next, or when they have become many.
 */
export class Ledger {
  readonly #host: Host;
  readonly #final = new Map<string, StepRecord>();
  readonly #latest = new Map<string, StepRecord>();
  #buffer: StepRecord[] = [];
  /** Whether the buffer holds something that is to be written soon. */
  isUrgent = false;
  readonly #flights = new Set<Promise<void>>();
  /** Records in all flights together. */
  #flying = 0;
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

  /** Lets go of what is known of steps whose path begins so; nobody may ask for them any more. */
  forget(prefix: string): void {
    for (const known of [this.#final, this.#latest]) for (const path of known.keys()) if (path.startsWith(prefix)) known.delete(path);
  }

  /** Likewise, of the steps of one item. */
  forgetSteps(prefix: string, ids: readonly string[]): void {
    for (const id of ids) {
      const path = prefix + id;
      this.#final.delete(path);
      this.#latest.delete(path);
    }
  }

  finals(): Iterable<StepRecord> {
    return this.#final.values();
  }

  /** The last record of a step that the journal gave. */
  latest(path: string): StepRecord | undefined {
    return this.#latest.get(path);
  }

  /** Notes the end of a step without effect. */
  note(path: string, node: WorkflowNode, part: Pick<StepRecord, 'status'> & Partial<StepRecord>): void {
    const now = this.#host.now();
    const before = this.#latest.size === 0 ? undefined : this.#latest.get(path);
    this.#add({ path, nodeId: node.id, attempt: before === undefined ? 1 : before.attempt + 1, startedAt: now, finishedAt: now, ...part });
  }

  /** Notes something that is to be written soon: the end of an effect, or what somebody waits to hear of. */
  noteUrgent(record: StepRecord): void {
    this.#add(record);
    this.isUrgent = true;
  }

  #add(record: StepRecord): void {
    if (record.status !== 'retrying') this.#final.set(record.path, record);
    this.#buffer.push(record);
    if (this.#buffer.length >= MOST_WAITING) this.isUrgent = true;
  }

  /** Whether records are made faster than they can be written. */
  get isBehind(): boolean {
    return this.#flying > MOST_WAITING;
  }

  /** Makes a record durable, and all that were noted before it. Rejects when the host does. */
  async checkpoint(record: StepRecord): Promise<void> {
    this.#add(record);
    await this.#flush();
  }

  /** Begins to write what is urgent: called whenever there is something to wait for. Whether it failed is seen by {@link lost}. */
  hurry(): void {
    if (this.isUrgent) this.#flush().catch(() => {}); // kept as the reason why it is lost
  }

  /** Resolves when no end of an effect is left to be written: something may be asked of the world. Rejects when the host does. */
  async durable(): Promise<void> {
    if (this.isUrgent) await this.#flush();
    while (this.#flights.size > 0) await Promise.all(this.#flights);
    if (this.#lost) throw this.#lost.reason;
  }

  /** Hands over what is left at the end of the execution, once what is under way is durable. Rejects when the host does. */
  async conclude(): Promise<void> {
    if (this.#flights.size > 0) await Promise.all(this.#flights);
    if (this.#lost) throw this.#lost.reason;
    if (!this.#host.conclude) return this.#flush();
    this.isUrgent = false;
    const records = this.#buffer;
    this.#buffer = [];
    if (records.length > 0) this.#host.conclude(records);
  }

  async #flush(): Promise<void> {
    if (this.#lost) throw this.#lost.reason;
    this.isUrgent = false;
    const records = this.#buffer;
    if (records.length === 0) return;
    this.#buffer = [];
    const flight = this.#write(records);
    this.#flights.add(flight);
    this.#flying += records.length;
    try {
      await flight;
    } finally {
      this.#flights.delete(flight);
      this.#flying -= records.length;
    }
  }

  async #write(records: readonly StepRecord[]): Promise<void> {
    try {
      await this.#host.checkpoint(records);
      await this.#host.reached?.('checkpoint.after');
    } catch (reason) {
      this.#lost ??= { reason };
      throw reason;
    }
  }
}
