'use client';

import { Tabs as RadixTabs } from 'radix-ui';
import type { ReactNode } from 'react';

/** One tab. */
export interface TabItem {
  readonly id: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
  readonly disabled?: boolean;
}

/** Tabs; `aside` stands at the right end of their row. */
export interface TabsProps {
  items: readonly TabItem[];
  value: string;
  onValueChange: (id: string) => void;
  label: string;
  aside?: ReactNode;
  className?: string;
}

/** Tabs with their panels. */
export function Tabs({ items, value, onValueChange, label, aside, className }: TabsProps): ReactNode {
  return (
    <RadixTabs.Root value={value} onValueChange={onValueChange} className={className ?? 'flex min-h-0 flex-1 flex-col'}>
      <div className="flex h-9 shrink-0 items-stretch border-b border-border px-3">
        <RadixTabs.List aria-label={label} className="flex items-stretch gap-1">
          {items.map((item) => (
            <RadixTabs.Trigger
              key={item.id}
              value={item.id}
              disabled={item.disabled ?? false}
              className="-mb-px flex items-center gap-1.5 border-b-2 border-transparent px-2 text-body font-medium text-text-3 transition-colors duration-[80ms] hover:text-text disabled:opacity-45 data-[state=active]:border-accent data-[state=active]:text-text"
            >
              {item.label}
            </RadixTabs.Trigger>
          ))}
        </RadixTabs.List>
        {aside ? <div className="ml-auto flex items-center gap-2">{aside}</div> : null}
      </div>
      {items.map((item) => (
        <RadixTabs.Content key={item.id} value={item.id} className="min-h-0 flex-1 overflow-y-auto outline-none">
          {item.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
