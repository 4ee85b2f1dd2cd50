'use client';

import { Copy, Download, Ellipsis, ExternalLink, FileJson, PenLine, SlidersHorizontal, Trash2, Unplug } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ReactNode } from 'react';
import {
  Badge,
  ConfirmDialog,
  DropdownMenu,
  IconButton,
  RelativeTime,
  Skeleton,
  STATUS,
  StatusPill,
  statusState,
  Switch,
  Table,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  toast,
} from '@weft/ui';
import { weftError } from '../../trpc/errors.ts';
import { AnswersDialog } from '../questions/answers-dialog.tsx';
import { ConnectorTiles } from '../templates/connector-tiles.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { useWorkflowActs } from './use-workflow-acts.ts';
import type { WorkflowRowData } from './workflow-types.ts';

const HEAD = (
  <TableHead>
    <tr>
      <TableHeader className="w-16">On</TableHeader>
      <TableHeader>Workflow</TableHeader>
      <TableHeader className="w-36">State</TableHeader>
      <TableHeader className="w-44">Last run</TableHeader>
      <TableHeader className="w-36">Last 24 hours</TableHeader>
      <TableHeader className="w-24">Changed</TableHeader>
      <TableHeader className="w-14">
        <span className="sr-only">Acts</span>
      </TableHeader>
    </tr>
  </TableHead>
);

/** The list of workflows. */
export function WorkflowTable({ workflows }: { workflows: readonly WorkflowRowData[] }): ReactNode {
  return (
    <Table className="table-fixed border-t border-border">
      {HEAD}
      <tbody>
        {workflows.map((workflow) => (
          <WorkflowRow key={workflow.id} workflow={workflow} />
        ))}
      </tbody>
    </Table>
  );
}

/** The list while it is being fetched. */
export function WorkflowTableSkeleton(): ReactNode {
  return (
    <Table className="table-fixed border-t border-border" aria-busy>
      {HEAD}
      <tbody>
        {[1, 2, 3, 4].map((row) => (
          <TableRow key={row}>
            <TableCell colSpan={7} className="h-12">
              <Skeleton className="w-full" />
            </TableCell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  );
}

function WorkflowRow({ workflow }: { workflow: WorkflowRowData }): ReactNode {
  const acts = useWorkflowActs();
  const router = useRouter();
  const [dialog, setDialog] = useState<'rename' | 'delete' | 'answers' | 'export' | undefined>(undefined);
  const { id, name } = workflow;
  return (
    <TableRow data-testid="workflow-row">
      <TableCell className="h-12">
        <Switch
          label={`${name}: on or off`}
          data-testid="enable-switch"
          isChecked={acts.enable.isPending ? acts.enable.variables.enabled : workflow.enabled}
          disabled={acts.enable.isPending}
          onCheckedChange={(enabled) =>
            acts.enable.mutate(
              { id, enabled },
              {
                onSuccess: () => void toast.success(enabled ? `${name} is on` : `${name} is off`),
                // What is missing can be given at once.
                onError: (error) => (weftError(error)?.code === 'workflow_incomplete' ? setDialog('answers') : undefined),
              },
            )
          }
        />
      </TableCell>
      <TableCell>
        <div className="flex items-center gap-3">
          <span className="w-[66px] shrink-0">
            <ConnectorTiles ids={workflow.connectors} max={3} />
          </span>
          <Link href={`/workflows/${id}`} className="truncate font-medium hover:text-accent-text">
            {name}
          </Link>
        </div>
      </TableCell>
      <TableCell>
        <StateOfWorkflow workflow={workflow} />
      </TableCell>
      <TableCell>
        {workflow.lastRun ? (
          <Link href={`/runs/${workflow.lastRun.id}`} className="flex items-center gap-2 hover:underline">
            <StatusPill isQuiet state={statusState(workflow.lastRun.status)} />
            <RelativeTime at={workflow.lastRun.at} className="whitespace-nowrap text-help text-text-3" />
          </Link>
        ) : (
          <span className="text-help text-text-3">never ran</span>
        )}
      </TableCell>
      <TableCell>
        <Counts counts={workflow.counts24h} workflowId={id} />
      </TableCell>
      <TableCell className="text-help text-text-2">
        <RelativeTime at={workflow.updatedAt} />
      </TableCell>
      <TableCell>
        <DropdownMenu
          trigger={
            <IconButton label={`Acts for ${name}`} size="small">
              <Ellipsis aria-hidden />
            </IconButton>
          }
          entries={[
            { label: 'Open', icon: <ExternalLink aria-hidden />, onSelect: () => router.push(`/workflows/${id}`) },
            { label: 'Accounts and answers', icon: <SlidersHorizontal aria-hidden />, onSelect: () => setDialog('answers') },
            { label: 'Rename', icon: <PenLine aria-hidden />, onSelect: () => setDialog('rename') },
            { label: 'Duplicate', icon: <Copy aria-hidden />, onSelect: () => acts.duplicate.mutate({ id, name }) },
            { label: 'Export as JSON', icon: <Download aria-hidden />, onSelect: () => acts.save.mutate({ id, name }) },
            { label: 'Export as a template file', icon: <FileJson aria-hidden />, onSelect: () => setDialog('export') },
            'line',
            { label: 'Delete', icon: <Trash2 aria-hidden />, isDanger: true, onSelect: () => setDialog('delete') },
          ]}
        />
        <AnswersDialog isOpen={dialog === 'answers'} onClose={() => setDialog(undefined)} workflowId={id} />
        {dialog === 'export' ? <ExportDialog workflow={workflow} onClose={() => setDialog(undefined)} /> : null}
        <RenameDialog isOpen={dialog === 'rename'} onClose={() => setDialog(undefined)} id={id} name={name} />
        <ConfirmDialog
          isOpen={dialog === 'delete'}
          onOpenChange={() => setDialog(undefined)}
          title={`Delete “${name}”?`}
          description={
            workflow.enabled
              ? 'It is on: it stops listening at once. Its past runs stay in the list of runs.'
              : 'Its past runs stay in the list of runs.'
          }
          action="Delete workflow"
          isBusy={acts.remove.isPending}
          onConfirm={() =>
            acts.remove.mutate(
              { id },
              {
                onSuccess: () => {
                  setDialog(undefined);
                  toast.success(`Deleted ${name}`);
                },
              },
            )
          }
        />
      </TableCell>
    </TableRow>
  );
}

function StateOfWorkflow({ workflow }: { workflow: WorkflowRowData }): ReactNode {
  if (workflow.publishedVersion === null) return <Badge>Draft</Badge>;
  if (workflow.enabled && workflow.waitsFor.length > 0)
    return (
      <Link
        href="/connections"
        className="flex items-center gap-1.5 whitespace-nowrap text-help font-medium text-fail hover:underline"
        title={`Waits until ${workflow.waitsFor.join(' and ')} ${workflow.waitsFor.length === 1 ? 'is' : 'are'} reconnected; nothing is lost.`}
        data-testid="waits-for-account"
      >
        <Unplug aria-hidden className="size-3.5" />
        Waits for an account
      </Link>
    );
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <Badge tone={workflow.enabled ? 'ok' : 'idle'}>Published v{workflow.publishedVersion}</Badge>
      {workflow.draftAhead ? (
        <span className="text-hint text-text-3" title="The draft holds changes that are not published">
          + draft
        </span>
      ) : null}
    </span>
  );
}

const COUNTED = [
  { key: 'failed', tone: 'text-fail' },
  { key: 'running', tone: 'text-run' },
  { key: 'succeeded', tone: 'text-ok' },
  { key: 'skipped', tone: 'text-text-3' },
] as const;

function Counts({ counts, workflowId }: { counts: WorkflowRowData['counts24h']; workflowId: string }): ReactNode {
  const some = COUNTED.filter(({ key }) => counts[key] > 0);
  if (some.length === 0) return <span className="text-help text-text-3">no runs</span>;
  return (
    <span className="flex gap-3 whitespace-nowrap text-help">
      {some.map(({ key, tone }) => {
        const { icon: Icon, word } = STATUS[key];
        const text = `${counts[key].toLocaleString('en')} ${word.toLowerCase()}`;
        return (
          <Link
            key={key}
            href={`/runs?workflow=${workflowId}&status=${key}`}
            title={text}
            aria-label={text}
            className={`flex items-center gap-1 font-medium hover:underline ${tone}`}
          >
            <Icon aria-hidden className="size-3.5" strokeWidth={1.8} />
            {counts[key].toLocaleString('en')}
          </Link>
        );
      })}
    </span>
  );
}
