/**
 * Saves a draft a moment after its last change.
 *
 * States: `saved` → (change) `pending` → `saving` → `saved`; a change during `saving` is saved right after. A save
 * that fails keeps the change and is tried again (`failed`); one that meets another person's revision stops
 * (`conflict`) until someone decides. Invariant: at most one save is under way, each naming the revision it
 * was built on.
 */
import type { WorkflowDocument } from '@weft/workflow';

export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'conflict'; readonly message: string };

/** What a save gave. */
export type SaveOutcome = { readonly revision: number } | { readonly conflict: string } | { readonly failed: string };

export interface AutosaveOptions {
  readonly revision: number;
  readonly delayMs: number;
  readonly retryMs: number;
  save(document: WorkflowDocument, expectedRevision: number): Promise<SaveOutcome>;
  onState(state: SaveState, revision: number): void;
}

export class Autosave {
  readonly #options: AutosaveOptions;
  #revision: number;
  #pending: WorkflowDocument | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #state: SaveState = { kind: 'saved' };

  constructor(options: AutosaveOptions) {
    this.#options = options;
    this.#revision = options.revision;
  }

  /** The revision the next save is built on. */
  get revision(): number {
    return this.#revision;
  }

  /** Takes note of a newer document. */
  schedule(document: WorkflowDocument): void {
    this.#pending = document;
    if (this.#state.kind === 'conflict') return;
    if (this.#running === undefined) this.#set({ kind: 'pending' });
    this.#startTimer(this.#options.delayMs);
  }

  /** Saves now what is not saved yet; resolves when nothing is pending or saving did not work out. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    if (this.#pending !== undefined && this.#state.kind !== 'conflict') await this.#run();
  }

  /** After a conflict: go on from the revision the server holds, and save `document` over it if given. */
  resume(revision: number, document?: WorkflowDocument): void {
    this.#revision = revision;
    this.#pending = undefined;
    this.#set({ kind: 'saved' });
    if (document !== undefined) this.schedule(document);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #startTimer(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  async #run(): Promise<void> {
    this.#running = this.#saveOnce();
    await this.#running;
    this.#running = undefined;
    const again = this.#pending !== undefined;
    if (again && this.#state.kind === 'saved') {
      this.#set({ kind: 'pending' });
      this.#startTimer(this.#options.delayMs);
    }
    if (again && this.#state.kind === 'failed') this.#startTimer(this.#options.retryMs);
  }

  async #saveOnce(): Promise<void> {
    const document = this.#pending;
    if (document === undefined) return;
    this.#pending = undefined;
    this.#set({ kind: 'saving' });
    const outcome = await this.#options.save(document, this.#revision);
    if ('revision' in outcome) {
      this.#revision = outcome.revision;
      this.#set({ kind: 'saved' });
      return;
    }
    this.#pending ??= document;
    this.#set('conflict' in outcome ? { kind: 'conflict', message: outcome.conflict } : { kind: 'failed', message: outcome.failed });
  }

  #set(state: SaveState): void {
    this.#state = state;
    this.#options.onState(state, this.#revision);
  }
}
