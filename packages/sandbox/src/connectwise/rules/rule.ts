import type { Write } from '../assign.ts';
import type { Row } from '../store.ts';

/** What one object does beyond its table. */
export interface Rule {
  /** Defaults and checks on the draft; `before` is the stored row on an update. */
  beforeSave?(write: Write, context: { before: Row | undefined; actor: string }): void;
  /** Consequences once stored. */
  afterSave?(write: Write, context: { before: Row | undefined; actor: string }): void;
  /** Refusals and consequences of a delete. */
  beforeDelete?(write: Write): void;
}
