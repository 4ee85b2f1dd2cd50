'use client';

import { useQuery } from '@tanstack/react-query';
import { LayoutTemplate, Plus } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, ErrorNote, Skeleton } from '@weft/ui';
import type { RouterOutputs } from '../../trpc/client.tsx';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { ConnectionsCard } from './connections-card.tsx';
import { FirstRun } from './first-run.tsx';
import { homeTitle } from './home-title.ts';
import { LastDay } from './last-day.tsx';
import { NeedsYou } from './needs-you.tsx';
import { RecentRuns } from './recent-runs.tsx';

/** What the home page shows. */
export type Overview = RouterOutputs['home']['overview'];

const LIVE_MS = 3000;

/** How things are, what needs a person, and what just happened. */
export function HomePage(): ReactNode {
  const trpc = useTRPC();
  const overview = useQuery({ ...trpc.home.overview.queryOptions(), refetchInterval: LIVE_MS });
  const me = useQuery(trpc.account.me.queryOptions());
  const reviews = useQuery({ ...trpc.reviews.count.queryOptions(), refetchInterval: LIVE_MS });
  const data = overview.data;
  return (
    <div className="h-full overflow-y-auto">
      <PageHeader
        above={<Now />}
        title={data ? titleOf(data) : 'Weft'}
        actions={
          <>
            <Button asChild>
              <Link href="/templates">
                <LayoutTemplate aria-hidden />
                From a template
              </Link>
            </Button>
            <Button variant="primary" asChild>
              <Link href="/workflows?new=1">
                <Plus aria-hidden />
                New workflow
              </Link>
            </Button>
          </>
        }
      />
      <div className="px-7 pb-7">
        {overview.error ? (
          <ErrorNote className="mb-4" message={errorMessage(overview.error)} onRetry={() => void overview.refetch()} />
        ) : null}
        {overview.isPending ? <HomeSkeleton /> : null}
        {data ? (
          <div className="grid grid-cols-[minmax(0,1fr)_minmax(300px,350px)] items-start gap-[18px]">
            <div className="flex flex-col gap-[18px]">
              {me.data?.isDemo && data.workflows.enabled === 0 ? <FirstRun hasWorkflows={data.workflows.total > 0} /> : null}
              <LastDay overview={data} />
              <RecentRuns runs={data.recentRuns} />
            </div>
            <div className="flex flex-col gap-[18px]">
              <NeedsYou overview={data} openReviews={reviews.data?.open ?? 0} />
              <ConnectionsCard isDemo={me.data?.isDemo ?? false} />
            </div>
          </div>
        ) : null}
      </div>
    </div>
  );
}

function titleOf(overview: Overview): string {
  return homeTitle({
    problems: overview.problems.length,
    failedRuns: overview.problems.reduce((sum, problem) => sum + problem.count, 0),
    brokenConnections: overview.connectionsFailed.length,
    failingTriggers: overview.triggersFailing.length,
    enabled: overview.workflows.enabled,
    total: overview.workflows.total,
    succeeded: overview.counts24h.succeeded,
  });
}

/** Day and time of the reader; only known in the browser. */
function Now(): ReactNode {
  const [now, setNow] = useState<Date | undefined>(undefined);
  useEffect(() => {
    setNow(new Date());
    const timer = setInterval(() => setNow(new Date()), 20_000);
    return () => clearInterval(timer);
  }, []);
  if (!now) return <span>&nbsp;</span>;
  const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).format(now);
  return (
    <time dateTime={now.toISOString()}>
      {day}, {new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(now)}
    </time>
  );
}

function HomeSkeleton(): ReactNode {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_350px] gap-[18px]" aria-busy>
      <Skeleton className="!h-80 !rounded-card" />
      <Skeleton className="!h-52 !rounded-card" />
    </div>
  );
}
