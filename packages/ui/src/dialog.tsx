'use client';

import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';
import { classNames } from './class-names.ts';

/** A dialog over the page. */
export interface DialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  description?: ReactNode;
  /** Buttons at the bottom right. */
  footer?: ReactNode;
  size?: 'small' | 'medium' | 'large';
  children?: ReactNode;
}

const WIDTHS = { small: 'w-[400px]', medium: 'w-[520px]', large: 'w-[760px]' } as const;

/** A dialog: traps the focus, closes on Escape, gives the focus back. */
export function Dialog({ isOpen, onOpenChange, title, description, footer, size = 'medium', children }: DialogProps): ReactNode {
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <RadixDialog.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={classNames(
            'fixed left-1/2 top-[12vh] z-50 flex max-h-[76vh] max-w-[calc(100vw-32px)] -translate-x-1/2 animate-enter flex-col rounded-dialog border border-border bg-surface shadow-3 outline-none focus-visible:shadow-3 dark:border-border-strong',
            WIDTHS[size],
          )}
        >
          <header className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <RadixDialog.Title className="text-section">{title}</RadixDialog.Title>
              {description ? <RadixDialog.Description className="mt-1 text-body text-text-2">{description}</RadixDialog.Description> : null}
            </div>
            <RadixDialog.Close asChild>
              <IconButton label="Close" size="small">
                <X aria-hidden />
              </IconButton>
            </RadixDialog.Close>
          </header>
          {children ? <div className="min-h-0 flex-1 overflow-y-auto px-5 py-1">{children}</div> : null}
          {footer ? <footer className="flex items-center justify-end gap-2 px-5 pt-3 pb-4">{footer}</footer> : null}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** A question before something that cannot be taken back. */
export interface ConfirmDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** Names the thing: `Delete “Find company”?` */
  title: string;
  /** What follows from it. */
  description: ReactNode;
  /** What the button does: `Delete workflow`. */
  action: string;
  isBusy?: boolean;
  onConfirm: () => void;
  children?: ReactNode;
}

/** Asks before a destructive act; the button says what happens. */
export function ConfirmDialog({
  isOpen,
  onOpenChange,
  title,
  description,
  action,
  isBusy = false,
  onConfirm,
  children,
}: ConfirmDialogProps): ReactNode {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      size="small"
      footer={
        <>
          <Button variant="ghost" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button variant="danger" isBusy={isBusy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
