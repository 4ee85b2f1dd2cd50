import {
  Ban,
  CircleCheck,
  CircleHelp,
  CircleMinus,
  CircleX,
  Clock,
  Hourglass,
  LoaderCircle,
  OctagonAlert,
  TriangleAlert,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** What a run, a step or a connection can be in. */
export type StatusState =
  | 'succeeded'
  | 'running'
  | 'waiting'
  | 'retrying'
  | 'failed'
  | 'skipped'
  | 'queued'
  | 'cancelled'
  | 'uncertain'
  | 'quarantined';

/** The six families of colour; each state also has its own icon and word, since colour alone tells nothing. */
export type Tone = 'ok' | 'run' | 'warn' | 'fail' | 'review' | 'idle' | 'accent';

/** Word, icon and tone of each state. */
export const STATUS = {
  succeeded: { word: 'Succeeded', icon: CircleCheck, tone: 'ok' },
  running: { word: 'Running', icon: LoaderCircle, tone: 'run' },
  waiting: { word: 'Waiting', icon: Hourglass, tone: 'warn' },
  retrying: { word: 'Retrying', icon: TriangleAlert, tone: 'warn' },
  failed: { word: 'Failed', icon: CircleX, tone: 'fail' },
  /** A write was sent and nobody saw its outcome. */
  uncertain: { word: 'Uncertain', icon: CircleHelp, tone: 'fail' },
  /** Its worker ended again and again; it is kept aside. */
  quarantined: { word: 'Set aside', icon: OctagonAlert, tone: 'fail' },
  skipped: { word: 'Skipped', icon: CircleMinus, tone: 'idle' },
  queued: { word: 'Queued', icon: Clock, tone: 'idle' },
  cancelled: { word: 'Cancelled', icon: Ban, tone: 'idle' },
} as const satisfies Record<StatusState, { word: string; icon: LucideIcon; tone: Tone }>;

/** The state that a stored word names; a word of a newer version is shown as queued rather than not at all. */
export function statusState(word: string): StatusState {
  return Object.hasOwn(STATUS, word) ? (word as StatusState) : 'queued';
}

const TEXT = {
  ok: 'text-ok',
  run: 'text-run',
  warn: 'text-warn',
  fail: 'text-fail',
  review: 'text-review',
  idle: 'text-idle',
  accent: 'text-accent-text',
} as const satisfies Record<Tone, string>;
const TINT = {
  ok: 'bg-ok-tint text-ok',
  run: 'bg-run-tint text-run',
  warn: 'bg-warn-tint text-warn',
  fail: 'bg-fail-tint text-fail',
  review: 'bg-review-tint text-review',
  idle: 'bg-idle-tint text-text-2',
  accent: 'bg-accent-tint text-accent-text',
} as const satisfies Record<Tone, string>;

/** A state as icon and word. `isQuiet` leaves the fill out, for rows of a table. */
export function StatusPill({
  state,
  word,
  isQuiet = false,
  className,
}: {
  state: StatusState;
  word?: string;
  isQuiet?: boolean;
  className?: string;
}): ReactNode {
  const { icon: Icon, tone, word: usual } = STATUS[state];
  return (
    <span
      data-state={state}
      className={classNames(
        'inline-flex h-5 items-center gap-1.5 whitespace-nowrap rounded-pill align-middle text-help font-medium',
        isQuiet ? TEXT[tone] : `px-1.5 ${TINT[tone]}`,
        className,
      )}
    >
      <Icon aria-hidden className={classNames('size-3.5 shrink-0', state === 'running' && 'animate-turn')} strokeWidth={1.8} />
      {word ?? usual}
    </span>
  );
}

/** A short word on a tinted ground. */
export function Badge({ tone = 'idle', children, className }: { tone?: Tone; children: ReactNode; className?: string }): ReactNode {
  return (
    <span
      className={classNames(
        'inline-flex h-5 items-center gap-1 whitespace-nowrap rounded-pill px-1.5 text-hint font-medium tabular-nums',
        TINT[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
