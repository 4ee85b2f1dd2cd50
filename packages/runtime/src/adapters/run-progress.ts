/** Writing down how far a long call is, now and then: a connector may tell it as often as it likes. */
import { forgetProgress, noteProgress } from '@weft/db';
import type { Queryable } from '@weft/db';
import type { CallProgress } from '@weft/connector-kit';

/** Milliseconds between two writes of one step. */
const WRITE_EVERY_MS = 1500;
/** A vendor's words may be long; a line is enough. */
const MOST_CHARACTERS = 500;

export interface ProgressWriter {
  told(seen: CallProgress): void;
  /** The call has ended: nothing more is shown of it. */
  end(): Promise<void>;
}

/** Makes the writer of one attempt. A write that fails is left: the next one tells more. */
export function createProgressWriter(
  db: Queryable,
  run: { readonly id: string; readonly fence: string },
  step: { readonly path: string; readonly nodeId: string; readonly attempt: number },
): ProgressWriter {
  let writing: Promise<void> | undefined;
  let lastAt = -Infinity;
  return {
    told(seen) {
      const at = Date.now();
      if (writing !== undefined || at - lastAt < WRITE_EVERY_MS) return;
      lastAt = at;
      const { path, nodeId, attempt } = step;
      writing = noteProgress(db, run, { ...seen, text: seen.text.slice(0, MOST_CHARACTERS), path, nodeId, attempt, at })
        .catch(() => undefined)
        .finally(() => (writing = undefined));
    },
    async end() {
      if (lastAt === -Infinity) return;
      await writing;
      await forgetProgress(db, run, step.path).catch(() => undefined);
    },
  };
}
