'use client';

import { Check, ChevronDown } from 'lucide-react';
import { Select as RadixSelect } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { useFieldControl } from './field.tsx';
import { CONTROL } from './input.tsx';
import { ITEM, SURFACE } from './surface.ts';

/** One value of a {@link Select} or Combobox. `value` is never empty. */
export interface SelectOption {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly icon?: ReactNode;
}

/** A short, fixed list. */
export interface SelectProps {
  value: string | undefined;
  onValueChange: (value: string) => void;
  options: readonly SelectOption[];
  placeholder?: string;
  size?: 'dense' | 'medium' | 'large';
  disabled?: boolean;
  'aria-label'?: string;
  'data-testid'?: string;
  className?: string;
}

const HEIGHTS = { dense: 'h-7 text-body', medium: 'h-8 text-body', large: 'h-10 text-lead' } as const;

/** A drop-down of a short, fixed list; the Combobox is for long or remote ones. */
export function Select({
  value,
  onValueChange,
  options,
  placeholder = 'Choose',
  size = 'medium',
  disabled,
  className,
  ...rest
}: SelectProps): ReactNode {
  const control = useFieldControl();
  const { 'aria-required': _required, ...attributes } = control;
  return (
    <RadixSelect.Root value={value ?? ''} onValueChange={onValueChange} disabled={disabled ?? false}>
      <RadixSelect.Trigger
        {...attributes}
        {...rest}
        className={classNames(
          CONTROL,
          HEIGHTS[size],
          'flex items-center justify-between gap-2 px-2.5 text-left data-[placeholder]:text-text-3',
          className,
        )}
      >
        <span className="min-w-0 truncate">
          <RadixSelect.Value placeholder={placeholder} />
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-text-3" />
      </RadixSelect.Trigger>
      <RadixSelect.Portal>
        <RadixSelect.Content
          position="popper"
          sideOffset={4}
          className={classNames(SURFACE, 'max-h-72 min-w-[var(--radix-select-trigger-width)]')}
        >
          <RadixSelect.Viewport className="p-1">
            {options.map((option) => (
              <RadixSelect.Item key={option.value} value={option.value} className={classNames(ITEM, 'pr-7')}>
                {option.icon}
                <RadixSelect.ItemText>{option.label}</RadixSelect.ItemText>
                {option.hint ? <span className="ml-auto pl-3 text-hint text-text-3">{option.hint}</span> : null}
                <RadixSelect.ItemIndicator className="absolute right-2">
                  <Check aria-hidden className="size-3.5" />
                </RadixSelect.ItemIndicator>
              </RadixSelect.Item>
            ))}
          </RadixSelect.Viewport>
        </RadixSelect.Content>
      </RadixSelect.Portal>
    </RadixSelect.Root>
  );
}
