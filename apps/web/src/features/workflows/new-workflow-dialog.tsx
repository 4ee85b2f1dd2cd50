'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Dialog, Field, Input } from '@weft/ui';
import { useWorkflowActs } from './use-workflow-acts.ts';

/** Asks for a name and opens an empty canvas. */
export function NewWorkflowDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  const acts = useWorkflowActs();
  const router = useRouter();
  const [name, setName] = useState('');
  const create = (): void => {
    if (name.trim() !== '') acts.create.mutate({ name: name.trim() }, { onSuccess: (made) => router.push(`/workflows/${made.id}`) });
  };
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      size="small"
      title="New workflow"
      description="It starts as a draft; nothing runs until you publish it and turn it on."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            isBusy={acts.create.isPending}
            disabled={name.trim() === ''}
            onClick={create}
            data-testid="create-workflow"
          >
            Open the canvas
          </Button>
        </>
      }
    >
      <Field label="What does it do?" hint="Such as: Won opportunity to ticket">
        <Input
          autoFocus
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && create()}
          data-testid="workflow-name"
        />
      </Field>
    </Dialog>
  );
}
