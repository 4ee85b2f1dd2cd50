'use client';
/** The keys of the inbox: J and K move, digits choose, Enter decides, C goes to the comment. */
import { useEffect } from 'react';

export interface ReviewKeys {
  onMove(by: 1 | -1): void;
  onChoose(index: number): void;
  onDecide(): void;
  onComment(): void;
}

export function useReviewKeys(keys: ReviewKeys): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.altKey || event.defaultPrevented || document.querySelector('[role="dialog"]')) return;
      const isDecide = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      // Somebody is writing, or presses a button: only the chord that says so decides.
      if (isTyping(event.target) && !isDecide) return;
      if (!isDecide && (event.ctrlKey || event.metaKey)) return;
      if (event.key === 'Enter' && !isDecide && isPressable(event.target)) return;
      if (act(keys, event.key)) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [keys]);
}

function act(keys: ReviewKeys, key: string): boolean {
  const word = key.toLowerCase();
  if (word === 'j') keys.onMove(1);
  else if (word === 'k') keys.onMove(-1);
  else if (word === 'c') keys.onComment();
  else if (key === 'Enter') keys.onDecide();
  else if (/^[1-6]$/.test(key)) keys.onChoose(Number(key) - 1);
  else return false;
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || isTextInput(target));
}

function isTextInput(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && target.type !== 'radio' && target.type !== 'checkbox';
}

/** Enter presses what has the focus; rows of the list only choose what is shown already. */
function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('a, button:not([data-review-row])') !== null;
}
