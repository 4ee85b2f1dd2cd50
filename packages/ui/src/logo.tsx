import type { ReactNode } from 'react';

/** Weft's mark: two warp threads, two weft threads, over and under. */
export function Logo({ className }: { className?: string }): ReactNode {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={className ?? 'size-6'} fill="none" strokeLinecap="round" strokeWidth="3">
      <path d="M8 3v18M16 3v18" stroke="var(--text)" />
      <path d="M2.5 9H6M10.2 9H21.5M2.5 15H13.8M18.2 15h3.3" stroke="var(--accent)" />
    </svg>
  );
}
