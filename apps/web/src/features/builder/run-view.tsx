'use client';
/** A run: the workflow as it ran, its steps in time, and what each node was given and gave. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, IconButton, RelativeTime, Skeleton, duration, toast } from '@weft/ui';
import { Ban, RotateCcw, Workflow, X } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useCallback, useMemo, useState } from 'react';
import type { ConnectorManifest } from '@weft/workflow';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { Canvas } from '../canvas/canvas.tsx';
import { placeMissing } from '../canvas/document/layout.ts';
import { find } from '../canvas/document/wiring.ts';
import './builder.css';
import { PanelFrame } from './panel/panel-frame.tsx';
import { PanelHeadView } from './panel/panel-head-view.tsx';
import { StepData, StepError } from './runs/step-data.tsx';
import { RunStatus } from './runs/run-status.tsx';
import { CannotOpen } from './cannot-open.tsx';
import { Timeline } from './runs/timeline.tsx';
import { isUnderWay, useRun } from './runs/use-run.ts';
import { runSentence } from './runs/run-sentence.ts';
import type { RunDetail } from './state/api-types.ts';
import { makeCatalog } from './state/catalog.ts';
import { useUrlState } from './state/url-state.ts';

const NO_MARKS = new Map<string, never>();

export function RunView({ runId }: { readonly runId: string }) {
  const trpc = useTRPC();
  const { run, overlay, error } = useRun(runId);
  const connectors = useQuery(trpc.catalog.connectors.queryOptions(undefined, { staleTime: 300_000 }));
  if (error !== null && run === undefined) return <CannotOpen error={error} what="run" list="/runs" />;
  if (run === undefined || connectors.data === undefined) return <Skeleton className="m-6 h-8 w-96" />;
  return <OpenRun run={run} overlay={overlay} manifests={connectors.data} />;
}

function OpenRun({
  run,
  overlay,
  manifests,
}: {
  readonly run: RunDetail;
  readonly overlay: ReturnType<typeof useRun>['overlay'];
  readonly manifests: readonly ConnectorManifest[];
}) {
  const url = useUrlState();
  const catalog = useMemo(() => makeCatalog(manifests), [manifests]);
  const document = usePlaced(run);
  const [isDismissed, setDismissed] = useState(false);
  /** Of a node that ran for several items, the step that is shown. */
  const [path, setPath] = useState<string>();
  // The node that failed is open from the start, until somebody closes it or chooses another.
  const chosen = url.node ?? (isDismissed || isUnderWay(run.run.status) ? undefined : (run.run.failedNode ?? undefined));
  const selection = useMemo(() => (chosen === undefined ? [] : [chosen]), [chosen]);
  const select = useCallback(
    (ids: readonly string[]) => {
      setDismissed(true);
      setPath(undefined);
      url.set({ node: ids.length === 1 ? ids[0] : undefined });
    },
    [url],
  );
  const reveal = useMemo(() => (chosen === undefined ? undefined : { id: chosen, at: 0 }), [chosen]);
  const node = chosen === undefined ? undefined : find(document, chosen);
  return (
    <div className="builder">
      <RunBar run={run} />
      <div className="builder-columns">
        <Timeline
          run={run}
          catalog={catalog}
          chosen={chosen}
          chosenPath={path}
          onChoose={(id, of) => {
            select([id]);
            setPath(of);
          }}
        />
        <div className="builder-middle">
          {run.run.status === 'failed' && run.run.error !== null && run.run.error !== undefined && node === undefined && (
            <div className="run-error">
              <StepError error={run.run.error} />
            </div>
          )}
          <Canvas
            document={document}
            catalog={catalog}
            isReadOnly
            selection={selection}
            marks={NO_MARKS}
            run={overlay}
            reveal={reveal}
            onSelect={select}
          />
        </div>
        {node !== undefined && (
          <PanelFrame label="Step" aside={undefined}>
            <PanelHeadView node={node} catalog={catalog}>
              <IconButton label="Close panel" onClick={() => select([])}>
                <X aria-hidden />
              </IconButton>
            </PanelHeadView>
            <div className="panel-scroll">
              <StepData key={node.id} run={run} nodeId={node.id} path={path} onPath={setPath} />
            </div>
          </PanelFrame>
        )}
      </div>
    </div>
  );
}

/** The document as it ran, placed; the same object while the document stays the same. */
function usePlaced(run: RunDetail) {
  const text = JSON.stringify(run.document);
  // Each look at the run brings an equal document as a new object.
  return useMemo(() => placeMissing(JSON.parse(text) as RunDetail['document']), [text]);
}

function RunBar({ run }: { readonly run: RunDetail }) {
  const { run: summary } = run;
  return (
    <header className="top-bar run-bar">
      <span data-testid="run-status" data-status={summary.status}>
        <RunStatus status={summary.status} />
      </span>
      <h1 className="run-title" title={runSentence(run)}>
        {summary.businessKey ?? summary.workflowName}
      </h1>
      <span className="state-words">
        {summary.businessKey === null ? '' : `${summary.workflowName} · `}
        {summary.version === null ? 'draft' : `v${summary.version}`} ·{' '}
        {summary.startedAt === null ? 'not started' : <RelativeTime at={summary.startedAt} />}
        {summary.durationMs !== null && summary.durationMs !== undefined && ` · ${duration(summary.durationMs)}`}
      </span>
      {run.calledBy !== null && (
        <Link className="account-link" href={`/runs/${run.calledBy.runId}?node=${run.calledBy.nodeId}`} data-testid="called-by">
          called by {run.calledBy.workflowName}
        </Link>
      )}
      {runSentence(run) === summary.businessKey ? null : (
        <span className="run-sentence" title={runSentence(run)}>
          {runSentence(run)}
        </span>
      )}
      <span className="top-gap" />
      <RunActions run={run} />
    </header>
  );
}

function RunActions({ run }: { readonly run: RunDetail }) {
  const trpc = useTRPC();
  const router = useRouter();
  const replay = useMutation(trpc.runs.replay.mutationOptions());
  const cancel = useMutation(trpc.runs.cancel.mutationOptions());
  const fail = (error: unknown) => toast.error(errorMessage(error));
  return (
    <>
      <Button asChild>
        <Link href={`/workflows/${run.run.workflowId}?run=${run.run.id}`}>
          <Workflow aria-hidden /> Open workflow
        </Link>
      </Button>
      {isUnderWay(run.run.status) ? (
        <Button
          variant="danger"
          icon={<Ban aria-hidden />}
          isBusy={cancel.isPending}
          onClick={() => cancel.mutate({ id: run.run.id }, { onError: fail })}
          data-testid="cancel-run"
        >
          Cancel run
        </Button>
      ) : (
        <Button
          variant="primary"
          icon={<RotateCcw aria-hidden />}
          isBusy={replay.isPending}
          onClick={() => replay.mutate({ id: run.run.id }, { onSuccess: ({ runId }) => router.push(`/runs/${runId}`), onError: fail })}
          data-testid="run-again"
        >
          Run again
        </Button>
      )}
    </>
  );
}
