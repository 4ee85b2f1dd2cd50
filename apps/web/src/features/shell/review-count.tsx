'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTRPC } from '../../trpc/client.tsx';

const LOOK_MS = 10_000;

/** How many questions wait that the reader may decide; nothing when none does. */
export function ReviewCount({ isNarrow }: { isNarrow: boolean }): ReactNode {
  const trpc = useTRPC();
  const count = useQuery({ ...trpc.reviews.count.queryOptions(), refetchInterval: LOOK_MS });
  const open = count.data?.open ?? 0;
  if (open === 0) return null;
  const words = `${open} to decide`;
  if (isNarrow)
    return (
      <span className="absolute right-1 top-1 size-2 rounded-full bg-review-solid" data-testid="review-count">
        <span className="sr-only">, {words}</span>
      </span>
    );
  return (
    <span
      className="ml-auto rounded-pill bg-review-tint px-1.5 text-hint font-medium leading-5 tabular-nums text-review"
      data-testid="review-count"
    >
      {open > 99 ? '99+' : open}
      <span className="sr-only"> to decide</span>
    </span>
  );
}
