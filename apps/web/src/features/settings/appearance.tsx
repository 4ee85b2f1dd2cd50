'use client';

import { Check, Monitor, Moon, Sun } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { applyTheme, readTheme } from '@weft/ui';
import type { ThemeChoice } from '@weft/ui';

const CHOICES = [
  { id: 'system', label: 'As the system', icon: Monitor },
  { id: 'light', label: 'Light', icon: Sun },
  { id: 'dark', label: 'Dark', icon: Moon },
] as const;

/** Light, dark, or as the operating system has it; kept in this browser. */
export function Appearance(): ReactNode {
  const [choice, setChoice] = useState<ThemeChoice>('system');
  useEffect(() => setChoice(readTheme()), []);
  const choose = (next: string): void => {
    applyTheme(next as ThemeChoice); // the group's values are the choices above
    setChoice(next as ThemeChoice);
  };
  return (
    <section className="max-w-[720px] px-7 py-6">
      <h2 id="theme" className="text-section">
        Theme
      </h2>
      <p className="mb-4 mt-0.5 text-text-2">Kept in this browser.</p>
      <RadioGroup.Root aria-labelledby="theme" value={choice} onValueChange={choose} className="flex gap-3">
        {CHOICES.map(({ id, label, icon: Icon }) => (
          <RadioGroup.Item
            key={id}
            value={id}
            className="flex h-20 w-44 flex-col justify-between rounded-card border border-border-strong p-3 text-left hover:bg-hover data-[state=checked]:border-accent data-[state=checked]:bg-accent-tint"
          >
            <span className="flex w-full items-center justify-between">
              <Icon aria-hidden className="size-[18px]" strokeWidth={1.65} />
              <RadioGroup.Indicator>
                <Check aria-hidden className="size-4 text-accent-text" />
              </RadioGroup.Indicator>
            </span>
            <span className="font-medium">{label}</span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </section>
  );
}
