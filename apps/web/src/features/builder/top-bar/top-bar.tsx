'use client';
/** Name, state, findings, undo, run, publish, enable: what concerns the workflow as a whole. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, ConfirmDialog, DropdownMenu, IconButton, Switch, Tooltip, toast } from '@weft/ui';
import { Braces, Copy, Download, Ellipsis, KeyRound, Play, Redo2, SlidersHorizontal, Trash2, Undo2, Upload } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import { errorIssues, errorMessage, weftError } from '../../../trpc/errors.ts';
import { AnswersDialog } from '../../questions/answers-dialog.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { isAboutSettings } from '../state/findings.ts';
import { useDocument, useDraft, useDraftStore } from '../state/use-draft.tsx';
import { useUrlState } from '../state/url-state.ts';
import { ProblemsMenu } from './problems-menu.tsx';
import { SaveChip } from './save-chip.tsx';

interface TopBarProps {
  flush(): Promise<void>;
  onRun(): void;
  onJump(nodeId: string): void;
}

export function TopBar({ flush, onRun, onJump }: TopBarProps) {
  const { workflowId } = useBuilder();
  const [isAsking, setAsking] = useState(false);
  return (
    <header className="top-bar">
      <h1 className="sr-only">Workflow</h1>
      <NameField />
      <StateChip />
      <SaveChip flush={flush} />
      <span className="top-gap" />
      <ProblemsMenu onJump={onJump} />
      <UndoButtons />
      <Button icon={<Play aria-hidden />} onClick={onRun} data-testid="run-sample">
        Run
      </Button>
      <PublishButton flush={flush} onJump={onJump} />
      <EnableSwitch onIncomplete={() => setAsking(true)} />
      <MoreMenu flush={flush} onAnswers={() => void flush().then(() => setAsking(true))} />
      <AnswersDialog isOpen={isAsking} onClose={() => setAsking(false)} workflowId={workflowId} />
    </header>
  );
}

function NameField() {
  const store = useDraftStore();
  const name = useDocument().name;
  return (
    <div className="top-name">
      <Link href="/workflows">Workflows</Link>
      <span aria-hidden>/</span>
      <span className="top-name-grow" data-value={name}>
        <input
          aria-label="Name of the workflow"
          value={name}
          maxLength={200}
          size={1}
          onChange={(event) => {
            const next = event.currentTarget.value;
            store.apply({ name: 'Renamed the workflow', mergeKey: 'name', change: (current) => ({ ...current, name: next }) });
          }}
          onBlur={() => {
            store.seal();
            if (name.trim() === '')
              store.apply({ name: 'Named the workflow', change: (current) => ({ ...current, name: 'Untitled workflow' }) });
          }}
        />
      </span>
    </div>
  );
}

/** Whether the draft holds what is not published yet. */
function useIsAhead(): boolean {
  const { workflow } = useBuilder();
  const revision = useDraft((state) => state.revision);
  const save = useDraft((state) => state.save);
  return workflow.publishedVersion === null || save.kind !== 'saved' || (workflow.publishedRevision ?? -1) !== revision;
}

function StateChip() {
  const { workflow } = useBuilder();
  const isAhead = useIsAhead();
  const word = workflow.enabled ? 'Enabled' : workflow.publishedVersion === null ? 'Draft' : 'Off';
  return (
    <>
      <span className="state-chip" data-tone={workflow.enabled ? 'ok' : 'idle'} data-testid="workflow-state">
        <i aria-hidden />
        {word}
      </span>
      <span className="state-words">
        {workflow.publishedVersion === null
          ? 'never published'
          : `Published v${workflow.publishedVersion}${isAhead ? ' · unpublished changes' : ''}`}
      </span>
    </>
  );
}

function UndoButtons() {
  const store = useDraftStore();
  const last = useDraft((state) => state.history.past.at(-1)?.name);
  const next = useDraft((state) => state.history.future[0]?.name);
  return (
    <span className="top-undo">
      <Tooltip content={last === undefined ? 'Nothing to undo' : `Undo: ${last}`} side="bottom">
        <IconButton label={last === undefined ? 'Undo' : `Undo: ${last}`} disabled={last === undefined} onClick={() => store.undo()}>
          <Undo2 aria-hidden />
        </IconButton>
      </Tooltip>
      <Tooltip content={next === undefined ? 'Nothing to redo' : `Redo: ${next}`} side="bottom">
        <IconButton label={next === undefined ? 'Redo' : `Redo: ${next}`} disabled={next === undefined} onClick={() => store.redo()}>
          <Redo2 aria-hidden />
        </IconButton>
      </Tooltip>
    </span>
  );
}

function PublishButton({ flush, onJump }: Pick<TopBarProps, 'flush' | 'onJump'>) {
  const { workflow, workflowId, findings } = useBuilder();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const publish = useMutation(trpc.workflows.publish.mutationOptions());
  const errors = findings.filter((finding) => finding.severity === 'error');
  const next = (workflow.publishedVersion ?? 0) + 1;
  const isAhead = useIsAhead();
  const url = useUrlState();
  const run = async () => {
    const [first] = errors;
    if (first !== undefined) {
      toast.error(errors.length === 1 ? '1 problem stands against publishing' : `${errors.length} problems stand against publishing`, {
        description: first.message,
      });
      if (first.nodeId !== undefined) onJump(first.nodeId);
      else if (isAboutSettings(first)) url.set({ view: 'settings' });
      return;
    }
    await flush();
    publish.mutate(
      { id: workflowId },
      {
        onSuccess: ({ version }) => {
          toast.success(`Published v${version}`);
          void queries.invalidateQueries({ queryKey: trpc.workflows.pathKey() });
        },
        onError: (error) =>
          toast.error(errorMessage(error), {
            description: errorIssues(error)
              ?.map((issue) => issue.message)
              .join(' '),
          }),
      },
    );
  };
  return (
    <Button
      variant={isAhead ? 'primary' : 'secondary'}
      disabled={!isAhead}
      title={isAhead ? undefined : 'Nothing was changed since it was published'}
      isBusy={publish.isPending}
      onClick={() => void run()}
      data-testid="publish"
      icon={<Upload aria-hidden />}
    >
      {isAhead ? `Publish v${next}` : 'Published'}
    </Button>
  );
}

function EnableSwitch({ onIncomplete }: { onIncomplete: () => void }) {
  const { workflow, workflowId } = useBuilder();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const enable = useMutation(trpc.workflows.setEnabled.mutationOptions());
  const isPublished = workflow.publishedVersion !== null;
  const set = (enabled: boolean) =>
    enable.mutate(
      { id: workflowId, enabled },
      {
        onSuccess: () => {
          toast.success(enabled ? 'Enabled: it starts by itself from now on' : 'Switched off: nothing new is started');
          void queries.invalidateQueries({ queryKey: trpc.workflows.pathKey() });
        },
        onError: (error) => {
          toast.error(errorMessage(error), {
            description: errorIssues(error)
              ?.map((issue) => issue.message)
              .join(' '),
          });
          if (weftError(error)?.code === 'workflow_incomplete') onIncomplete();
        },
      },
    );
  return (
    <span className="top-enable" title={isPublished ? undefined : 'Publish it first'}>
      <Switch
        isChecked={workflow.enabled}
        label="Enabled"
        disabled={!isPublished || enable.isPending}
        onCheckedChange={set}
        data-testid="enable"
      />
    </span>
  );
}

function MoreMenu({ flush, onAnswers }: Pick<TopBarProps, 'flush'> & { onAnswers: () => void }) {
  const { workflowId } = useBuilder();
  const document = useDocument();
  const url = useUrlState();
  const router = useRouter();
  const trpc = useTRPC();
  const [asks, setAsks] = useState(false);
  const create = useMutation(trpc.workflows.create.mutationOptions());
  const remove = useMutation(trpc.workflows.delete.mutationOptions());
  const duplicate = () =>
    create.mutate(
      { name: `${document.name} (copy)`.slice(0, 200), document: { ...document, name: `${document.name} (copy)`.slice(0, 200) } },
      { onSuccess: ({ id }) => router.push(`/workflows/${id}`), onError: (error) => toast.error(errorMessage(error)) },
    );
  return (
    <>
      <DropdownMenu
        trigger={
          <IconButton label="More about this workflow">
            <Ellipsis aria-hidden />
          </IconButton>
        }
        entries={[
          {
            label: 'Settings',
            icon: <SlidersHorizontal aria-hidden />,
            onSelect: () => url.set({ view: 'settings' }),
            'data-testid': 'open-settings',
          },
          { label: 'Accounts and answers', icon: <KeyRound aria-hidden />, onSelect: onAnswers, 'data-testid': 'open-answers' },
          {
            label: 'JSON of the workflow',
            icon: <Braces aria-hidden />,
            onSelect: () => url.set({ view: 'json' }),
            'data-testid': 'open-json',
          },
          { label: 'Export', icon: <Download aria-hidden />, onSelect: () => void flush().then(() => download(document.name, document)) },
          { label: 'Duplicate', icon: <Copy aria-hidden />, onSelect: duplicate },
          'line',
          { label: 'Delete', icon: <Trash2 aria-hidden />, isDanger: true, onSelect: () => setAsks(true) },
        ]}
      />
      <ConfirmDialog
        isOpen={asks}
        onOpenChange={setAsks}
        title={`Delete “${document.name}”?`}
        description="It stops being started. Its versions and its runs are deleted with it."
        action="Delete workflow"
        isBusy={remove.isPending}
        onConfirm={() =>
          remove.mutate(
            { id: workflowId },
            { onSuccess: () => router.push('/workflows'), onError: (error) => toast.error(errorMessage(error)) },
          )
        }
      />
    </>
  );
}

/** Saves the document as a file. */
function download(name: string, value: unknown): void {
  const link = window.document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }));
  link.download = `${
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'workflow'
  }.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
