'use client';
/** A field's label, its hint at the right, the dot that says whether it is mapped, and what is wrong with it. */
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

interface FieldRowProps {
  readonly label: string;
  readonly isRequired?: boolean | undefined;
  readonly hint?: ReactNode;
  readonly help?: string | undefined;
  readonly isMapped?: boolean | undefined;
  readonly problem?: { readonly level: 'error' | 'warning'; readonly message: string } | undefined;
  readonly children: ReactNode;
}

export function FieldRow({ label, isRequired, hint, help, isMapped, problem, children }: FieldRowProps) {
  return (
    <div className="field-row" role="group" aria-label={label}>
      <div className="field-head">
        <span className="field-dot" data-mapped={isMapped || undefined} aria-hidden />
        <span className="field-label" title={help}>
          {label}
          {isRequired === true && (
            <span className="field-star" aria-label="required">
              *
            </span>
          )}
        </span>
        {hint !== undefined && <span className="field-hint">{hint}</span>}
      </div>
      {children}
      {help !== undefined && <p className="field-help">{help}</p>}
      {problem !== undefined && (
        <p className="field-problem" data-level={problem.level} role="alert">
          <CircleAlert size={13} aria-hidden />
          <span>{problem.message}</span>
        </p>
      )}
    </div>
  );
}
