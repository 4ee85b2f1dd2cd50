import Link from 'next/link';
import type { ReactNode } from 'react';
import { Card, CardHeader, RelativeTime, StatusPill, statusState } from '@weft/ui';
import { runResult } from '../runs/run-result.ts';
import type { Overview } from './home-page.tsx';

/** What ran last, live. */
export function RecentRuns({ runs }: { runs: Overview['recentRuns'] }): ReactNode {
  return (
    <Card>
      <CardHeader
        title="Recent runs"
        action={
          <Link href="/runs" className="text-help font-medium text-accent-text hover:underline">
            All runs
          </Link>
        }
      />
      {runs.length === 0 ? <p className="px-4 py-6 text-center text-text-3">Runs appear here the moment they begin.</p> : null}
      <ul className="divide-y divide-border">
        {runs.slice(0, 8).map((run) => (
          <li key={run.id} className="animate-arrive">
            <Link
              href={`/runs/${run.id}`}
              data-testid="recent-run"
              className="grid h-10 grid-cols-[112px_minmax(0,1.2fr)_minmax(0,1.4fr)_minmax(0,1.4fr)_80px] items-center gap-3 px-4 hover:bg-surface-2"
            >
              <StatusPill isQuiet state={statusState(run.status)} />
              <span className="truncate font-medium">
                {run.businessKey ?? <span className="font-mono text-code font-normal">{run.id.slice(-12)}</span>}
              </span>
              <span className="truncate text-text-2">{run.workflowName}</span>
              <span className="truncate text-help text-text-3">{runResult(run).text}</span>
              <RelativeTime at={run.startedAt ?? run.createdAt} className="text-right text-help text-text-3" />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
