import { entityOf } from './entities.ts';
import { TextIndex } from './text-index.ts';

/** A stored record. References are kept as `{id}` and expanded when shown, so renames are seen everywhere. */
export interface Row {
  id: number;
  values: Record<string, unknown>;
  /** Custom field values by definition id. */
  custom: Record<string, unknown>;
  info: { lastUpdated: string; updatedBy: string; dateEntered: string; enteredBy: string };
}

/** One communication item of a contact. */
export interface CommunicationItem {
  id: number;
  type: { id: number };
  value: string;
  extension?: string;
  defaultFlag: boolean;
}

/** What happened to a record, told to callbacks and to the demo pages. `row` is the state after, or before a delete. */
export interface Change {
  entity: string;
  action: 'added' | 'updated' | 'deleted';
  row: Row;
  actor: string;
  skipCallback: boolean;
}

/** The saved form of a store. */
export interface StoreState {
  rows: Record<string, Row[]>;
  nextIds: Record<string, number>;
}

/** All ConnectWise records, in memory, in order of id per object. */
export class Store {
  readonly clock: () => number;
  #rows = new Map<string, Map<number, Row>>();
  #nextIds = new Map<string, number>();
  /** By object and field; each is made when it is first asked for. */
  #indexes = new Map<string, Map<string, TextIndex>>();
  #listeners = new Set<(change: Change) => void>();

  constructor(clock: () => number) {
    this.clock = clock;
  }

  /** Rows of an object in order of id. */
  all(entity: string): Row[] {
    const rows = [...this.#table(entity).values()];
    const isInOrder = rows.every((row, index) => index === 0 || (rows[index - 1]?.id ?? 0) < row.id);
    return isInOrder ? rows : rows.toSorted((a, b) => a.id - b.id);
  }

  get(entity: string, id: number): Row | undefined {
    return this.#table(entity).get(id);
  }

  find(entity: string, test: (row: Row) => boolean): Row | undefined {
    for (const row of this.#table(entity).values()) if (test(row)) return row;
    return undefined;
  }

  /** Rows whose field holds this text, without regard to case, found without looking at the others. */
  withText(entity: string, field: string, text: string): Row[] {
    let indexes = this.#indexes.get(entity);
    if (!indexes) this.#indexes.set(entity, (indexes = new Map()));
    let index = indexes.get(field);
    if (!index) indexes.set(field, (index = new TextIndex(field, this.#table(entity).values())));
    return index.idsOf(text).flatMap((id) => this.get(entity, id) ?? []);
  }

  filter(entity: string, test: (row: Row) => boolean): Row[] {
    return this.all(entity).filter(test);
  }

  /** Takes the next id of an object. */
  nextId(entity: string): number {
    const id = this.#nextIds.get(entity) ?? 1;
    this.#nextIds.set(entity, id + 1);
    return id;
  }

  /** Makes ids of an object start here, as tenants' ids never start at 1. */
  startIds(entity: string, id: number): void {
    this.#nextIds.set(entity, id);
  }

  /** Now, the way ConnectWise writes it: UTC, whole seconds. */
  now(): string {
    return isoSeconds(this.clock());
  }

  /** A row not yet stored. */
  draft(entity: string, actor: string): Row {
    entityOf(entity);
    const now = this.now();
    return { id: 0, values: {}, custom: {}, info: { lastUpdated: now, updatedBy: actor, dateEntered: now, enteredBy: actor } };
  }

  /** Stores a new or changed row, stamps it and tells the listeners. */
  commit(entity: string, row: Row, options: { actor: string; skipCallback?: boolean; isSilent?: boolean }): Row {
    const isNew = row.id === 0 || !this.#table(entity).has(row.id);
    if (row.id === 0) row.id = this.nextId(entity);
    else if (row.id >= (this.#nextIds.get(entity) ?? 1)) this.#nextIds.set(entity, row.id + 1);
    row.info = { ...row.info, lastUpdated: this.now(), updatedBy: options.actor };
    this.#put(entity, row);
    if (!options.isSilent) {
      this.#tell({ entity, action: isNew ? 'added' : 'updated', row, actor: options.actor, skipCallback: options.skipCallback ?? false });
    }
    return row;
  }

  /** Stores a seed row as it is: no stamp, no news. */
  seed(entity: string, row: Row): Row {
    if (row.id === 0) row.id = this.nextId(entity);
    else if (row.id >= (this.#nextIds.get(entity) ?? 1)) this.#nextIds.set(entity, row.id + 1);
    this.#put(entity, row);
    return row;
  }

  remove(entity: string, id: number, actor: string): void {
    const row = this.#table(entity).get(id);
    if (!row) return;
    this.#table(entity).delete(id);
    for (const index of this.#indexes.get(entity)?.values() ?? []) index.remove(id);
    this.#tell({ entity, action: 'deleted', row, actor, skipCallback: false });
  }

  /** Calls back after each commit and delete; returns the way to stop. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  save(): StoreState {
    const rows: Record<string, Row[]> = {};
    for (const [entity, table] of this.#rows) rows[entity] = [...table.values()];
    return { rows, nextIds: Object.fromEntries(this.#nextIds) };
  }

  load(state: StoreState): void {
    this.#rows = new Map(Object.entries(state.rows).map(([entity, rows]) => [entity, new Map(rows.map((row) => [row.id, row]))]));
    this.#nextIds = new Map(Object.entries(state.nextIds));
    this.#indexes.clear();
  }

  #put(entity: string, row: Row): void {
    this.#table(entity).set(row.id, row);
    for (const index of this.#indexes.get(entity)?.values() ?? []) index.put(row);
  }

  #table(entity: string): Map<number, Row> {
    let table = this.#rows.get(entity);
    if (!table) {
      table = new Map();
      this.#rows.set(entity, table);
    }
    return table;
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** `2026-11-23T10:00:00Z`: ConnectWise dates carry no milliseconds. */
export function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** The id inside a stored reference. */
export function refId(value: unknown): number | undefined {
  const id = (value as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'number' ? id : undefined;
}
