'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, CopyButton, Dialog, ErrorNote, Field, Input, Select } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';

const ROLES = [
  { value: 'viewer', label: 'Viewer', hint: 'reads' },
  { value: 'operator', label: 'Operator', hint: 'and runs, turns on and off' },
  { value: 'builder', label: 'Builder', hint: 'and edits, publishes, installs' },
  { value: 'admin', label: 'Admin', hint: 'and connections, tokens' },
] as const;
type Role = (typeof ROLES)[number]['value'];

/** Makes a token and shows it once. */
export function NewTokenDialog({ onClose }: { onClose: () => void }): ReactNode {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const create = useMutation(
    trpc.tokens.create.mutationOptions({ onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.tokens.list.queryKey() }) }),
  );
  if (create.data) {
    return (
      <Dialog
        isOpen
        onOpenChange={onClose}
        title="The new token"
        description="Copy it now: only its fingerprint is kept, so it cannot be shown again."
        footer={
          <Button variant="primary" onClick={onClose}>
            I have copied it
          </Button>
        }
      >
        <div className="flex items-center gap-2 rounded-small border border-border-control bg-surface-2 px-3 py-2">
          <code data-testid="token-value" className="min-w-0 flex-1 text-code [overflow-wrap:anywhere]">
            {create.data.token}
          </code>
          <CopyButton text={create.data.token} label="Copy" />
        </div>
      </Dialog>
    );
  }
  const submit = (): void => {
    if (name.trim() !== '') create.mutate({ name: name.trim(), role });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="New API token"
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabled={name.trim() === ''} isBusy={create.isPending} onClick={submit} data-testid="create-token">
            Create token
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Name" hint="Which program will use it">
          <Input
            autoFocus
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && submit()}
            data-testid="token-name"
          />
        </Field>
        <Field label="Role">
          <Select value={role} onValueChange={(value) => setRole(value as Role)} options={ROLES} />
        </Field>
        {create.error ? <ErrorNote message={errorMessage(create.error)} /> : null}
      </div>
    </Dialog>
  );
}
