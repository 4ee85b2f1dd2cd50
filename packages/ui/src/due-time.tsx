'use client';

import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { dueTime, exactTime } from './time.ts';

/** A moment to come, such as a deadline, by the reader's clock; the exact one, in UTC, on hover. */
export function DueTime({ at, className }: { at: string | number; className?: string }): ReactNode {
  // The reader's zone is only known in the browser.
  const [now, setNow] = useState<number | undefined>(undefined);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  const moment = new Date(at);
  return (
    <time dateTime={moment.toISOString()} title={exactTime(moment)} className={className}>
      {now === undefined ? '…' : dueTime(moment.getTime(), now)}
    </time>
  );
}
