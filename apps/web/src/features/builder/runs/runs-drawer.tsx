'use client';
/** The last runs of this workflow under the canvas; choosing one lays it over the nodes. */
import { useQuery } from '@tanstack/react-query';
import { Button, RelativeTime, Select, duration } from '@weft/ui';
import { ChevronDown, ChevronUp, ListTree, X } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import type { RunSummary } from '../state/api-types.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { RunStatus } from './run-status.tsx';
import { useUrlState } from '../state/url-state.ts';

const TONES: Readonly<Record<string, string>> = {
  succeeded: 'ok',
  failed: 'fail',
  running: 'run',
  waiting: 'warn',
  queued: 'idle',
  skipped: 'idle',
  cancelled: 'idle',
};

export function RunsDrawer() {
  const { workflowId, samples } = useBuilder();
  const trpc = useTRPC();
  const url = useUrlState();
  const [isOpen, setOpen] = useState(false);
  const query = useQuery(
    trpc.runs.list.queryOptions({ workflowId, limit: 25 }, { refetchInterval: isOpen || url.run !== undefined ? 1500 : 6000 }),
  );
  const runs = query.data?.runs ?? [];
  const failed = runs.filter((run) => run.status === 'failed').length;
  return (
    <section className="drawer" aria-label="Runs" data-open={isOpen || undefined}>
      <div className="drawer-bar">
        <button type="button" className="drawer-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} data-testid="runs-drawer">
          <ListTree size={14} aria-hidden />
          Runs
          <RunBars runs={runs} />
          {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronUp size={14} aria-hidden />}
        </button>
        {failed > 0 && <span className="drawer-failed">{failed === 1 ? '1 failed' : `${failed} failed`}</span>}
        {runs.length === 0 && !query.isPending && <span className="field-hint">No runs yet</span>}
        {url.run !== undefined && (
          <Button size="small" variant="ghost" icon={<X aria-hidden />} onClick={() => url.set({ run: undefined, tab: undefined })}>
            Back to the draft
          </Button>
        )}
        <span className="drawer-sample">
          Sample
          <Select
            size="dense"
            aria-label="Sample shown under the fields"
            className="drawer-select"
            value={samples.chosen}
            options={samples.choices.map((choice) => ({ value: choice.id, label: choice.label }))}
            onValueChange={samples.choose}
          />
        </span>
      </div>
      {isOpen && (
        <div className="drawer-rows">
          {runs.map((run) => (
            <RunRow key={run.id} run={run} isChosen={run.id === url.run} onChoose={() => url.set({ run: run.id, tab: 'data' })} />
          ))}
          {runs.length === 0 && <p className="data-nothing">Run it with a sample, or enable it, and runs appear here.</p>}
        </div>
      )}
    </section>
  );
}

function RunBars({ runs }: { readonly runs: readonly RunSummary[] }) {
  const slowest = Math.max(1, ...runs.map((run) => run.durationMs ?? 0));
  return (
    <span className="run-bars" aria-hidden>
      {runs
        .slice(0, 18)
        .toReversed()
        .map((run) => (
          <i
            key={run.id}
            data-tone={TONES[run.status] ?? 'idle'}
            style={{ height: 5 + Math.round((9 * (run.durationMs ?? 0)) / slowest) }}
          />
        ))}
    </span>
  );
}

function RunRow({ run, isChosen, onChoose }: { readonly run: RunSummary; readonly isChosen: boolean; onChoose(): void }) {
  return (
    <div className="drawer-row" data-chosen={isChosen || undefined}>
      <button type="button" className="drawer-choose" onClick={onChoose} aria-pressed={isChosen}>
        <RunStatus status={run.status} isQuiet />
        <span className="drawer-key">{run.businessKey ?? run.reason ?? run.error?.message ?? 'No business key'}</span>
        <span className="field-hint">{run.version === null ? 'draft' : `v${run.version}`}</span>
        <span className="field-hint">{run.durationMs === null || run.durationMs === undefined ? '' : duration(run.durationMs)}</span>
        <RelativeTime at={run.createdAt} className="field-hint" />
      </button>
      <Link href={`/runs/${run.id}`} className="account-link">
        Open
      </Link>
    </div>
  );
}
