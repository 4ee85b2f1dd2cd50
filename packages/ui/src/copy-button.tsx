'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';

/** Puts a text on the clipboard and says so for two seconds. `label` given: a button with words. */
export function CopyButton({ text, label, className }: { text: string; label?: string; className?: string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => {
    void writeClipboard(text).then(setCopied);
  };
  const icon = isCopied ? <Check aria-hidden /> : <Copy aria-hidden />;
  const more = className ? { className } : {};
  if (label)
    return (
      <Button size="small" icon={icon} onClick={copy} {...more}>
        {isCopied ? 'Copied' : label}
      </Button>
    );
  return (
    <IconButton size="small" label={isCopied ? 'Copied' : 'Copy'} onClick={copy} {...more}>
      {icon}
    </IconButton>
  );
}

/** Writes to the clipboard; on plain http, where the browser offers none, through a selected text area. */
async function writeClipboard(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  return isDone;
}
