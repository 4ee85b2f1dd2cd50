'use client';

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UserCheck } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, EmptyState, ErrorNote, Skeleton, classNames, toast } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { ReviewDecision } from './review-decision.tsx';
import type { Draft } from './review-decision.tsx';
import { ReviewList } from './review-list.tsx';
import type { Review, ReviewStatus } from './review-types.ts';
import { neighbourOf, stepFrom } from './review-words.ts';
import { useReviewKeys } from './use-review-keys.ts';

const LIVE_MS = 4000;
const EMPTY: Draft = { choice: undefined, comment: '' };

/** The inbox: questions at the left, the decision at the right. */
export function ReviewPage(): ReactNode {
  const { status, reviews, shown, error, isPending, choose, setStatus, refetch } = useInbox();
  const { draft, change, decide, isBusy, problem } = useDecision(shown, reviews, choose);
  const commentField = useRef<HTMLTextAreaElement>(null);
  const ids = useMemo(() => reviews.map(({ id }) => id), [reviews]);
  useReviewKeys(
    useMemo(
      () => ({
        onMove: (by) => choose(stepFrom(ids, shown?.id, by)),
        onChoose: (index) => {
          const choice = shown?.status === 'open' && shown.mayDecide ? shown.choices[index] : undefined;
          if (choice) change({ ...draft, choice: choice.port });
        },
        onDecide: decide,
        onComment: () => commentField.current?.focus(),
      }),
      [ids, shown, draft, change, choose, decide],
    ),
  );
  return (
    <div className="flex h-full">
      <section aria-label="Inbox" className="flex w-[326px] shrink-0 flex-col border-r border-border bg-surface-2">
        <header className="flex shrink-0 items-center justify-between gap-3 px-4 py-3">
          <h1 className="text-title">Review</h1>
          <StatusSwitch status={status} onChange={setStatus} />
        </header>
        {error ? <ErrorNote className="mx-3 mb-3" message={errorMessage(error)} onRetry={refetch} /> : null}
        {isPending ? <ListSkeleton /> : null}
        <ReviewList reviews={reviews} chosen={shown?.id} status={status} onChoose={choose} />
      </section>
      <div className="min-w-0 flex-1">
        {shown ? (
          <ReviewDecision
            key={shown.id}
            review={shown}
            draft={draft}
            isBusy={isBusy}
            problem={problem}
            commentField={commentField}
            onChange={change}
            onDecide={decide}
          />
        ) : isPending || error ? null : (
          <div className="flex h-full items-center">
            <Nothing status={status} />
          </div>
        )}
      </div>
    </div>
  );
}

/** The list, live, and the question that is open in it: the one in the address, else the first. */
function useInbox() {
  const trpc = useTRPC();
  const router = useRouter();
  const params = useSearchParams();
  const status: ReviewStatus = params.get('show') === 'done' ? 'done' : 'open';
  const list = useQuery({
    ...trpc.reviews.list.queryOptions({ status }),
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });
  const reviews = list.data?.reviews ?? [];
  const [id, runId, step] = [params.get('id'), params.get('run'), params.get('step')];
  const listed = reviews.find((review) => (id === null ? review.runId === runId && review.path === step : review.id === id));
  // A link leads to a question that is decided by now, or stands on a later page: it is shown all the same.
  const isElsewhere = list.data !== undefined && listed === undefined && (id !== null || (runId !== null && step !== null));
  const linked = useQuery({
    ...trpc.reviews.get.queryOptions(id === null ? { runId: runId ?? '', path: step ?? '' } : { id }),
    enabled: isElsewhere,
    retry: false,
  });
  const shown = listed ?? (isElsewhere ? linked.data : reviews[0]);
  return {
    status,
    reviews,
    shown,
    error: list.error ?? (isElsewhere ? linked.error : null),
    isPending: list.isPending || (isElsewhere && linked.isPending),
    refetch: () => void list.refetch(),
    choose: useStable((next: string | undefined) => {
      if (next !== undefined) router.replace(`/review?${status === 'done' ? 'show=done&' : ''}id=${next}`, { scroll: false });
    }),
    setStatus: (next: ReviewStatus) => router.replace(next === 'done' ? '/review?show=done' : '/review', { scroll: false }),
  };
}

/** A function that stays the same while what it does may change. */
function useStable<Arguments extends readonly unknown[]>(act: (...given: Arguments) => void): (...given: Arguments) => void {
  const latest = useRef(act);
  latest.current = act;
  return useRef((...given: Arguments) => latest.current(...given)).current;
}

/** What is about to be decided, per question, and the deed. */
function useDecision(shown: Review | undefined, reviews: readonly Review[], choose: (id: string | undefined) => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const [problem, setProblem] = useState<{ readonly id: string; readonly message: string }>();
  const answer = useMutation(trpc.reviews.answer.mutationOptions());
  const draft = (shown && drafts[shown.id]) ?? EMPTY;
  const refresh = () => queries.invalidateQueries({ queryKey: trpc.reviews.pathKey() });
  return {
    draft,
    isBusy: answer.isPending,
    problem: shown && problem?.id === shown.id ? problem.message : undefined,
    change: useStable((next: Draft) => {
      if (shown) setDrafts((current) => ({ ...current, [shown.id]: next }));
    }),
    decide: useStable(() => {
      const choice = shown?.choices.find(({ port }) => port === draft.choice);
      if (!shown || !choice || shown.status !== 'open' || !shown.mayDecide || answer.isPending) return;
      const comment = draft.comment.trim();
      const next = neighbourOf(
        reviews.map(({ id }) => id),
        shown.id,
      );
      answer.mutate(
        { id: shown.id, choice: choice.port, ...(comment === '' ? {} : { comment }) },
        {
          onSuccess: () => {
            setProblem(undefined);
            toast.success(`Decided: ${choice.label}`);
            choose(next);
            void refresh();
          },
          onError: (error) => {
            setProblem({ id: shown.id, message: errorMessage(error) });
            void refresh();
          },
        },
      );
    }),
  };
}

function StatusSwitch({ status, onChange }: { readonly status: ReviewStatus; onChange(status: ReviewStatus): void }): ReactNode {
  const trpc = useTRPC();
  const count = useQuery({ ...trpc.reviews.count.queryOptions(), refetchInterval: LIVE_MS });
  return (
    <div role="group" aria-label="Which questions" className="flex rounded-button bg-hover p-0.5">
      {(['open', 'done'] as const).map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === status}
          data-testid={`reviews-${one}`}
          onClick={() => onChange(one)}
          className={classNames(
            'h-6 rounded-chip px-2.5 text-help font-medium',
            one === status ? 'bg-surface text-text shadow-1' : 'text-text-2 hover:text-text',
          )}
        >
          {one === 'open' ? 'Open' : 'Done'}
          {one === 'open' && (count.data?.open ?? 0) > 0 ? (
            <span className="ml-1.5 tabular-nums text-text-3">{count.data?.open}</span>
          ) : null}
        </button>
      ))}
    </div>
  );
}

function ListSkeleton(): ReactNode {
  return (
    <div aria-busy className="flex flex-col gap-3 px-4 py-3">
      {[0, 1, 2].map((one) => (
        <Skeleton key={one} className="!h-12" />
      ))}
    </div>
  );
}

function Nothing({ status }: { readonly status: ReviewStatus }): ReactNode {
  return (
    <EmptyState
      picture={<UserCheck aria-hidden className="size-9" strokeWidth={1.4} />}
      title={status === 'open' ? 'Nothing waits for a decision' : 'Nothing was decided yet'}
      action={
        <Button asChild>
          <Link href="/workflows">Open workflows</Link>
        </Button>
      }
    >
      {status === 'open'
        ? 'A run that reaches a Review node asks its question here, and waits as long as it takes.'
        : 'Questions that were decided, or that nobody decided in time, stay here.'}
    </EmptyState>
  );
}
