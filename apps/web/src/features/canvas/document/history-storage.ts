/**
 * Keeps a draft's undo steps, and changes not saved yet, over a reload: in the browser's session storage.
 *
 * What is stored was built on one revision of the draft. It is taken up again when the server still holds that
 * revision, or holds the very same content; otherwise somebody else changed the draft and it is left behind.
 */
import type { WorkflowDocument } from '@weft/workflow';
import type { History, HistoryEntry } from './history.ts';
import { startHistory } from './history.ts';

interface StoredHistory {
  readonly revision: number;
  readonly present: WorkflowDocument;
  readonly past: readonly HistoryEntry[];
  readonly future: readonly HistoryEntry[];
}

/** What the storage must offer; `sessionStorage` does. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Most that one draft's steps may take, in characters; session storage holds about five million in all. */
const MAX_CHARACTERS = 1_500_000;

function key(workflowId: string): string {
  return `weft:history:${workflowId}`;
}

/** Stores as many steps as fit, nearest first. */
export function storeHistory(
  store: KeyValueStore,
  draft: { readonly workflowId: string; readonly revision: number },
  history: History,
): void {
  const { workflowId, revision } = draft;
  for (let keep = history.past.length + 1; keep > 0; keep = Math.floor(keep / 2)) {
    const stored: StoredHistory = {
      revision,
      present: history.present,
      past: history.past.slice(-keep),
      future: history.future.slice(0, keep),
    };
    const text = JSON.stringify(stored);
    if (text.length > MAX_CHARACTERS) continue;
    try {
      store.setItem(key(workflowId), text);
      return;
    } catch {
      // The store is full: fewer steps are better than none.
    }
  }
  store.removeItem(key(workflowId));
}

/** The stored steps and their newest document when they fit the server's draft, else the draft without steps. */
export function loadHistory(
  store: KeyValueStore,
  draft: { readonly workflowId: string; readonly revision: number },
  document: WorkflowDocument,
): History {
  const text = store.getItem(key(draft.workflowId));
  if (text === null) return startHistory(document);
  try {
    // Written by `storeHistory` of this origin only.
    const stored = JSON.parse(text) as StoredHistory;
    if (stored.revision !== draft.revision && canonical(stored.present) !== canonical(document)) return startHistory(document);
    return { past: stored.past, present: stored.present, future: stored.future };
  } catch {
    return startHistory(document);
  }
}

/** Same content, same text, whatever the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
