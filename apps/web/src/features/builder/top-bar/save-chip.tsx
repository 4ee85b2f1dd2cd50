'use client';
/** How saving stands; when somebody else changed the draft, what can be done about it. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '@weft/ui';
import { useTRPC } from '../../../trpc/client.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { useDraft, useDraftStore } from '../state/use-draft.tsx';

export function SaveChip({ flush }: { flush(): Promise<void> }) {
  const save = useDraft((state) => state.save);
  switch (save.kind) {
    case 'saved':
      return (
        <span className="save-chip" role="status">
          Saved
        </span>
      );
    case 'pending':
    case 'saving':
      return (
        <span className="save-chip" role="status">
          Saving
        </span>
      );
    case 'failed':
      return (
        <span className="save-chip" data-tone="fail" role="alert" title={save.message}>
          Not saved yet, kept here
          <Button size="small" variant="ghost" onClick={() => void flush()}>
            Save now
          </Button>
        </span>
      );
    case 'conflict':
      return <Conflict message={save.message} />;
  }
}

/** Neither choice loses anything: what is not taken can be brought back by undo. */
function Conflict({ message }: { readonly message: string }) {
  const { workflowId } = useBuilder();
  const store = useDraftStore();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const resolve = async (choice: 'theirs' | 'mine') => {
    const theirs = await queries.fetchQuery({ ...trpc.workflows.get.queryOptions({ id: workflowId }), staleTime: 0 });
    const mine = store.document;
    store.adopt('Took over the other version', theirs.draft);
    if (choice === 'mine') store.adopt('Went back to the own version', mine);
    store.resume(theirs.revision, choice === 'mine');
  };
  return (
    <span className="save-chip save-conflict" role="alert" title={message}>
      Changed by someone else
      <Button size="small" onClick={() => void resolve('theirs')}>
        Show theirs
      </Button>
      <Button size="small" variant="ghost" onClick={() => void resolve('mine')}>
        Keep mine
      </Button>
    </span>
  );
}
