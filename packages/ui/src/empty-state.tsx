'use client';

import { CircleAlert, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';

/** An empty place: says what belongs here and offers the next act. */
export function EmptyState({
  picture,
  title,
  children,
  action,
}: {
  picture?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}): ReactNode {
  return (
    <div className="mx-auto flex max-w-[480px] flex-col items-center px-6 py-14 text-center">
      {picture ? <div className="mb-5 text-text-3">{picture}</div> : null}
      <h2 className="text-title">{title}</h2>
      {children ? <div className="mt-1.5 text-lead text-text-2">{children}</div> : null}
      {action ? <div className="mt-5 flex items-center gap-2">{action}</div> : null}
    </div>
  );
}

/** A grey stand-in with the size of what is being fetched. */
export function Skeleton({ className }: { className?: string }): ReactNode {
  return <span aria-hidden className={classNames('block h-4 animate-breathe rounded-chip bg-idle-tint', className)} />;
}

/** What went wrong. */
export interface ErrorNoteProps {
  /** One sentence: what happened, why, what to do next. */
  message: string;
  /** Located findings. */
  issues?: readonly { readonly path: string; readonly message: string }[] | undefined;
  onRetry?: () => void;
  /** Other buttons. */
  action?: ReactNode;
  className?: string;
}

/** An error in words, with what can be done about it. */
export function ErrorNote({ message, issues, onRetry, action, className }: ErrorNoteProps): ReactNode {
  return (
    <div
      role="alert"
      className={classNames('rounded-small border border-fail-line bg-fail-tint px-3 py-2.5 text-body text-fail', className)}
    >
      <div className="flex items-start gap-2">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.8} />
        <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">{message}</p>
        {action}
        {onRetry ? (
          <Button size="small" icon={<RotateCcw aria-hidden />} onClick={onRetry}>
            Try again
          </Button>
        ) : null}
      </div>
      {issues && issues.length > 0 ? (
        <ul className="mt-2 flex flex-col gap-1 pl-6 text-help">
          {issues.map((issue) => (
            <li key={`${issue.path}:${issue.message}`} className="[overflow-wrap:anywhere]">
              {issue.path ? <code className="mr-1.5 text-code">{issue.path}</code> : null}
              {issue.message}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
