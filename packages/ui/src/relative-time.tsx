'use client';

import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { exactTime, relativeTime } from './time.ts';

/** A moment, told relative to now; the exact one, in UTC, on hover. */
export function RelativeTime({ at, className }: { at: string | number | Date | null | undefined; className?: string }): ReactNode {
  const [now, setNow] = useState<number | undefined>(undefined);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  if (at === null || at === undefined) return null;
  const moment = new Date(at);
  return (
    <time dateTime={moment.toISOString()} title={exactTime(moment)} className={className} suppressHydrationWarning>
      {relativeTime(moment.getTime(), now ?? moment.getTime())}
    </time>
  );
}
