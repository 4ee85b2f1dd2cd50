'use client';

import { DropdownMenu as RadixMenu, Popover as RadixPopover, Tooltip as RadixTooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { ITEM, SURFACE } from './surface.ts';

/** Something that opens beside its trigger. */
export interface PopoverProps {
  /** The element that opens it. */
  trigger: ReactNode;
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  side?: 'top' | 'right' | 'bottom' | 'left';
  align?: 'start' | 'center' | 'end';
  /** Names the popover for screen readers. */
  label: string;
  className?: string;
  children: ReactNode;
}

/** A popover beside its trigger. */
export function Popover({
  trigger,
  isOpen,
  onOpenChange,
  side = 'bottom',
  align = 'start',
  label,
  className,
  children,
}: PopoverProps): ReactNode {
  return (
    <RadixPopover.Root {...(isOpen === undefined ? {} : { open: isOpen })} {...(onOpenChange ? { onOpenChange } : {})}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          aria-label={label}
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className={classNames(SURFACE, 'outline-none focus-visible:shadow-3', className)}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

/** One entry of a {@link DropdownMenu}, or a line between entries. */
export type MenuEntry =
  | {
      readonly label: string;
      readonly icon?: ReactNode;
      readonly onSelect: () => void;
      readonly isDanger?: boolean;
      readonly disabled?: boolean;
      readonly hint?: ReactNode;
      readonly isChecked?: boolean;
      readonly 'data-testid'?: string;
    }
  | 'line';

/** A menu of acts. */
export interface DropdownMenuProps {
  trigger: ReactNode;
  entries: readonly MenuEntry[];
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'right' | 'bottom' | 'left';
  /** Drawn above the entries. */
  header?: ReactNode;
}

/** A menu that opens from a button. */
export function DropdownMenu({ trigger, entries, align = 'end', side = 'bottom', header }: DropdownMenuProps): ReactNode {
  return (
    <RadixMenu.Root modal={false}>
      <RadixMenu.Trigger asChild>{trigger}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content align={align} side={side} sideOffset={4} collisionPadding={8} className={classNames(SURFACE, 'min-w-44 p-1')}>
          {header ? <div className="border-b border-border px-2 py-1.5">{header}</div> : null}
          {entries.map((entry, index) =>
            entry === 'line' ? (
              <RadixMenu.Separator key={`line-${index}`} className="my-1 h-px bg-border" />
            ) : (
              <RadixMenu.Item
                key={entry.label}
                data-testid={entry['data-testid']}
                disabled={entry.disabled ?? false}
                onSelect={entry.onSelect}
                className={classNames(ITEM, entry.isDanger && 'text-fail')}
              >
                {entry.icon}
                <span className="flex-1">{entry.label}</span>
                {entry.isChecked ? (
                  <span aria-label="chosen" className="text-accent-text">
                    ●
                  </span>
                ) : null}
                {entry.hint ? <span className="text-hint text-text-3">{entry.hint}</span> : null}
              </RadixMenu.Item>
            ),
          )}
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}

/** Wraps the app once, so that tooltips share their delay. */
export function TooltipProvider({ children }: { children: ReactNode }): ReactNode {
  return (
    <RadixTooltip.Provider delayDuration={350} skipDelayDuration={150}>
      {children}
    </RadixTooltip.Provider>
  );
}

/** A short note on hover and focus. Never the only place of a fact one needs. */
export function Tooltip({
  content,
  side = 'top',
  children,
}: {
  content: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left';
  children: ReactNode;
}): ReactNode {
  return (
    <RadixTooltip.Root>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 animate-fade rounded-chip bg-text px-2 py-1 text-help text-surface shadow-3"
        >
          {content}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}
