import type { RouterOutputs } from '../../trpc/client.tsx';

/** One question, as the server tells it. */
export type Review = RouterOutputs['reviews']['list']['reviews'][number];
export type ReviewStatus = 'open' | 'done';
