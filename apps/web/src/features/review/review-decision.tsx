'use client';

import { Check, ExternalLink, ListTree } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode, RefObject } from 'react';
import { Badge, Button, DueTime, ErrorNote, Kbd, RelativeTime, Textarea, classNames } from '@weft/ui';
import { ReviewFacts } from './review-facts.tsx';
import type { Review } from './review-types.ts';
import { aboutOf, endOf, whoDecides } from './review-words.ts';

/** What somebody is about to decide. */
export interface Draft {
  readonly choice: string | undefined;
  readonly comment: string;
}

interface ReviewDecisionProps {
  readonly review: Review;
  readonly draft: Draft;
  readonly isBusy: boolean;
  /** Why the last decision was not taken. */
  readonly problem: string | undefined;
  readonly commentField: RefObject<HTMLTextAreaElement | null>;
  onChange(draft: Draft): void;
  onDecide(): void;
}

/** One question, at the right: what it is about, the choices, and the act. */
export function ReviewDecision({ review, draft, isBusy, problem, commentField, onChange, onDecide }: ReviewDecisionProps): ReactNode {
  const isOpen = review.status === 'open';
  const chosen = review.choices.find(({ port }) => port === draft.choice);
  return (
    <article aria-label={review.subject || 'A decision'} className="flex h-full min-w-0 flex-col" data-testid="review-decision">
      <div className="min-h-0 flex-1 overflow-y-auto px-7 pb-6 pt-5">
        <header className="flex items-start justify-between gap-6">
          <div className="min-w-0">
            <h2 className="text-title [overflow-wrap:anywhere]">{review.subject || 'A decision'}</h2>
            <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-text-2">
              <span className="[overflow-wrap:anywhere]">{aboutOf(review)}</span>
              <span aria-hidden>·</span>
              <span>
                asked <RelativeTime at={review.askedAt} />
              </span>
              {isOpen && review.dueAt !== null ? (
                <Badge tone="warn">
                  until <DueTime at={review.dueAt} />
                </Badge>
              ) : null}
              {isOpen ? <Badge tone="review">for {whoDecides(review.role)}</Badge> : null}
            </p>
          </div>
          <div className="flex shrink-0 items-center gap-2">
            <Button size="small" asChild>
              <Link href={`/runs/${review.runId}?node=${review.nodeId}`}>
                <ListTree aria-hidden /> Run
              </Link>
            </Button>
            <Button size="small" asChild>
              <Link href={`/workflows/${review.workflowId}`}>
                <ExternalLink aria-hidden /> Workflow
              </Link>
            </Button>
          </div>
        </header>
        {problem ? <ErrorNote className="mt-4" message={problem} /> : null}
        <ReviewFacts facts={review.facts} />
        {review.details.trim() === '' ? null : (
          <section className="mt-5">
            <h3 className="text-section">Details</h3>
            <p className="mt-1.5 max-w-[72ch] whitespace-pre-wrap text-text-2 [overflow-wrap:anywhere]">{review.details}</p>
          </section>
        )}
        {isOpen ? <Choices review={review} draft={draft} commentField={commentField} onChange={onChange} /> : <Ended review={review} />}
      </div>
      {isOpen ? (
        <footer className="flex shrink-0 items-center justify-between gap-6 border-t border-border px-7 py-3">
          <p className="text-help text-text-3">
            {review.mayDecide
              ? chosen
                ? 'The run goes on at once, and your name is kept with the decision.'
                : 'Choose what the run does next.'
              : `Only ${whoDecides(review.role)} may decide this.`}
          </p>
          <Button variant="primary" isBusy={isBusy} disabled={!chosen || !review.mayDecide} onClick={onDecide} data-testid="review-decide">
            {chosen ? `Decide: ${chosen.label}` : 'Decide'} <EnterKey />
          </Button>
        </footer>
      ) : null}
    </article>
  );
}

function EnterKey(): ReactNode {
  return <kbd className="ml-1.5 rounded-[4px] border border-current px-1 font-sans text-hint font-medium opacity-80">Enter</kbd>;
}

function Choices({
  review,
  draft,
  commentField,
  onChange,
}: Pick<ReviewDecisionProps, 'review' | 'draft' | 'commentField' | 'onChange'>): ReactNode {
  return (
    <>
      <fieldset className="mt-6" disabled={!review.mayDecide}>
        <legend className="text-section">Decision</legend>
        <div className="mt-2 flex max-w-[560px] flex-col gap-2">
          {review.choices.map((choice, index) => (
            <Choice
              key={choice.port}
              label={choice.label}
              number={index + 1}
              isChosen={choice.port === draft.choice}
              isAllowed={review.mayDecide}
              onChoose={() => onChange({ ...draft, choice: choice.port })}
            />
          ))}
        </div>
      </fieldset>
      {review.comment === 'none' ? null : (
        <label className="mt-5 block max-w-[560px]">
          <span className="text-section">
            Comment <span className="text-hint font-normal text-text-3">{review.comment === 'required' ? 'needed' : 'if you like'}</span>
          </span>
          <Textarea
            ref={commentField}
            aria-label="Comment"
            className="mt-2"
            disabled={!review.mayDecide}
            maxLength={10_000}
            value={draft.comment}
            placeholder="Why"
            onChange={(event) => onChange({ ...draft, comment: event.currentTarget.value })}
          />
        </label>
      )}
    </>
  );
}

function Choice({
  label,
  number,
  isChosen,
  isAllowed,
  onChoose,
}: {
  readonly label: string;
  readonly number: number;
  readonly isChosen: boolean;
  readonly isAllowed: boolean;
  onChoose(): void;
}): ReactNode {
  return (
    <label
      className={classNames(
        'flex items-center gap-3 rounded-small border px-3 py-2.5 transition-colors duration-[80ms]',
        isChosen ? 'border-accent bg-accent-tint' : 'border-border-strong bg-surface',
        isAllowed ? 'cursor-pointer hover:border-border-control' : 'opacity-60',
      )}
    >
      <input
        type="radio"
        name="choice"
        className="size-4 shrink-0 appearance-none rounded-full border border-border-control bg-surface checked:border-[5px] checked:border-accent"
        checked={isChosen}
        onChange={onChoose}
        data-testid={`choice-${number}`}
      />
      <span className="min-w-0 flex-1 font-medium [overflow-wrap:anywhere]">{label}</span>
      <Kbd>{number}</Kbd>
    </label>
  );
}

function Ended({ review }: { readonly review: Review }): ReactNode {
  return (
    <section className="mt-6 max-w-[560px] rounded-small border border-border bg-surface-2 px-4 py-3" data-testid="review-ended">
      <p className="flex items-center gap-2 text-node">
        {review.decision ? <Check aria-hidden className="size-4 text-ok" strokeWidth={2.2} /> : null}
        {endOf(review)}
      </p>
      {review.decision ? (
        <p className="mt-1 text-help text-text-2">
          <RelativeTime at={review.decision.at} />
          {review.decision.comment === null ? null : (
            <span className="mt-1 block whitespace-pre-wrap [overflow-wrap:anywhere]">“{review.decision.comment}”</span>
          )}
        </p>
      ) : null}
    </section>
  );
}
