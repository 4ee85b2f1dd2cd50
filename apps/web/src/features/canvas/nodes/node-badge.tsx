'use client';
/** Status on a node's corner and the time beside it; in the editor, the mark of a finding. */
import { AlertCircle, AlertTriangle, Check, Clock, LoaderCircle, Minus, RotateCw, UserRound, X } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { DueTime, duration } from '@weft/ui';
import { useEffect, useState } from 'react';
import type { NodeMark } from '../flow-model.ts';
import type { NodeRun, NodeRunStatus, NodeWait } from '../run-overlay.ts';

const BADGES = {
  succeeded: { icon: Check, word: 'succeeded' },
  failed: { icon: X, word: 'failed' },
  running: { icon: LoaderCircle, word: 'running' },
  retrying: { icon: RotateCw, word: 'retrying' },
  waiting: { icon: Clock, word: 'waiting' },
  skipped: { icon: Minus, word: 'skipped' },
  notReached: { icon: undefined, word: 'not reached' },
} as const satisfies Record<NodeRunStatus, { icon: LucideIcon | undefined; word: string }>;

export function RunBadge({ run }: { readonly run: NodeRun }) {
  const isForPerson = run.wait?.kind === 'review';
  const { icon: Icon, word } = isForPerson ? { icon: UserRound, word: 'waiting for a person' } : BADGES[run.status];
  return (
    <>
      {Icon !== undefined && run.status !== 'skipped' && (
        <span className="badge" data-status={isForPerson ? 'review' : run.status} role="img" aria-label={word}>
          <Icon size={12} strokeWidth={2.5} aria-hidden />
        </span>
      )}
      <span className="node-time" data-status={run.status}>
        <RunTime run={run} word={word} />
      </span>
    </>
  );
}

const WAIT_WORDS: Readonly<Record<NodeWait['kind'], string>> = {
  timer: 'waiting',
  event: 'for its call back',
  review: 'for a decision',
  child: 'for its run',
};

/** What is waited for; short, since nodes stand side by side. Until when the others wait at most stands in the panel. */
function WaitTime({ wait, count }: { readonly wait: NodeWait; readonly count: number | undefined }) {
  return (
    <>
      {wait.kind === 'timer' && wait.until !== undefined ? <DueTime at={wait.until} /> : WAIT_WORDS[wait.kind]}
      {count !== undefined && count > 1 && ` · ${count} items`}
    </>
  );
}

function RunTime({ run, word }: { readonly run: NodeRun; readonly word: string }) {
  if (run.wait !== undefined) return <WaitTime wait={run.wait} count={run.count} />;
  if (run.status === 'skipped' || run.status === 'notReached' || run.status === 'waiting') return word;
  const many = run.count !== undefined && run.count > 1 ? `${run.count}×` : undefined;
  const failed = run.failedCount === undefined || run.failedCount === 0 ? undefined : `${run.failedCount} failed`;
  const tries = run.attempts !== undefined && run.attempts > 1 ? `${run.attempts} attempts` : undefined;
  const time =
    run.status === 'running' && run.startedAt !== undefined ? (
      <Elapsed since={run.startedAt} />
    ) : run.durationMs === undefined ? undefined : (
      duration(run.durationMs)
    );
  return (
    <>
      {time}
      {[many, failed, tries].filter((part) => part !== undefined).map((part) => ` · ${part}`)}
    </>
  );
}

/** Time that counts up while something runs. */
function Elapsed({ since }: { readonly since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, []);
  return duration(Math.max(0, now - since));
}

export function MarkBadge({ mark }: { readonly mark: NodeMark }) {
  const Icon = mark.level === 'error' ? AlertCircle : AlertTriangle;
  return (
    <span
      className="badge badge-mark"
      data-level={mark.level}
      role="img"
      aria-label={`${mark.level}: ${mark.message}`}
      title={mark.message}
    >
      <Icon size={12} strokeWidth={2} aria-hidden />
    </span>
  );
}
