/**
 * The draft being edited: its history, its selection and how its saving stands.
 *
 * One per open builder. Components subscribe to slices by {@link useDraft}; every change goes through
 * `change`, so that undo, autosave and session storage see all of them.
 */
import type { WorkflowDocument } from '@weft/workflow';
import { record, redo, seal, undo } from '../../canvas/document/history.ts';
import type { History } from '../../canvas/document/history.ts';
import { storeHistory } from '../../canvas/document/history-storage.ts';
import type { KeyValueStore } from '../../canvas/document/history-storage.ts';
import type { Autosave, SaveState } from './autosave.ts';

export interface DraftState {
  readonly history: History;
  readonly selection: readonly string[];
  readonly save: SaveState;
  readonly revision: number;
}

/** A change of the draft. */
export interface Change {
  /** What was done, in words: "Removed Find company". */
  readonly name: string;
  readonly mergeKey?: string;
  change(document: WorkflowDocument): WorkflowDocument;
}

export class DraftStore {
  #state: DraftState;
  readonly #listeners = new Set<() => void>();
  readonly #workflowId: string;
  readonly #storage: KeyValueStore;
  #autosave: Autosave | undefined;
  #storeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: { workflowId: string; history: History; revision: number; storage: KeyValueStore }) {
    this.#workflowId = options.workflowId;
    this.#storage = options.storage;
    this.#state = { history: options.history, selection: [], save: { kind: 'saved' }, revision: options.revision };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): DraftState => this.#state;

  get document(): WorkflowDocument {
    return this.#state.history.present;
  }

  /** Connects the store to its saving; what is there already is saved when `dirty`. */
  attach(autosave: Autosave, dirty: boolean): void {
    this.#autosave = autosave;
    if (dirty) autosave.schedule(this.document);
  }

  /** Applies a change. One that gives the same document back is nothing. */
  apply(change: Change): void {
    const document = change.change(this.document);
    this.#setHistory(record(this.#state.history, { name: change.name, document, mergeKey: change.mergeKey }));
  }

  undo(): string | undefined {
    const name = this.#state.history.past.at(-1)?.name;
    this.#setHistory(undo(this.#state.history));
    return name;
  }

  redo(): string | undefined {
    const name = this.#state.history.future[0]?.name;
    this.#setHistory(redo(this.#state.history));
    return name;
  }

  /** Ends merging of changes, as when a field loses focus. */
  seal(): void {
    const history = seal(this.#state.history);
    if (history !== this.#state.history) this.#set({ history });
  }

  select(selection: readonly string[]): void {
    const same = selection.length === this.#state.selection.length && selection.every((id, index) => id === this.#state.selection[index]);
    if (!same) this.#set({ selection });
  }

  setSave(save: SaveState, revision: number): void {
    this.#set({ save, revision });
    this.#remember();
  }

  /** Takes over another version of the draft as one undoable step; it is saved already. */
  adopt(name: string, document: WorkflowDocument): void {
    this.#set({ history: record(this.#state.history, { name, document }) });
    this.#remember();
  }

  /** Goes on saving after a conflict, from the server's revision; `overwrite` saves what is here over it. */
  resume(revision: number, overwrite: boolean): void {
    this.#autosave?.resume(revision, overwrite ? this.document : undefined);
  }

  close(): void {
    clearTimeout(this.#storeTimer);
    this.#store();
    this.#autosave?.close();
  }

  #setHistory(history: History): void {
    if (history === this.#state.history) return;
    const ids = new Set(history.present.nodes.map((node) => node.id));
    this.#set({ history, selection: this.#state.selection.filter((id) => ids.has(id)) });
    this.#autosave?.schedule(history.present);
    this.#remember();
  }

  #remember(): void {
    clearTimeout(this.#storeTimer);
    this.#storeTimer = setTimeout(() => this.#store(), 250);
  }

  #store(): void {
    storeHistory(this.#storage, { workflowId: this.#workflowId, revision: this.#state.revision }, this.#state.history);
  }

  #set(part: Partial<DraftState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}
