'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, FileJson, TriangleAlert } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import type { DragEvent, ReactNode } from 'react';
import { Button, Dialog, ErrorNote, Field, Textarea, toast } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { errorIssues, errorMessage } from '../../trpc/errors.ts';
import { ConnectorTiles } from '../templates/connector-tiles.tsx';
import { readImport } from './read-import.ts';

/** More is refused by the server, too. */
const MOST_BYTES = 10_000_000;

/** Imports a workflow from a file or pasted JSON; shows what it holds and needs before anything is created. */
export function ImportDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [text, setText] = useState('');
  const file = useRef<HTMLInputElement>(null);
  const check = useMutation(trpc.workflows.validate.mutationOptions());
  const create = useMutation(
    trpc.workflows.import.mutationOptions({
      onSuccess: (made) => {
        if (made.outcome === 'unchanged') toast.success('It is here already, word for word; nothing was changed.');
        void queryClient.invalidateQueries({ queryKey: trpc.workflows.list.queryKey() });
        router.push(`/workflows/${made.id}`);
      },
    }),
  );
  const [refusal, setRefusal] = useState<string>();
  const take = (next: string): void => {
    setText(next);
    if (next !== '') setRefusal(undefined);
    create.reset();
    check.reset();
    if (next.trim() !== '') check.mutate({ text: next });
  };
  const takeFile = (chosen: File | undefined): void => {
    const isTooLarge = chosen !== undefined && chosen.size > MOST_BYTES;
    setRefusal(isTooLarge ? `${chosen.name} is larger than 10 MB; no workflow is. Nothing of it was read.` : undefined);
    if (chosen && !isTooLarge) void chosen.text().then(take);
    else take('');
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    takeFile(event.dataTransfer.files[0]);
  };
  const summary = readImport(text);
  const known = useQuery(trpc.workflows.list.queryOptions());
  const twin = known.data?.find(({ name }) => name === summary?.name);
  const isReady = summary !== undefined && !check.isPending && !check.isError;
  const problems = check.data?.problems ?? [];
  const failure = create.error ?? check.error;
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      size="large"
      title="Import a workflow"
      description="A Weft workflow as JSON. Nothing is created until you say so, and it stays off until you turn it on."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          {twin ? (
            <Button disabled={!isReady} isBusy={create.isPending} onClick={() => create.mutate({ text, sameName: 'create' })}>
              Create a second one
            </Button>
          ) : null}
          <Button
            variant="primary"
            disabled={!isReady}
            isBusy={create.isPending}
            onClick={() => create.mutate({ text, sameName: twin ? 'update' : 'create' })}
            data-testid="import-create"
          >
            {summary ? `${twin ? 'Update' : 'Create'} “${summary.name.slice(0, 40)}”` : 'Create workflow'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3" onDrop={onDrop} onDragOver={(event) => event.preventDefault()}>
        <div className="flex items-center gap-3">
          <Button icon={<FileJson aria-hidden />} onClick={() => file.current?.click()}>
            Choose a file
          </Button>
          <span className="text-help text-text-3">or drop it here, or paste its text</span>
          <input
            ref={file}
            type="file"
            accept=".json,application/json"
            aria-label="Workflow file"
            data-testid="import-file"
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => {
              takeFile(event.target.files?.[0]);
              // The same file can be chosen again after it was mended.
              event.target.value = '';
            }}
          />
        </div>
        <Field label="JSON">
          <Textarea
            isCode
            rows={9}
            value={text}
            spellCheck={false}
            onChange={(event) => take(event.target.value)}
            data-testid="import-text"
          />
        </Field>
        {summary ? (
          <div className="flex items-center gap-3 rounded-small border border-border bg-surface-2 px-3 py-2.5">
            <span className="font-medium">{summary.name}</span>
            <span className="text-text-2">
              {summary.nodes} {summary.nodes === 1 ? 'node' : 'nodes'}
            </span>
            {summary.needs.length > 0 ? (
              <span className="flex items-center gap-2 text-text-2">
                needs <ConnectorTiles ids={summary.needs} withNames />
              </span>
            ) : null}
            {check.data && problems.length === 0 ? (
              <span className="ml-auto flex items-center gap-1.5 text-ok">
                <CircleCheck aria-hidden className="size-4" />
                No problems
              </span>
            ) : null}
          </div>
        ) : null}
        {twin ? (
          <p className="rounded-small border border-border bg-surface-2 px-3 py-2.5 text-help text-text-2">
            There is a workflow of this name already. Updating replaces its draft; what is published of it goes on unchanged until you
            publish again.
          </p>
        ) : null}
        {refusal === undefined ? null : <ErrorNote message={refusal} />}
        {failure ? <ErrorNote message={errorMessage(failure)} issues={errorIssues(failure)} /> : null}
        {problems.length > 0 ? (
          <div className="rounded-small border border-warn-line bg-warn-tint px-3 py-2.5 text-warn">
            <p className="flex items-center gap-2 font-medium">
              <TriangleAlert aria-hidden className="size-4" />
              {problems.length} {problems.length === 1 ? 'thing is' : 'things are'} not right yet. The workflow can be created and mended on
              the canvas.
            </p>
            <ul className="mt-1.5 flex flex-col gap-1 pl-6 text-help">
              {problems.slice(0, 30).map((problem) => (
                <li key={`${problem.path}:${problem.message}`}>
                  {problem.path ? <code className="mr-1.5 text-code">{problem.path}</code> : null}
                  {problem.message}
                </li>
              ))}
            </ul>
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}
