'use client';
/** Access to the draft store and to slices of it. */
import type { WorkflowDocument } from '@weft/workflow';
import { createContext, use, useSyncExternalStore } from 'react';
import type { DraftState, DraftStore } from './draft-store.ts';

export const DraftContext = createContext<DraftStore | undefined>(undefined);

/** The store of the open builder. */
export function useDraftStore(): DraftStore {
  const store = use(DraftContext);
  if (store === undefined) throw new Error('No draft is open here.');
  return store;
}

/** A slice of the draft's state; `pick` must give the same object for the same state. */
export function useDraft<Slice>(pick: (state: DraftState) => Slice): Slice {
  const store = useDraftStore();
  return useSyncExternalStore(
    store.subscribe,
    () => pick(store.get()),
    () => pick(store.get()),
  );
}

/** The document as edited. */
export function useDocument(): WorkflowDocument {
  return useDraft((state) => state.history.present);
}
