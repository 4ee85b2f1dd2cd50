'use client';
/** A run, asked again and again while it is under way. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import type { RunOverlay } from '../../canvas/run-overlay.ts';
import { asShown, runOverlay } from './overlay.ts';

/** Milliseconds between looks at a run that is under way. */
const LOOK_MS = 400;
/** Of one that waits, which may be for days. */
const LOOK_AT_WAITING_MS = 1500;
const UNDER_WAY = new Set(['queued', 'running', 'waiting']);

export function isUnderWay(status: string): boolean {
  return UNDER_WAY.has(status);
}

function lookAgainAfter(status: string | undefined): number | false {
  if (status === 'waiting') return LOOK_AT_WAITING_MS;
  return status === undefined || isUnderWay(status) ? LOOK_MS : false;
}

export function useRun(id: string | undefined) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.runs.get.queryOptions(
      { id: id ?? '' },
      {
        enabled: id !== undefined,
        refetchInterval: (current) => lookAgainAfter(current.state.data?.run.status),
      },
    ),
  );
  const answer = id === undefined ? undefined : query.data;
  const run = useMemo(
    () => (answer === undefined ? undefined : { ...answer, steps: asShown(answer.document, answer.steps, answer.run.error) }),
    [answer],
  );
  const overlay = useMemo<RunOverlay | undefined>(
    () => (run === undefined ? undefined : runOverlay(run.document, { ...run.run, waits: run.waits }, run.steps)),
    [run],
  );
  return { run, overlay, error: query.error, isLoading: id !== undefined && query.isPending };
}
