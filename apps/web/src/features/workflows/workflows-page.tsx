'use client';

import { useQuery } from '@tanstack/react-query';
import { FileInput, Plus, Search } from 'lucide-react';
import { useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, EmptyState, ErrorNote, Input } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { NewWorkflowDialog } from './new-workflow-dialog.tsx';
import { NoWorkflows } from './no-workflows.tsx';
import { WorkflowTable, WorkflowTableSkeleton } from './workflow-table.tsx';

type OpenDialog = 'new' | 'import' | undefined;

/** All workflows: their state, whether they are on, how the last day went. */
export function WorkflowsPage(): ReactNode {
  const trpc = useTRPC();
  const router = useRouter();
  const params = useSearchParams();
  const asked: OpenDialog = params.has('new') ? 'new' : params.has('import') ? 'import' : undefined;
  const [opened, setOpened] = useState<OpenDialog>(undefined);
  const [search, setSearch] = useState('');
  const workflows = useQuery({ ...trpc.workflows.list.queryOptions(), refetchInterval: 5000 });
  const dialog = opened ?? asked;
  const close = (): void => {
    setOpened(undefined);
    if (asked) router.replace('/workflows');
  };
  const wanted = search.trim().toLocaleLowerCase();
  const shown = workflows.data?.filter((workflow) => workflow.name.toLocaleLowerCase().includes(wanted)) ?? [];
  const isEmpty = workflows.data?.length === 0;
  return (
    <div className="flex h-full flex-col">
      <PageHeader
        isDense
        title="Workflows"
        actions={
          isEmpty ? null : (
            <>
              <Input
                icon={<Search aria-hidden />}
                aria-label="Search workflows"
                placeholder="Search workflows"
                value={search}
                onChange={(event) => setSearch(event.target.value)}
                className="w-60"
              />
              <Button icon={<FileInput aria-hidden />} onClick={() => setOpened('import')} data-testid="import-workflow">
                Import a file
              </Button>
              <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setOpened('new')} data-testid="new-workflow">
                New workflow
              </Button>
            </>
          )
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {workflows.error && !workflows.data ? (
          <ErrorNote className="mx-5" message={errorMessage(workflows.error)} onRetry={() => void workflows.refetch()} />
        ) : null}
        {workflows.isPending ? <WorkflowTableSkeleton /> : null}
        {isEmpty ? <NoWorkflows onNew={() => setOpened('new')} onImport={() => setOpened('import')} /> : null}
        {shown.length > 0 ? <WorkflowTable workflows={shown} /> : null}
        {!isEmpty && workflows.data && shown.length === 0 ? (
          <EmptyState
            title="No workflow has this name"
            action={<Button onClick={() => setSearch('')}>Show all {workflows.data.length}</Button>}
          />
        ) : null}
      </div>
      <NewWorkflowDialog isOpen={dialog === 'new'} onClose={close} />
      <ImportDialog isOpen={dialog === 'import'} onClose={close} />
    </div>
  );
}
