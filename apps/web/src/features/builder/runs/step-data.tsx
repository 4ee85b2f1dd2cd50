'use client';
/** What a node did in a run: error, input as resolved, output, attempts, HTTP exchanges. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { isPageStep } from '@weft/engine';
import { Badge, Combobox, StatusPill, duration } from '@weft/ui';
import { useMemo, useState } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import type { RunDetail, StepView } from '../state/api-types.ts';
import { ConsoleLines } from './console-lines.tsx';
import { DataView } from './json-tree.tsx';
import { itemLabel } from './item-label.ts';
import { asShown, lastAttempts, time } from './overlay.ts';
import { StepWaits } from './step-waits.tsx';

const ERROR_HINTS: Readonly<Record<string, string>> = {
  throttled: 'The other side asked to wait.',
  transient: 'Network or server trouble; trying again may help.',
  conflict: 'The record changed meanwhile.',
  invalid: 'Retrying unchanged will not help.',
  auth: 'Check the account.',
  notFound: 'What was looked for is not there.',
  cancelled: 'Somebody or a limit stopped it.',
  bug: 'This is a fault of Weft.',
};

interface StepDataProps {
  readonly run: RunDetail;
  readonly nodeId: string;
  /** Of several steps of the node, the one that is shown; it keeps that by itself without {@link onPath}. */
  readonly path?: string | undefined;
  readonly onPath?: (path: string) => void;
}

export function StepData(props: StepDataProps) {
  return (
    <>
      <StepWaits {...props} />
      <StepResult {...props} />
    </>
  );
}

function StepResult({ run, nodeId, path, onPath }: StepDataProps) {
  const node = run.document.nodes.find((one) => one.id === nodeId);
  const { all, more, isLoading } = useAllSteps(run);
  const steps = useMemo(() => all.filter((step) => step.nodeId === nodeId), [all, nodeId]);
  const executions = useMemo(() => failuresFirst(lastAttempts(steps)), [steps]);
  const [ownPath, setOwnPath] = useState<string>();
  const step = executions.find((one) => one.path === (onPath ? path : ownPath)) ?? executions[0];
  if (node?.kind === 'trigger') {
    return (
      <div className="panel-body">
        <Part title="Received">
          <DataView value={run.input} label="Received data" />
        </Part>
      </div>
    );
  }
  if (step === undefined && run.waits.some((wait) => wait.nodeId === nodeId)) return null;
  if (step === undefined)
    return <p className="panel-body field-help">{run.run.finishedAt === null ? 'Not reached yet.' : 'The run did not reach this node.'}</p>;
  return (
    <div className="panel-body">
      {executions.length > 1 && (
        <Combobox
          aria-label="Which time"
          value={step.path}
          isLoading={isLoading}
          onMore={more}
          options={executions.map((one) => ({
            value: one.path,
            label: `${itemLabel(one.path)} · ${one.status}`,
            hint: duration(time(one.finishedAt) - time(one.startedAt)),
          }))}
          onValueChange={onPath ?? setOwnPath}
        />
      )}
      <OneStep key={`${step.path}:${step.attempt}`} step={step} attempts={steps.filter((one) => one.path === step.path)} />
    </div>
  );
}

/** The steps that came with the run, and those fetched behind them; `more` fetches the next ones while there are some. */
function useAllSteps(run: RunDetail): { all: readonly StepView[]; more: (() => void) | undefined; isLoading: boolean } {
  const trpc = useTRPC();
  const further = useInfiniteQuery(
    trpc.runs.steps.infiniteQueryOptions(
      { id: run.run.id },
      {
        enabled: false,
        initialCursor: run.stepsAfter ?? null,
        getNextPageParam: (page) => page.after,
        staleTime: Number.POSITIVE_INFINITY,
      },
    ),
  );
  const all = useMemo(() => {
    if (further.data === undefined) return run.steps;
    const found = [...run.steps, ...further.data.pages.flatMap(({ steps }) => asShown(run.document, steps, run.run.error))];
    return [...new Map(found.map((step) => [`${step.path}:${step.attempt}`, step])).values()];
  }, [run, further.data]);
  const hasMore = run.hasMoreSteps && (further.data === undefined || further.hasNextPage);
  return { all, more: hasMore ? () => void further.fetchNextPage() : undefined, isLoading: further.isFetching };
}

function failuresFirst(steps: readonly StepView[]): StepView[] {
  // What a loop gave comes before the pages that it read.
  const place = (step: StepView): number => (step.status === 'failed' ? 0 : isPageStep(step.path) ? 2 : 1);
  return [...steps].sort((a, b) => place(a) - place(b));
}

function OneStep({ step, attempts }: { readonly step: StepView; readonly attempts: readonly StepView[] }) {
  return (
    <>
      <div className="step-line">
        <StatusPill state={step.status} />
        <span>{duration(time(step.finishedAt) - time(step.startedAt))}</span>
        {attempts.length > 1 && <span>attempt {step.attempt}</span>}
        {step.port !== undefined && step.port !== null && step.port !== 'next' && <Badge>went by {step.port}</Badge>}
      </div>
      {step.error !== undefined && step.error !== null && <StepError error={step.error} />}
      {step.input !== undefined && step.input !== null && (
        <Part title="Input">
          <DataView value={step.input} label="Input" />
        </Part>
      )}
      {step.status !== 'failed' && step.status !== 'skipped' && (
        <Part title="Output">
          <DataView value={step.output} label="Output" />
        </Part>
      )}
      {step.console !== undefined && (
        <Part title="Console">
          <ConsoleLines lines={step.console} />
        </Part>
      )}
      {attempts.length > 1 && (
        <Part title="Attempts">
          {attempts.map((one) => (
            <div key={one.attempt} className="attempt">
              <span>{one.attempt}</span>
              <StatusPill state={one.status} isQuiet />
              <span>{one.error?.message}</span>
              <span>{duration(time(one.finishedAt) - time(one.startedAt))}</span>
            </div>
          ))}
        </Part>
      )}
      <Exchanges exchanges={step.exchanges ?? []} />
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** One sentence first, then what it means, then the other side's own words. */
export function StepError({ error }: { readonly error: NonNullable<StepView['error']> }) {
  return (
    <>
      <div className="step-error" role="alert">
        <p>{error.message}</p>
        <div>
          <Badge tone="fail">{error.class}</Badge>
          <span>{ERROR_HINTS[error.class]}</span>
        </div>
      </div>
      {error.detail !== undefined && (
        <Part title="In its own words">
          <DataView value={error.detail} label="Details of the error" />
        </Part>
      )}
    </>
  );
}

/** The part of a recorded exchange that is drawn; whatever else is there is shown as data. */
interface Exchange {
  readonly method?: string;
  readonly url?: string;
  readonly status?: number;
  readonly durationMs?: number;
  readonly request?: unknown;
  readonly response?: unknown;
}

function Exchanges({ exchanges }: { readonly exchanges: readonly unknown[] }) {
  if (exchanges.length === 0) return null;
  return (
    <Part title={`HTTP, ${exchanges.length === 1 ? '1 call' : `${exchanges.length} calls`}`}>
      {exchanges.map((exchange, index) => (
        <ExchangeView key={index} exchange={exchange} />
      ))}
    </Part>
  );
}

function ExchangeView({ exchange }: { readonly exchange: unknown }) {
  // Written by the HTTP recorder; read with care, since older runs may hold older forms.
  const one = (typeof exchange === 'object' && exchange !== null ? exchange : {}) as Exchange & {
    readonly request?: { method?: string; url?: string };
    readonly response?: { status?: number };
  };
  const status = one.status ?? one.response?.status;
  return (
    <details className="exchange">
      <summary>
        <code>{one.method ?? one.request?.method ?? 'HTTP'}</code>
        <span className="exchange-url">{one.url ?? one.request?.url ?? ''}</span>
        {status !== undefined && <Badge tone={status >= 400 ? 'fail' : 'ok'}>{status}</Badge>}
        {one.durationMs !== undefined && <span>{duration(one.durationMs)}</span>}
      </summary>
      <DataView value={exchange} label="Exchange" />
    </details>
  );
}
