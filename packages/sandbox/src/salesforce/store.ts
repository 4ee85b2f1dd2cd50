import { randomUUID } from 'node:crypto';
import { makeId, toId18 } from './ids.ts';
import { VALUES_AS_RECORDS } from './schema/picklists.ts';
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
  hiddenFields: readonly string[];
  retiredPicklistValues: readonly string[];
  lateCommitMs: number;
}

type Untold = Omit<SalesforceChange, 'transactionKey' | 'sequenceNumber'>;

interface Transaction {
  key: string;
  changes: Untold[];
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
  /** Per object and field, the records by value; made when first asked for, kept up to date from then on. */
  #indexes = new Map<string, Map<string, ValueIndex>>();
  #sequences = new Map<string, number>();
  #open: Transaction | undefined;
  #listeners = new Set<(change: SalesforceChange) => void>();

  constructor(clock: () => number, org: OrgSwitches) {
    this.clock = clock;
    this.#org = org;
  }

  /** The org's objects; follows the switches for currencies, hidden fields and retired picklist values. */
  get schema(): Schema {
    return schemaOf(this.#org);
  }

  /** Records of an object in order of creation; deleted ones only on request. */
  all(object: string, options: { isWithDeleted?: boolean } = {}): Fields[] {
    const rows = this.#present(object, [...this.#table(object).values()]);
    return options.isWithDeleted ? rows : rows.filter((row) => row['IsDeleted'] !== true);
  }

  /** Records whose field holds a value, text without regard to case, in order of creation; deleted ones only on request. */
  where(object: string, by: { field: string; value: unknown }, options: { isWithDeleted?: boolean } = {}): Fields[] {
    if (by.value === null || by.value === undefined) return [];
    const indexes = this.#indexes.get(object) ?? new Map<string, ValueIndex>();
    this.#indexes.set(object, indexes);
    let index = indexes.get(by.field);
    if (!index) {
      index = new ValueIndex(by.field, this.#table(object).values());
      indexes.set(by.field, index);
    }
    const rows = this.#present(object, index.rows(by.value));
    return options.isWithDeleted ? rows : rows.filter((row) => row['IsDeleted'] !== true);
  }

  /** A record by 15 or 18 characters, deleted or not. */
  get(object: string, id: string): Fields | undefined {
    return this.#table(object).get(toId18(id));
  }

  /** How many records an object ever had. */
  size(object: string): number {
    return this.#table(object).size;
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
    this.#set(object, record);
    const change = { object, record, ...(previous ? { previous } : {}), ...options };
    if (this.#open) this.#open.changes.push(change);
    else this.#tell({ key: randomUUID(), changes: [change] });
  }

  /** Stores a seed record as it is. */
  seed(object: string, record: Fields): void {
    this.#set(object, record);
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
    this.#indexes.clear();
  }

  /** Starts a transaction: listeners hear of its changes when it is committed, and never when it is rolled back. */
  begin(): { commit(): void; rollback(): void } {
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
        // Stored records are replaced, never changed in place: the previous ones are put back, newest change first.
        for (const change of own.changes.splice(before).toReversed()) this.#undo(change);
      },
    };
  }

  /** Less the records of retired picklist values. */
  #present(object: string, rows: Fields[]): Fields[] {
    const of = this.#org.retiredPicklistValues.length > 0 ? VALUES_AS_RECORDS[object] : undefined;
    if (!of) return rows;
    const values = this.schema.find(of.object)?.byName.get(of.field.toLowerCase())?.picklist ?? [];
    return rows.filter((row) => values.includes(String(row['ApiName'])));
  }

  #undo({ object, record, previous }: Untold): void {
    if (previous) {
      this.#set(object, previous);
      return;
    }
    this.#table(object).delete(record.Id);
    for (const index of this.#indexes.get(object)?.values() ?? []) index.remove(record);
  }

  #set(object: string, record: Fields): void {
    const table = this.#table(object);
    const previous = table.get(record.Id);
    table.set(record.Id, record);
    for (const index of this.#indexes.get(object)?.values() ?? []) {
      if (previous) index.remove(previous);
      index.add(record);
    }
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

/** The records of one object by the value of one field. */
class ValueIndex {
  readonly #field: string;
  readonly #rows = new Map<string, Map<string, Fields>>();

  constructor(field: string, records: Iterable<Fields>) {
    this.#field = field;
    for (const record of records) this.add(record);
  }

  add(record: Fields): void {
    const key = keyOf(record[this.#field]);
    const rows = this.#rows.get(key) ?? new Map<string, Fields>();
    this.#rows.set(key, rows.set(record.Id, record));
  }

  remove(record: Fields): void {
    this.#rows.get(keyOf(record[this.#field]))?.delete(record.Id);
  }

  /** In order of creation, which is that of ids. */
  rows(value: unknown): Fields[] {
    return [...(this.#rows.get(keyOf(value))?.values() ?? [])].toSorted((a, b) => (a.Id < b.Id ? -1 : 1));
  }
}

/** Ids differ in more than case: their last three characters tell it. */
function keyOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value).toLowerCase();
}

/** A moment as REST answers write it. */
export function salesforceTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}.000+0000`;
}
