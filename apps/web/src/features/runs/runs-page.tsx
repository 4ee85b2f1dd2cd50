'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ArrowUp, ChevronLeft, ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, EmptyState, ErrorNote } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { heldRows } from './held-rows.ts';
import { RunFilterBar } from './run-filter-bar.tsx';
import { readFilters, writeFilters } from './run-filters.ts';
import type { RunFilters } from './run-filters.ts';
import { RunTable, RunTableSkeleton } from './run-table.tsx';

const PAGE_SIZE = 50;
const LIVE_MS = 1500;

/** All runs, newest first, live. */
export function RunsPage(): ReactNode {
  const trpc = useTRPC();
  const router = useRouter();
  const filters = readFilters(useSearchParams());
  // Where each older page begins; empty on the newest, which is the live one.
  const [pages, setPages] = useState<readonly string[]>([]);
  const [heldIds, setHeldIds] = useState<readonly string[] | undefined>(undefined);
  const before = pages.at(-1);
  const runs = useQuery({
    ...trpc.runs.list.queryOptions({
      ...(filters.status.length > 0 ? { status: [...filters.status] } : {}),
      ...(filters.workflowId ? { workflowId: filters.workflowId } : {}),
      ...(filters.search ? { search: filters.search } : {}),
      ...(before ? { before } : {}),
      limit: PAGE_SIZE,
    }),
    placeholderData: keepPreviousData,
    refetchInterval: before ? false : LIVE_MS,
  });
  const change = (next: RunFilters): void => {
    setPages([]);
    setHeldIds(undefined);
    router.replace(`/runs${writeFilters(next)}`);
  };
  const fresh = runs.data?.runs ?? [];
  const { shown, waiting } = heldRows(fresh, before ? undefined : heldIds);
  const isFiltered = writeFilters(filters) !== '';
  const nextBefore = runs.data?.nextBefore;
  return (
    <div className="flex h-full flex-col">
      <PageHeader isDense title="Runs" aside={before ? null : <LiveMark isBroken={runs.isError} />} />
      <RunFilterBar filters={filters} onChange={change} />
      {waiting > 0 ? (
        <div className="pointer-events-none absolute inset-x-0 top-[132px] z-20 flex justify-center">
          <Button
            size="small"
            variant="primary"
            icon={<ArrowUp aria-hidden />}
            className="pointer-events-auto"
            onClick={() => setHeldIds(undefined)}
          >
            {waiting} new
          </Button>
        </div>
      ) : null}
      <div className="min-h-0 flex-1 overflow-y-auto">
        {runs.error ? <ErrorNote className="mx-5 mb-3" message={errorMessage(runs.error)} onRetry={() => void runs.refetch()} /> : null}
        {runs.isPending ? <RunTableSkeleton /> : null}
        {shown.length > 0 ? (
          <div
            onPointerEnter={() => setHeldIds((current) => current ?? fresh.map((run) => run.id))}
            onPointerLeave={() => setHeldIds(undefined)}
          >
            <RunTable runs={shown} />
          </div>
        ) : null}
        {runs.data && fresh.length === 0 ? (
          isFiltered ? (
            <EmptyState
              title="No run matches"
              action={<Button onClick={() => change({ status: [], workflowId: undefined, search: '' })}>Show all runs</Button>}
            />
          ) : (
            <EmptyState
              title="Nothing has run yet"
              action={
                <Button asChild variant="primary">
                  <Link href="/workflows">Open workflows</Link>
                </Button>
              }
            >
              A run appears here the moment something starts a workflow that is on.
            </EmptyState>
          )
        ) : null}
      </div>
      {before || nextBefore ? (
        <footer className="flex h-11 shrink-0 items-center justify-end gap-2 border-t border-border px-5">
          <Button size="small" icon={<ChevronLeft aria-hidden />} disabled={!before} onClick={() => setPages(pages.slice(0, -1))}>
            Newer
          </Button>
          <Button size="small" disabled={!nextBefore} onClick={() => nextBefore && setPages([...pages, nextBefore])}>
            Older
            <ChevronRight aria-hidden />
          </Button>
        </footer>
      ) : null}
    </div>
  );
}

function LiveMark({ isBroken }: { isBroken: boolean }): ReactNode {
  return isBroken ? (
    <span className="flex items-center gap-1.5 text-help font-medium text-warn">
      <span aria-hidden className="size-2 rounded-full bg-warn-solid" />
      Trying to reach Weft
    </span>
  ) : (
    <span className="flex items-center gap-1.5 text-help font-medium text-ok">
      <span aria-hidden className="size-2 rounded-full bg-ok-solid" />
      Live
    </span>
  );
}
