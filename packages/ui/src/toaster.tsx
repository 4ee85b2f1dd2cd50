'use client';

import type { ReactNode } from 'react';
import { Toaster as Sonner, toast } from 'sonner';

/** Where toasts appear; rendered once, in the layout. */
export function Toaster(): ReactNode {
  return (
    <Sonner
      position="bottom-right"
      gap={8}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            '!font-sans flex w-[340px] items-start gap-2.5 rounded-popover border border-border bg-surface px-3.5 py-3 text-body text-text shadow-3 dark:border-border-strong',
          title: 'font-medium',
          description: 'text-help text-text-2 mt-0.5',
          icon: 'mt-0.5 shrink-0',
          success: '[&_[data-icon]]:text-ok',
          error: '[&_[data-icon]]:text-fail',
          actionButton: 'ml-auto shrink-0 text-help font-medium text-accent-text',
        },
      }}
    />
  );
}

/** Says that something was done; for errors, what happened. */
export { toast };
