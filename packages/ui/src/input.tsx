'use client';

import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { useFieldControl } from './field.tsx';

/** What all text controls look like. */
export const CONTROL =
  'w-full rounded-button border border-border-control bg-surface text-text transition-colors duration-[80ms] focus-field aria-invalid:border-fail disabled:border-border disabled:bg-surface-2 disabled:text-text-3';

const HEIGHTS = { dense: 'h-7 px-2 text-body', medium: 'h-8 px-2.5 text-body', large: 'h-10 px-3 text-lead' } as const;

/** One line of text. */
export interface InputProps extends Omit<ComponentProps<'input'>, 'size'> {
  size?: keyof typeof HEIGHTS;
  /** Drawn inside, left. */
  icon?: ReactNode;
  isCode?: boolean;
}

/** One line of text. */
export function Input({ size = 'medium', icon, isCode = false, className, ...rest }: InputProps): ReactNode {
  const control = useFieldControl();
  const input = (
    <input
      {...control}
      autoComplete="off"
      className={classNames(
        CONTROL,
        HEIGHTS[size],
        isCode && 'font-mono text-code',
        icon ? 'pl-8' : undefined,
        icon ? undefined : className,
      )}
      {...rest}
    />
  );
  if (!icon) return input;
  return (
    <span className={classNames('relative block', className)}>
      <span aria-hidden className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-text-3 [&_svg]:size-3.5">
        {icon}
      </span>
      {input}
    </span>
  );
}

/** Several lines of text. */
export function Textarea({ className, isCode = false, ...rest }: ComponentProps<'textarea'> & { isCode?: boolean }): ReactNode {
  const control = useFieldControl();
  return (
    <textarea
      {...control}
      rows={3}
      className={classNames(CONTROL, 'min-h-16 px-2.5 py-1.5', isCode ? 'font-mono text-code' : 'text-body', className)}
      {...rest}
    />
  );
}
