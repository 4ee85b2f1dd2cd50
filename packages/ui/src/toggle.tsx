'use client';

import { Check, Minus } from 'lucide-react';
import { Checkbox as RadixCheckbox, Switch as RadixSwitch } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { useFieldControl } from './field.tsx';

/** An on/off state that acts at once. */
export interface SwitchProps {
  isChecked: boolean;
  onCheckedChange: (isChecked: boolean) => void;
  /** What is switched; said by screen readers. Not needed inside a Field. */
  label?: string;
  disabled?: boolean;
  'data-testid'?: string;
}

/** A switch; what it changes takes effect at once. */
export function Switch({ isChecked, onCheckedChange, label, ...rest }: SwitchProps): ReactNode {
  const control = useFieldControl();
  return (
    <RadixSwitch.Root
      {...control}
      {...rest}
      {...(label ? { 'aria-label': label } : {})}
      checked={isChecked}
      onCheckedChange={onCheckedChange}
      className="relative inline-flex h-4 w-7 shrink-0 items-center rounded-full bg-idle-solid transition-colors duration-[120ms] before:absolute before:-inset-1 data-[state=checked]:bg-accent disabled:opacity-45"
    >
      <RadixSwitch.Thumb className="size-3 translate-x-0.5 rounded-full bg-white transition-transform duration-[120ms] data-[state=checked]:translate-x-3.5" />
    </RadixSwitch.Root>
  );
}

/** One of several that may be chosen. */
export interface CheckboxProps {
  isChecked: boolean | 'mixed';
  onCheckedChange: (isChecked: boolean) => void;
  label?: string;
  disabled?: boolean;
  'data-testid'?: string;
}

/** A check box; its words stand beside it or in `label`. */
export function Checkbox({ isChecked, onCheckedChange, label, ...rest }: CheckboxProps): ReactNode {
  const control = useFieldControl();
  return (
    <RadixCheckbox.Root
      {...control}
      {...rest}
      {...(label ? { 'aria-label': label } : {})}
      checked={isChecked === 'mixed' ? 'indeterminate' : isChecked}
      onCheckedChange={(next) => onCheckedChange(next === true)}
      className={classNames(
        'relative inline-flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-border-control bg-surface before:absolute before:-inset-1 data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent disabled:opacity-45',
      )}
    >
      <RadixCheckbox.Indicator>
        {isChecked === 'mixed' ? (
          <Minus aria-hidden className="size-3 text-on-accent" strokeWidth={3} />
        ) : (
          <Check aria-hidden className="size-3 text-on-accent" strokeWidth={3} />
        )}
      </RadixCheckbox.Indicator>
    </RadixCheckbox.Root>
  );
}
