'use client';

import { createContext, use, useId } from 'react';
import type { ReactNode } from 'react';
import { CircleAlert } from 'lucide-react';
import { classNames } from './class-names.ts';

interface FieldControl {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly labelId: string;
  readonly isInvalid: boolean;
  readonly isRequired: boolean;
}

const FieldContext = createContext<FieldControl | undefined>(undefined);

/** Attributes that tie a control to the {@link Field} around it; empty outside of one. */
export function useFieldControl(): {
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  'aria-required'?: true;
  'aria-labelledby'?: string;
} {
  const field = use(FieldContext);
  if (!field) return {};
  return {
    id: field.id,
    'aria-labelledby': field.labelId,
    ...(field.describedBy ? { 'aria-describedby': field.describedBy } : {}),
    ...(field.isInvalid ? { 'aria-invalid': true as const } : {}),
    ...(field.isRequired ? { 'aria-required': true as const } : {}),
  };
}

/** A label, the control, and below it what is wrong or what helps. */
export interface FieldProps {
  label: string;
  /** Right of the label: type, or length used of length allowed. */
  aside?: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  isRequired?: boolean;
  className?: string;
  children: ReactNode;
}

/** Ties a label, a hint and an error to the control inside it. */
export function Field({ label, aside, hint, error, isRequired = false, className, children }: FieldProps): ReactNode {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = Boolean(error ?? hint);
  const control: FieldControl = {
    id,
    labelId: `${id}-label`,
    describedBy: hasNote ? noteId : undefined,
    isInvalid: Boolean(error),
    isRequired,
  };
  return (
    <div className={classNames('flex flex-col gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <label id={control.labelId} htmlFor={id} className="text-help font-medium text-text">
          {label}
          {isRequired ? (
            <span aria-hidden className="ml-0.5 text-fail">
              *
            </span>
          ) : null}
        </label>
        {aside ? <span className="text-hint text-text-3">{aside}</span> : null}
      </div>
      <FieldContext value={control}>{children}</FieldContext>
      {hasNote ? (
        <p id={noteId} className={classNames('flex items-start gap-1.5 text-help', error ? 'text-fail' : 'text-text-3')}>
          {error ? <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" strokeWidth={1.8} /> : null}
          <span className="min-w-0">{error ?? hint}</span>
        </p>
      ) : null}
    </div>
  );
}
