'use client';

import { CircleCheck, CircleMinus, UserCheck } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { DueTime, Kbd, RelativeTime, classNames } from '@weft/ui';
import type { Review, ReviewStatus } from './review-types.ts';
import { aboutOf, endOf } from './review-words.ts';

interface ReviewListProps {
  readonly reviews: readonly Review[];
  readonly chosen: string | undefined;
  readonly status: ReviewStatus;
  onChoose(id: string): void;
}

/** The questions, at the left. */
export function ReviewList({ reviews, chosen, status, onChoose }: ReviewListProps): ReactNode {
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // In braces: where scrolling gives a promise, React would take it for something to clean up with.
    void row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <>
      <ul aria-label="Questions" className="min-h-0 flex-1 overflow-y-auto border-t border-border">
        {reviews.map((review) => (
          <li key={review.id} className="border-b border-border">
            <button
              ref={review.id === chosen ? row : undefined}
              type="button"
              data-review-row
              data-testid={`review-${review.id}`}
              aria-current={review.id === chosen || undefined}
              onClick={() => onChoose(review.id)}
              className={classNames(
                'flex w-full items-start gap-2.5 border-l-[3px] py-2.5 pl-3 pr-3.5 text-left transition-colors duration-[80ms]',
                review.id === chosen ? 'border-accent bg-surface' : 'border-transparent hover:bg-hover',
              )}
            >
              <Mark review={review} />
              <span className="min-w-0 flex-1">
                <span className="flex items-baseline justify-between gap-3">
                  <span className="line-clamp-2 text-node [overflow-wrap:anywhere]">{review.subject || 'A decision'}</span>
                  <RelativeTime at={review.decision?.at ?? review.askedAt} className="shrink-0 text-hint text-text-3" />
                </span>
                <span className="block truncate text-help text-text-2">{aboutOf(review)}</span>
                <Line review={review} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {status === 'open' && reviews.length > 0 ? (
        <p className="flex shrink-0 items-center gap-3 border-t border-border px-4 py-2 text-hint text-text-3">
          <span className="flex items-center gap-1">
            <Kbd>J</Kbd> <Kbd>K</Kbd> move
          </span>
          <span className="flex items-center gap-1">
            <Kbd>1</Kbd> <Kbd>2</Kbd> choose
          </span>
          <span className="flex items-center gap-1">
            <Kbd>Enter</Kbd> decide
          </span>
        </p>
      ) : null}
    </>
  );
}

function Mark({ review }: { readonly review: Review }): ReactNode {
  const isOpen = review.status === 'open';
  const Icon = isOpen ? UserCheck : review.decision ? CircleCheck : CircleMinus;
  return (
    <span
      aria-hidden
      className={classNames(
        'mt-0.5 flex size-[26px] shrink-0 items-center justify-center rounded-chip',
        isOpen ? 'bg-review-tint text-review' : 'bg-idle-tint text-text-3',
      )}
    >
      <Icon className="size-4" strokeWidth={1.8} />
    </span>
  );
}

/** What matters next: by when, or how it ended. */
function Line({ review }: { readonly review: Review }): ReactNode {
  if (review.status !== 'open') return <span className="block truncate text-hint text-text-3">{endOf(review)}</span>;
  if (review.dueAt === null) return null;
  return (
    <span className="block truncate text-hint text-warn">
      until <DueTime at={review.dueAt} />
    </span>
  );
}
