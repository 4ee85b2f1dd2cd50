'use client';

import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Dialog, Field, Input } from '@weft/ui';
import { useWorkflowActs } from './use-workflow-acts.ts';

/** Gives a workflow another name. */
export function RenameDialog({ isOpen, onClose, id, name }: { isOpen: boolean; onClose: () => void; id: string; name: string }): ReactNode {
  const acts = useWorkflowActs();
  const [text, setText] = useState(name);
  const save = (): void => {
    if (text.trim() !== '') acts.rename.mutate({ id, name: text.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      size="small"
      title="Rename workflow"
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" isBusy={acts.rename.isPending} disabled={text.trim() === ''} onClick={save}>
            Rename
          </Button>
        </>
      }
    >
      <Field label="Name">
        <Input
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && save()}
        />
      </Field>
    </Dialog>
  );
}
