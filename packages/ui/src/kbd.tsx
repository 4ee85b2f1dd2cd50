import type { ReactNode } from 'react';

/** A key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }): ReactNode {
  return (
    <kbd className="inline-flex h-[18px] items-center rounded-[4px] border border-border-strong bg-surface px-1 font-sans text-hint font-medium text-text-3">
      {children}
    </kbd>
  );
}
