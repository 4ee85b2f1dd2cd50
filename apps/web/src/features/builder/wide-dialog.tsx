'use client';
/** A dialog that takes nearly the whole window: a head with what it is about, and room below. */
import { Button, IconButton } from '@weft/ui';
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import type { ComponentProps, ReactNode } from 'react';

type ContentProps = ComponentProps<typeof Dialog.Content>;

interface WideDialogProps extends Pick<ContentProps, 'onOpenAutoFocus' | 'onEscapeKeyDown'> {
  readonly title: string;
  /** Beside the title. */
  readonly note?: ReactNode;
  readonly className?: string;
  readonly testId?: string;
  /** Whether it holds a `Dialog.Description`. */
  readonly isDescribed?: boolean;
  readonly children: ReactNode;
  onClose(): void;
}

/** Open as long as it is drawn. */
export function WideDialog({ title, note, className, testId, isDescribed = false, children, onClose, ...content }: WideDialogProps) {
  const [opener] = useState(() => document.activeElement);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="mapper-overlay" />
        <Dialog.Content
          {...content}
          {...(isDescribed ? {} : { 'aria-describedby': undefined })}
          className={className === undefined ? 'mapper' : `mapper ${className}`}
          data-testid={testId}
          // It has no trigger that the library knows, and would leave the focus nowhere.
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener instanceof HTMLElement) opener.focus();
          }}
          onInteractOutside={(event) => isCompletion(event.target) && event.preventDefault()}
        >
          <header className="mapper-head">
            <Dialog.Title className="panel-title">{title}</Dialog.Title>
            <span className="map-count">{note}</span>
            <Button variant="primary" onClick={onClose}>
              Done
            </Button>
            <IconButton label="Close" onClick={onClose}>
              <X aria-hidden />
            </IconButton>
          </header>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Completions are drawn beside the dialog in the page, yet belong to it. */
function isCompletion(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.cm-tooltip') !== null;
}
