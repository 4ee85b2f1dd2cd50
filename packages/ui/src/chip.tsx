'use client';

import { X } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A small choice, such as a filter. */
export interface ChipProps extends ComponentProps<'button'> {
  isSelected?: boolean;
  /** Given: a cross at the right clears the choice. */
  onClear?: () => void;
}

/** A pressable chip: a filter that is on or off. */
export function Chip({ isSelected = false, onClear, className, children, ...rest }: ChipProps): ReactNode {
  return (
    <span
      className={classNames(
        'inline-flex h-[26px] items-center rounded-chip border text-help font-medium transition-colors duration-[80ms]',
        isSelected ? 'border-accent-line bg-accent-tint text-accent-text' : 'border-border-strong bg-surface text-text-2 hover:bg-hover',
        className,
      )}
    >
      <button
        type="button"
        aria-pressed={isSelected}
        className="flex h-full items-center gap-1.5 rounded-chip px-2 [&_svg]:size-3.5"
        {...rest}
      >
        {children}
      </button>
      {onClear ? (
        <button type="button" aria-label="Clear" onClick={onClear} className="flex h-full w-6 items-center justify-center rounded-chip">
          <X aria-hidden className="size-3" strokeWidth={2} />
        </button>
      ) : null}
    </span>
  );
}
