'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileJson, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { DragEvent, ReactNode } from 'react';
import { Button, Dialog, ErrorNote, Field, IconButton, Spinner, Textarea, toast } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { errorIssues, errorMessage } from '../../trpc/errors.ts';
import { ImportPreview } from './import-preview.tsx';
import { importActs, importedWords, sizeWords } from './import-words.ts';

/** More is refused by the server, too. */
const MOST_BYTES = 10_000_000;
/** A longer text is not shown for editing: no person reads it, and the page would stand still. */
const MOST_SHOWN = 300_000;
/** What is typed is looked at once it rests. */
const REST_MS = 250;

/** Imports workflows from a file or pasted JSON; shows what it holds and needs before anything is created. */
export function ImportDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [text, setText] = useState('');
  const [fileName, setFileName] = useState<string>();
  const [refusal, setRefusal] = useState<string>();
  const file = useRef<HTMLInputElement>(null);
  const { mutate: look, reset: forget, ...preview } = useMutation(trpc.workflows.previewImport.mutationOptions());
  const keep = useMutation(
    trpc.workflows.importFile.mutationOptions({
      onSuccess: ({ workflows }) => {
        toast.success(importedWords(workflows));
        void queryClient.invalidateQueries({ queryKey: trpc.workflows.list.queryKey() });
        const [only, another] = workflows;
        if (only && !another) router.push(`/workflows/${only.id}`);
        else onClose();
      },
    }),
  );
  useEffect(() => {
    forget();
    if (text.trim() === '') return;
    const timer = setTimeout(() => look({ text }), REST_MS);
    return () => clearTimeout(timer);
  }, [text, look, forget]);
  const take = (next: string, name?: string): void => {
    setText(next);
    setFileName(name);
    setRefusal(undefined);
    keep.reset();
  };
  const takeFile = (chosen: File | undefined): void => {
    if (!chosen) return;
    take('');
    if (chosen.size > MOST_BYTES)
      setRefusal(`${chosen.name} has ${sizeWords(chosen.size)}; more than 10 MB no workflow has. Nothing of it was read.`);
    else void chosen.text().then((content) => take(content, chosen.name));
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    takeFile(event.dataTransfer.files[0]);
  };
  const acts = importActs(preview.data);
  const failure = keep.error ?? preview.error;
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      size="large"
      title="Import a file"
      description="A Weft workflow or template as JSON. Nothing is created until you say so, and it stays off until you turn it on."
      footer={
        <>
          {preview.isPending ? (
            <span className="mr-auto flex items-center gap-2 text-help text-text-3">
              <Spinner /> Looking at it
            </span>
          ) : null}
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          {acts?.other ? (
            <Button disabled={keep.isPending} onClick={() => keep.mutate({ text, sameName: 'create' })} data-testid="import-second">
              {acts.other.label}
            </Button>
          ) : null}
          <Button
            variant="primary"
            disabled={!acts}
            isBusy={keep.isPending}
            onClick={() => acts && keep.mutate({ text, sameName: acts.main.sameName })}
            data-testid="import-create"
          >
            {acts?.main.label ?? 'Create workflow'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-1" onDrop={onDrop} onDragOver={(event) => event.preventDefault()}>
        <div className="flex items-center gap-3">
          <Button icon={<FileJson aria-hidden />} onClick={() => file.current?.click()}>
            Choose a file
          </Button>
          {fileName === undefined ? (
            <span className="text-help text-text-3">or drop it here, or paste its text</span>
          ) : (
            <span className="flex min-w-0 items-center gap-1.5 text-help text-text-2">
              <span className="truncate font-medium">{fileName}</span>
              <span className="shrink-0 text-text-3">{sizeWords(new Blob([text]).size)}</span>
              <IconButton size="small" label="Take the file out" onClick={() => take('')}>
                <X aria-hidden />
              </IconButton>
            </span>
          )}
          <input
            ref={file}
            type="file"
            accept=".json,application/json"
            aria-label="File to import"
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
        {fileName !== undefined ? null : (
          <Field label="JSON">
            <Textarea
              isCode
              rows={acts ? 4 : 9}
              value={text}
              spellCheck={false}
              onChange={({ target }) => take(target.value, target.value.length > MOST_SHOWN ? 'Pasted text' : undefined)}
              data-testid="import-text"
            />
          </Field>
        )}
        {refusal === undefined ? null : <ErrorNote message={refusal} />}
        {failure ? <ErrorNote message={errorMessage(failure)} issues={errorIssues(failure)} /> : null}
        {preview.data ? <ImportPreview preview={preview.data} /> : null}
      </div>
    </Dialog>
  );
}
