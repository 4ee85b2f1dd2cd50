'use client';
/** What a node waits for in a run and since when, what can be done about it, and the runs that it has called. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, CopyButton, DueTime, RelativeTime, StatusPill, statusState, toast } from '@weft/ui';
import { ArrowRight, KeyRound, Play, UserCheck } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import { errorMessage } from '../../../trpc/errors.ts';
import type { RunDetail } from '../state/api-types.ts';
import { placeOf, waitSentence } from './wait-words.ts';

type Wait = RunDetail['waits'][number];
type Called = RunDetail['calls'][number];

/** A loop may wait for hundreds of items; the first ones stand for all. */
const MOST_SHOWN = 20;

export function StepWaits({ run, nodeId }: { readonly run: RunDetail; readonly nodeId: string }): ReactNode {
  const waits = run.waits.filter((wait) => wait.nodeId === nodeId);
  const calls = run.calls.filter((call) => call.nodeId === nodeId);
  if (waits.length === 0 && calls.length === 0) return null;
  return (
    <div className="panel-body step-waits">
      {waits.slice(0, MOST_SHOWN).map((wait) => (
        <OneWait key={wait.id} wait={wait} />
      ))}
      {waits.length > MOST_SHOWN && <p className="field-help">And {waits.length - MOST_SHOWN} more items wait here.</p>}
      {calls.slice(0, MOST_SHOWN).map((call) => (
        <CalledRun key={call.path} call={call} />
      ))}
      {calls.length > MOST_SHOWN && <p className="field-help">And {calls.length - MOST_SHOWN} more runs were called here.</p>}
    </div>
  );
}

function OneWait({ wait }: { readonly wait: Wait }) {
  const place = placeOf(wait.path);
  return (
    <section className="wait-card" data-kind={wait.kind} data-testid={`wait-${wait.path}`}>
      <p className="wait-words">
        {place !== undefined && <span className="field-hint">{place} </span>}
        {waitSentence(wait.kind)} Since <RelativeTime at={wait.since} />
        {wait.until !== null && (
          <>
            , until <DueTime at={wait.until} />
          </>
        )}
        .
      </p>
      <WaitActions wait={wait} />
    </section>
  );
}

function WaitActions({ wait }: { readonly wait: Wait }) {
  const trpc = useTRPC();
  const me = useQuery(trpc.account.me.queryOptions());
  // A viewer may look on; the server refuses it in any case.
  const mayRun = me.data !== undefined && me.data.role !== 'viewer';
  if (wait.kind === 'review')
    return (
      <Button size="small" asChild>
        <Link href={`/review?id=${wait.id}`}>
          <UserCheck aria-hidden /> {mayRun ? 'Decide in Review' : 'Look in Review'}
        </Link>
      </Button>
    );
  if (wait.kind === 'child' || !mayRun) return null;
  return (
    <div className="wait-actions">
      <GoOn wait={wait} />
      {wait.kind === 'event' && <Address wait={wait} />}
    </div>
  );
}

function GoOn({ wait }: { readonly wait: Wait }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const resume = useMutation(trpc.runs.resumeWait.mutationOptions());
  return (
    <Button
      size="small"
      icon={<Play aria-hidden />}
      isBusy={resume.isPending}
      data-testid="wait-resume"
      onClick={() =>
        resume.mutate(
          { id: wait.id },
          {
            onSuccess: () => void queries.invalidateQueries({ queryKey: trpc.runs.get.pathKey() }),
            onError: (error) => toast.error(errorMessage(error)),
          },
        )
      }
    >
      {wait.kind === 'event' ? 'Go on without an answer' : 'Go on now'}
    </Button>
  );
}

/** Shown on a press only: whoever has it can answer in the place of the other side. */
function Address({ wait }: { readonly wait: Wait }) {
  const trpc = useTRPC();
  const address = useMutation(trpc.runs.waitAddress.mutationOptions());
  if (address.data !== undefined)
    return (
      <div className="hook wait-address">
        <code data-testid="wait-address">{address.data.url}</code>
        <CopyButton text={address.data.url} />
      </div>
    );
  return (
    <Button
      size="small"
      icon={<KeyRound aria-hidden />}
      isBusy={address.isPending}
      data-testid="wait-show-address"
      onClick={() => address.mutate({ id: wait.id }, { onError: (error) => toast.error(errorMessage(error)) })}
    >
      Show its address
    </Button>
  );
}

function CalledRun({ call }: { readonly call: Called }) {
  const place = placeOf(call.path);
  return (
    <Link className="wait-card called-run" href={`/runs/${call.runId}`} data-testid={`called-${call.path}`}>
      <StatusPill state={statusState(call.status)} isQuiet />
      <span className="called-name">
        {place !== undefined && <span className="field-hint">{place} </span>}
        {call.workflowName}
        {!call.isAwaited && <span className="field-hint"> only started</span>}
      </span>
      <ArrowRight size={14} aria-hidden />
      <span className="sr-only">Open the called run</span>
    </Link>
  );
}
