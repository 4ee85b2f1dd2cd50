'use client';

import type { ReactNode } from 'react';
import { ErrorNote } from '@weft/ui';

/** A page that broke: says so inside the frame, which keeps working. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }): ReactNode {
  const id = error.digest ? ` It is logged as ${error.digest}.` : '';
  return <ErrorNote className="m-7" message={`This page could not be shown. Nothing was lost.${id}`} onRetry={reset} />;
}
