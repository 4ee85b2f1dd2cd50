import type { Row } from './store.ts';

/** Rows by the text of one field, without regard to case, so that looking for one costs the same however many there are. */
export class TextIndex {
  readonly #field: string;
  readonly #ids = new Map<string, Set<number>>();
  readonly #texts = new Map<number, string>();

  constructor(field: string, rows: Iterable<Row>) {
    this.#field = field;
    for (const row of rows) this.put(row);
  }

  /** Takes a row in, in place of what was known of it. */
  put(row: Row): void {
    this.remove(row.id);
    const value = row.values[this.#field];
    if (typeof value !== 'string') return;
    const text = value.toLowerCase();
    this.#texts.set(row.id, text);
    this.#ids.set(text, (this.#ids.get(text) ?? new Set()).add(row.id));
  }

  remove(id: number): void {
    const text = this.#texts.get(id);
    if (text === undefined) return;
    this.#texts.delete(id);
    const ids = this.#ids.get(text);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids.delete(text);
  }

  /** Ids of the rows that hold the text. */
  idsOf(text: string): readonly number[] {
    return [...(this.#ids.get(text.toLowerCase()) ?? [])];
  }
}
