'use client';
/** Opens the draft of a workflow: its history from this browser, its saving to the server. */
import { useQueryClient } from '@tanstack/react-query';
import { workflowSchema } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';
import { useEffect, useRef, useState } from 'react';
import { useTRPC, useTRPCClient } from '../../../trpc/client.tsx';
import { errorMessage, weftError } from '../../../trpc/errors.ts';
import { loadHistory } from '../../canvas/document/history-storage.ts';
import { placeMissing } from '../../canvas/document/layout.ts';
import { Autosave } from './autosave.ts';
import type { SaveOutcome } from './autosave.ts';
import type { WorkflowDetail } from './api-types.ts';
import { DraftStore } from './draft-store.ts';

/** Milliseconds between the last change and its saving, and between tries when the server does not answer. */
const SAVE_AFTER_MS = 600;
const RETRY_MS = 4000;

export interface OpenDraft {
  readonly store: DraftStore;
  flush(): Promise<void>;
}

export function useOpenDraft(workflow: WorkflowDetail): OpenDraft | undefined {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const first = useRef(workflow);
  const [draft, setDraft] = useState<OpenDraft>();
  useEffect(() => {
    const { id, revision } = first.current;
    const saved = readable(first.current.draft);
    const history = loadHistory(window.sessionStorage, { workflowId: id, revision }, saved);
    const placed = { ...history, present: placeMissing(history.present) };
    const store = new DraftStore({ workflowId: id, history: placed, revision, storage: window.sessionStorage });
    const autosave = new Autosave({
      revision,
      delayMs: SAVE_AFTER_MS,
      retryMs: RETRY_MS,
      save: async (document, expectedRevision): Promise<SaveOutcome> => {
        try {
          const answer = await client.workflows.saveDraft.mutate({ id, document, expectedRevision });
          const { queryKey } = trpc.workflows.get.queryOptions({ id });
          // The answer's type tells absent keys from undefined ones differently; the JSON is the same.
          queries.setQueryData(queryKey, (current) =>
            current === undefined
              ? current
              : { ...current, draft: document as typeof current.draft, revision: answer.revision, name: document.name },
          );
          return { revision: answer.revision };
        } catch (error) {
          return weftError(error)?.class === 'conflict' ? { conflict: errorMessage(error) } : { failed: errorMessage(error) };
        }
      },
      onState: (state, at) => store.setSave(state, at),
    });
    store.attach(autosave, history.present !== saved && JSON.stringify(history.present) !== JSON.stringify(saved));
    setDraft({ store, flush: () => autosave.flush() });
    return () => {
      void autosave.flush();
      store.close();
    };
  }, [client, queries, trpc]);
  return draft;
}

/** A draft with its defaults filled in; one that cannot be read is taken as it is, validation will say why. */
function readable(draft: unknown): WorkflowDocument {
  const parsed = workflowSchema.safeParse(draft);
  if (parsed.success) return parsed.data;
  // Drafts are kept even when they are not finished: the shape is there, some values are not.
  return { config: {}, slots: {}, nodes: [], edges: [], settings: {}, layout: {}, ...(draft as object) } as unknown as WorkflowDocument;
}
