'use client';
/** Keys of the builder: undo, redo, copy, paste, duplicate, select all, and the list of what can be added. */
import { toast } from '@weft/ui';
import { useEffect } from 'react';
import { copySelection, cutSelection, duplicateSelection, pasteText } from './clipboard-actions.ts';
import type { DraftStore } from './draft-store.ts';

interface Shortcuts {
  readonly store: DraftStore;
  select(ids: readonly string[]): void;
  openAddList(): void;
}

export function useShortcuts({ store, select, openAddList }: Shortcuts): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || isInDialog(event.target)) return;
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (command && (key === 'z' || key === 'y')) {
        event.preventDefault();
        const isRedo = key === 'y' || event.shiftKey;
        const name = isRedo ? store.redo() : store.undo();
        if (name !== undefined) toast(`${isRedo ? 'Redone' : 'Undone'}: ${name}`, { id: 'undo', duration: 1500 });
      } else if (command && key === 'd') {
        event.preventDefault();
        select(duplicateSelection(store, store.get().selection));
      } else if (command && key === 'a') {
        event.preventDefault();
        select(store.document.nodes.map((node) => node.id));
      } else if (!command && (event.key === '/' || (event.key === 'Tab' && isOnCanvas(event.target) && !event.shiftKey))) {
        event.preventDefault();
        openAddList();
      } else if (event.key === 'Escape') select([]);
    };
    const onCopy = (event: ClipboardEvent) => {
      if (isTyping(event.target) || String(window.getSelection()) !== '') return;
      const text = event.type === 'cut' ? cutSelection(store) : copySelection(store);
      if (text === undefined) return;
      event.preventDefault();
      event.clipboardData?.setData('text/plain', text);
    };
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target)) return;
      const ids = pasteText(store, event.clipboardData?.getData('text/plain') ?? '');
      if (ids === undefined) return;
      event.preventDefault();
      select(ids);
    };
    window.addEventListener('keydown', onKey);
    window.addEventListener('copy', onCopy);
    window.addEventListener('cut', onCopy);
    window.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('copy', onCopy);
      window.removeEventListener('cut', onCopy);
      window.removeEventListener('paste', onPaste);
    };
  }, [openAddList, select, store]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role=dialog], [role=menu], [role=listbox]') !== null;
}

/** Tab adds only where the canvas or nothing has the focus; elsewhere it moves on, as everywhere. */
function isOnCanvas(target: EventTarget | null): boolean {
  return (
    target === document.body ||
    (target instanceof HTMLElement && (target.classList.contains('react-flow__node') || target.classList.contains('react-flow__pane')))
  );
}
