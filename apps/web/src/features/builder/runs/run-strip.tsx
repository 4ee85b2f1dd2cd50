'use client';
/** Over the canvas while a run is laid over it: how it stands, in one line. */
import { duration } from '@weft/ui';
import Link from 'next/link';
import type { RunDetail } from '../state/api-types.ts';
import { RunStatus } from './run-status.tsx';
import { runSentence } from './run-sentence.ts';

export function RunStrip({ run }: { readonly run: RunDetail }) {
  return (
    <div className="run-strip" role="status" data-testid="run-status" data-status={run.run.status}>
      <RunStatus status={run.run.status} />
      <span className="run-strip-words">{runSentence(run)}</span>
      {run.run.durationMs !== null && run.run.durationMs !== undefined && (
        <span className="field-hint">{duration(run.run.durationMs)}</span>
      )}
      <Link className="account-link" href={`/runs/${run.run.id}`}>
        Open run
      </Link>
    </div>
  );
}
