'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { duration, RelativeTime, Skeleton, StatusPill, statusState, Table, TableCell, TableHead, TableHeader, TableRow } from '@weft/ui';
import type { RouterOutputs } from '../../trpc/client.tsx';
import { runResult } from './run-result.ts';

/** One row of a list of runs. */
export type RunRowData = RouterOutputs['runs']['list']['runs'][number];

const HEAD = (
  <TableHead>
    <tr>
      <TableHeader className="w-32">State</TableHeader>
      <TableHeader className="w-[22%]">Record</TableHeader>
      <TableHeader className="w-[24%]">Workflow</TableHeader>
      <TableHeader>Result</TableHeader>
      <TableHeader isNumber className="w-24">
        Started
      </TableHeader>
      <TableHeader isNumber className="w-24">
        Took
      </TableHeader>
      <TableHeader isNumber className="w-20">
        Version
      </TableHeader>
    </tr>
  </TableHead>
);

/** A table of runs; each row leads to its run. */
export function RunTable({ runs }: { runs: readonly RunRowData[] }): ReactNode {
  return (
    <Table className="table-fixed">
      {HEAD}
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </tbody>
    </Table>
  );
}

const TONES = { ok: 'text-text-2', run: 'text-run', warn: 'text-warn', fail: 'text-fail', idle: 'text-text-3' } as const;

function RunRow({ run }: { run: RunRowData }): ReactNode {
  const result = runResult(run);
  return (
    <TableRow className="relative animate-arrive" data-testid="run-row" data-status={run.status}>
      <TableCell>
        <StatusPill isQuiet state={statusState(run.status)} />
      </TableCell>
      <TableCell className="truncate">
        <Link href={`/runs/${run.id}`} className="font-medium after:absolute after:inset-0">
          {run.businessKey ?? <span className="font-mono text-code font-normal">{run.id.slice(-12)}</span>}
        </Link>
      </TableCell>
      <TableCell className="truncate text-text-2" title={run.workflowName}>
        {run.workflowName}
      </TableCell>
      <TableCell className={`truncate ${TONES[result.tone]}`} title={result.text}>
        {result.text}
      </TableCell>
      <TableCell isNumber className="whitespace-nowrap text-text-2">
        <RelativeTime at={run.startedAt ?? run.createdAt} className="relative" />
      </TableCell>
      <TableCell isNumber className="whitespace-nowrap text-text-2">
        {run.durationMs === null || run.durationMs === undefined ? '' : duration(run.durationMs)}
      </TableCell>
      <TableCell isNumber className="text-text-3">
        {run.version === null ? 'draft' : `v${run.version}`}
      </TableCell>
    </TableRow>
  );
}

/** The table while it is being fetched. */
export function RunTableSkeleton(): ReactNode {
  return (
    <Table className="table-fixed" aria-busy>
      {HEAD}
      <tbody>
        {Array.from({ length: 8 }, (_, row) => (
          <TableRow key={row}>
            <TableCell colSpan={7}>
              <Skeleton className="w-full" />
            </TableCell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  );
}
