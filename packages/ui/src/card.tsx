import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A bordered area. */
export function Card({ className, ...rest }: ComponentProps<'section'>): ReactNode {
  return <section className={classNames('overflow-hidden rounded-card border border-border bg-surface', className)} {...rest} />;
}

/** The top line of a card: a title, what stands beside it, and a link or button at the right. */
export function CardHeader({ title, aside, action }: { title: ReactNode; aside?: ReactNode; action?: ReactNode }): ReactNode {
  return (
    <header className="flex min-h-11 items-center gap-2.5 border-b border-border px-4 py-2">
      <h2 className="text-section">{title}</h2>
      {aside ? <span className="text-help text-text-3">{aside}</span> : null}
      {action ? <span className="ml-auto flex items-center gap-2">{action}</span> : null}
    </header>
  );
}
