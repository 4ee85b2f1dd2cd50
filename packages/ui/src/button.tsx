'use client';

import { Slot } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Spinner } from './spinner.tsx';

const VARIANTS = {
  primary: 'bg-accent text-on-accent border-transparent shadow-1 hover:bg-accent-hover',
  secondary: 'bg-surface text-text border-border-strong shadow-1 hover:bg-hover',
  ghost: 'bg-transparent text-text-2 border-transparent hover:bg-hover hover:text-text',
  danger: 'bg-surface text-fail border-fail-line shadow-1 hover:bg-fail-tint',
} as const;

const SIZES = {
  small: 'h-[26px] px-2 gap-1.5 text-help font-medium',
  medium: 'h-[30px] px-3 gap-1.5 text-body font-medium',
  large: 'h-[38px] px-4 gap-2 text-lead font-medium',
} as const;

const BASE =
  'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-button border transition-colors duration-[80ms] disabled:pointer-events-none disabled:border-border disabled:bg-surface-2 disabled:text-text-3 disabled:shadow-none aria-disabled:pointer-events-none aria-disabled:text-text-3 [&_svg]:size-3.5 [&_svg]:shrink-0';

/** Looks and state of a {@link Button}. */
export interface ButtonProps extends Omit<ComponentProps<'button'>, 'size'> {
  /** One `primary` per place. */
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  /** Drawn before the words. */
  icon?: ReactNode;
  /** Shows a spinner and takes no press; the words stay. */
  isBusy?: boolean;
  /** Renders the only child (a link) with the looks of a button. */
  asChild?: boolean;
}

/** A button; it says what will happen. */
export function Button({
  variant = 'secondary',
  size = 'medium',
  icon,
  isBusy = false,
  asChild = false,
  className,
  children,
  disabled,
  type,
  ...rest
}: ButtonProps): ReactNode {
  const classes = classNames(BASE, SIZES[size], VARIANTS[variant], className);
  if (asChild)
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  return (
    <button type={type ?? 'button'} className={classes} disabled={disabled === true || isBusy} aria-busy={isBusy || undefined} {...rest}>
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

/** Looks of an {@link IconButton}. */
export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'size' | 'aria-label'> {
  /** What pressing it does; also the tooltip of the browser. */
  label: string;
  variant?: keyof typeof VARIANTS;
  size?: 'small' | 'medium';
}

/** A square button with an icon; its label is what a screen reader says. */
export function IconButton({ label, variant = 'ghost', size = 'medium', className, children, type, ...rest }: IconButtonProps): ReactNode {
  return (
    <button
      type={type ?? 'button'}
      aria-label={label}
      title={label}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center rounded-button border transition-colors duration-[80ms] disabled:pointer-events-none disabled:opacity-45 [&_svg]:size-4',
        size === 'small' ? 'size-[26px]' : 'size-[30px]',
        VARIANTS[variant],
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}
