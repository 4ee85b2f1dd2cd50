'use client';

import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { Input } from '@weft/ui';

/** A password that can be shown. */
export function PasswordInput(props: Omit<ComponentProps<typeof Input>, 'type' | 'icon'>): ReactNode {
  const [isShown, setShown] = useState(false);
  return (
    <span className="relative block">
      <Input {...props} type={isShown ? 'text' : 'password'} className="pr-10" />
      <button
        type="button"
        aria-label={isShown ? 'Hide the password' : 'Show the password'}
        aria-pressed={isShown}
        onClick={() => setShown(!isShown)}
        className="absolute inset-y-0 right-1.5 my-auto flex size-7 items-center justify-center rounded-chip text-text-2 hover:bg-hover"
      >
        {isShown ? <EyeOff aria-hidden className="size-4" strokeWidth={1.65} /> : <Eye aria-hidden className="size-4" strokeWidth={1.65} />}
      </button>
    </span>
  );
}
