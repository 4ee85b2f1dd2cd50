import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** How long changes are collected before they are written. */
const QUIET_MS = 1000;

/** Keeps the state in one file: read at start, written a second after a change and once more at the end. */
export class Snapshot {
  readonly #path: string | undefined;
  readonly #state: () => unknown;
  #timer: NodeJS.Timeout | undefined;
  #isDirty = false;

  constructor(options: { path: string | undefined; state: () => unknown }) {
    this.#path = options.path;
    this.#state = options.state;
  }

  /** The saved state, or undefined when there is none that can be read. */
  read(): unknown {
    if (this.#path === undefined) return undefined;
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as unknown;
    } catch {
      // No file yet, or half a file from another age: the seed takes its place.
      return undefined;
    }
  }

  /** Notes a change. */
  touch(): void {
    if (this.#path === undefined) return;
    this.#isDirty = true;
    this.#timer ??= setTimeout(() => this.flush(), QUIET_MS);
  }

  /** Writes now, if anything changed; a new file replaces the old in one step. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#path === undefined || !this.#isDirty) return;
    this.#isDirty = false;
    mkdirSync(dirname(this.#path), { recursive: true });
    const temporary = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.#state()));
    renameSync(temporary, this.#path);
  }
}
