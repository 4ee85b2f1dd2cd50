'use client';

import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { applyTheme, classNames, DropdownMenu, readTheme } from '@weft/ui';
import type { ThemeChoice } from '@weft/ui';
import { signOut } from '../auth/auth-requests.ts';
import { initials } from './identity.ts';
import type { Identity } from './identity.ts';

/** Who is signed in; theme and sign-out behind it. */
export function UserMenu({ user, role, isNarrow }: Identity & { isNarrow: boolean }): ReactNode {
  const [theme, setTheme] = useState<ThemeChoice | undefined>(undefined);
  const choose = (choice: ThemeChoice): void => {
    applyTheme(choice);
    setTheme(choice);
  };
  const current = theme ?? (typeof window === 'undefined' ? 'system' : readTheme());
  return (
    <DropdownMenu
      side="top"
      align="start"
      header={
        <>
          <p className="text-body font-medium">{user.name}</p>
          <p className="text-help text-text-3">{user.email}</p>
          <p className="text-help text-text-3">Role: {role}</p>
        </>
      }
      entries={[
        { label: 'Light', icon: <Sun aria-hidden />, onSelect: () => choose('light'), isChecked: current === 'light' },
        { label: 'Dark', icon: <Moon aria-hidden />, onSelect: () => choose('dark'), isChecked: current === 'dark' },
        { label: 'As the system', icon: <Monitor aria-hidden />, onSelect: () => choose('system'), isChecked: current === 'system' },
        'line',
        { label: 'Sign out', icon: <LogOut aria-hidden />, onSelect: () => void signOut(), 'data-testid': 'sign-out' },
      ]}
      trigger={
        <button
          type="button"
          data-testid="user-menu"
          className={classNames(
            'flex h-10 w-full items-center gap-2.5 rounded-button text-left font-medium text-text-2 hover:bg-hover',
            isNarrow ? 'justify-center' : 'px-1.5',
          )}
        >
          <span
            aria-hidden
            className="flex size-[22px] shrink-0 items-center justify-center rounded-full bg-[#e8d9c3] text-[10px] font-semibold text-[#5a3e14]"
          >
            {initials(user.name)}
          </span>
          <span className={isNarrow ? 'sr-only' : 'truncate'}>{user.name}</span>
        </button>
      }
    />
  );
}
