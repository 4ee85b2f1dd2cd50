import { Check, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '@weft/ui';
import { STEPS } from './answers.ts';
import type { Step } from './answers.ts';

interface StepListProps {
  titles: Readonly<Record<Step, string>>;
  notes: Readonly<Record<Step, string>>;
  /** Steps that keep one from going past them. */
  blocked: Readonly<Record<Step, boolean>>;
  /** Steps at which something is wrong that can be put right later. */
  warned: Readonly<Partial<Record<Step, boolean>>>;
  current: Step;
  onStep: (step: Step) => void;
}

/** How far the installation is; each step that can be reached can be gone to. */
export function StepList({ titles, notes, blocked, warned, current, onStep }: StepListProps): ReactNode {
  const at = STEPS.indexOf(current);
  const firstBlocked = STEPS.findIndex((step) => blocked[step]);
  return (
    <nav aria-label="Steps" className="w-[264px] shrink-0 border-r border-border bg-surface-2 px-6 py-6">
      <ol>
        {STEPS.map((step, index) => {
          const isWarned = warned[step] === true && step !== current;
          const isDone = index < at && !blocked[step] && !isWarned;
          const isHere = step === current;
          const isReachable = firstBlocked === -1 || index <= firstBlocked;
          return (
            <li key={step} className="relative pb-6 last:pb-0">
              {index < STEPS.length - 1 ? (
                <span
                  aria-hidden
                  className={classNames('absolute bottom-0 left-[11px] top-[26px] w-px', isDone ? 'bg-ok-solid' : 'bg-border-strong')}
                />
              ) : null}
              <button
                type="button"
                aria-current={isHere ? 'step' : undefined}
                disabled={!isReachable}
                onClick={() => onStep(step)}
                className="flex w-full items-start gap-2.5 rounded-chip text-left"
              >
                <span
                  aria-hidden
                  className={classNames(
                    'flex size-[22px] shrink-0 items-center justify-center rounded-full text-hint font-semibold',
                    isHere
                      ? 'bg-accent text-on-accent shadow-[0_0_0_4px_var(--ring)]'
                      : isWarned
                        ? 'border border-warn-line bg-warn-tint text-warn'
                        : isDone
                          ? 'bg-ok-solid text-white'
                          : 'border border-border-control text-text-2',
                  )}
                >
                  {isWarned ? (
                    <TriangleAlert className="size-3.5" />
                  ) : isDone ? (
                    <Check className="size-3.5" strokeWidth={2.6} />
                  ) : (
                    index + 1
                  )}
                </span>
                <span className="min-w-0">
                  <span className={classNames('block text-node', !isHere && !isDone && 'text-text-2')}>{titles[step]}</span>
                  <span className={classNames('block text-help', isWarned ? 'text-warn' : 'text-text-3')}>{notes[step]}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
