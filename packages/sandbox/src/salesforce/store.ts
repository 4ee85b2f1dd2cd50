import { randomUUID } from 'node:crypto';
import { makeId, toId18 } from './ids.ts';
import { schemaOf, type Schema } from './schema/schema.ts';

/** A stored record; every field of its object is present, unset ones null. */
export type Fields = Record<string, unknown> & { Id: string };

/** What happened to a record. */
export interface SalesforceChange {
  object: string;
  action: 'added' | 'updated' | 'deleted';
  record: Fields;
  /** The record before; absent when it is new. */
  previous?: Fields;
  actor: string;
  /** Through which interface the change came, as change events tell it. */
  origin?: string;
  /** Shared by all changes of one transaction, and the place among them, from 1. */
  transactionKey: string;
  sequenceNumber: number;
}

interface OrgSwitches {
  isMultiCurrency: boolean;
  lateCommitMs: number;
}

interface Transaction {
  key: string;
  changes: Omit<SalesforceChange, 'transactionKey' | 'sequenceNumber'>[];
}

/** The saved form. */
export interface SalesforceState {
  records: Record<string, Fields[]>;
  sequences: Record<string, number>;
}

/** All Salesforce records, deleted ones included until purged (never, here). */
export class SalesforceStore {
  readonly clock: () => number;
  readonly #org: OrgSwitches;
  #tables = new Map<string, Map<string, Fields>>();
  #sequences = new Map<string, number>();
  #open: Transaction | undefined;
  #listeners = new Set<(change: SalesforceChange) => void>();

  constructor(clock: () => number, org: OrgSwitches) {
    this.clock = clock;
    this.#org = org;
  }

  /** The org's objects; follows the currency switch. */
  get schema(): Schema {
    return schemaOf(this.#org);
  }

  /** Records of an object in order of creation; deleted ones only on request. */
  all(object: string, options: { isWithDeleted?: boolean } = {}): Fields[] {
    const rows = [...this.#table(object).values()];
    return options.isWithDeleted ? rows : rows.filter((row) => row['IsDeleted'] !== true);
  }

  /** A record by 15 or 18 characters, deleted or not. */
  get(object: string, id: string): Fields | undefined {
    return this.#table(object).get(toId18(id));
  }

  newId(object: string): string {
    const next = (this.#sequences.get(object) ?? 0) + 1;
    this.#sequences.set(object, next);
    return makeId(schemaOf({ isMultiCurrency: true }).find(object)?.keyPrefix ?? 'zzz', next);
  }

  /** `2026-11-23T10:00:00.000+0000`: seconds are whole, as in a real org. */
  now(): string {
    return salesforceTime(this.clock() - this.#org.lateCommitMs);
  }

  /** Stores a record and stamps it; a change by the system itself is stamped too. */
  put(object: string, record: Fields, options: { actor: string; action: SalesforceChange['action']; origin?: string }): void {
    const now = this.now();
    record['LastModifiedDate'] = now;
    record['SystemModstamp'] = now;
    record['LastModifiedById'] = options.actor;
    const previous = this.#table(object).get(record.Id);
    this.#table(object).set(record.Id, record);
    const change = { object, record, ...(previous ? { previous } : {}), ...options };
    if (this.#open) this.#open.changes.push(change);
    else this.#tell({ key: randomUUID(), changes: [change] });
  }

  /** Stores a seed record as it is. */
  seed(object: string, record: Fields): void {
    this.#table(object).set(record.Id, record);
  }

  onChange(listener: (change: SalesforceChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  save(): SalesforceState {
    const records: Record<string, Fields[]> = {};
    for (const [object, table] of this.#tables) records[object] = [...table.values()];
    return { records, sequences: Object.fromEntries(this.#sequences) };
  }

  load(state: SalesforceState): void {
    this.#tables = new Map(Object.entries(state.records).map(([object, rows]) => [object, new Map(rows.map((row) => [row.Id, row]))]));
    this.#sequences = new Map(Object.entries(state.sequences));
  }

  /** Starts a transaction: listeners hear of its changes when it is committed, and never when it is rolled back. */
  begin(): { commit(): void; rollback(): void } {
    // Stored records are replaced, never changed in place, so that copies of the tables are enough.
    const kept = [...this.#tables].map(([object, table]) => [object, new Map(table)] as const);
    const outer = this.#open;
    const own: Transaction = outer ?? { key: randomUUID(), changes: [] };
    const before = own.changes.length;
    this.#open = own;
    const end = () => {
      this.#open = outer;
    };
    return {
      commit: () => {
        end();
        if (!outer) this.#tell(own);
      },
      rollback: () => {
        end();
        this.#tables = new Map(kept);
        own.changes.length = before;
      },
    };
  }

  #tell(transaction: Transaction): void {
    for (const [index, change] of transaction.changes.entries()) {
      const told = { ...change, transactionKey: transaction.key, sequenceNumber: index + 1 };
      for (const listener of this.#listeners) listener(told);
    }
  }

  #table(object: string): Map<string, Fields> {
    let table = this.#tables.get(object);
    if (!table) {
      table = new Map();
      this.#tables.set(object, table);
    }
    return table;
  }
}

/** A moment as REST answers write it. */
export function salesforceTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}.000+0000`;
}
