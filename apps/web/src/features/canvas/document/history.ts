/**
 * Undo and redo with names.
 *
 * States: `past` holds what undo gives back, oldest first, each with the name of the change that followed it;
 * `future` holds what redo gives, nearest first. Every change empties `future`. Changes with the same
 * `mergeKey` that follow each other are one step, so that typing a word is one undo.
 */
import type { WorkflowDocument } from '@weft/workflow';

export interface HistoryEntry {
  /** What was done, such as "Removed Find company". */
  readonly name: string;
  readonly document: WorkflowDocument;
}

export interface History {
  readonly past: readonly HistoryEntry[];
  readonly present: WorkflowDocument;
  readonly future: readonly HistoryEntry[];
  readonly mergeKey?: string | undefined;
}

/** Steps kept; the oldest go first. */
export const HISTORY_LIMIT = 60;

/** A history without any step. */
export function startHistory(document: WorkflowDocument): History {
  return { past: [], present: document, future: [] };
}

/** Records a change. A document that is the same object changes nothing. */
export function record(history: History, change: { name: string; document: WorkflowDocument; mergeKey?: string | undefined }): History {
  if (change.document === history.present) return history;
  const merges = change.mergeKey !== undefined && change.mergeKey === history.mergeKey && history.past.length > 0;
  const past = merges ? history.past : [...history.past, { name: change.name, document: history.present }].slice(-HISTORY_LIMIT);
  return { past, present: change.document, future: [], mergeKey: change.mergeKey };
}

/** One step back; the same history when there is none. */
export function undo(history: History): History {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: last.document,
    future: [{ name: last.name, document: history.present }, ...history.future],
  };
}

/** One step forward; the same history when there is none. */
export function redo(history: History): History {
  const [next, ...rest] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, { name: next.name, document: history.present }], present: next.document, future: rest };
}

/** Ends merging: what comes next is a step of its own. */
export function seal(history: History): History {
  return history.mergeKey === undefined ? history : { ...history, mergeKey: undefined };
}
