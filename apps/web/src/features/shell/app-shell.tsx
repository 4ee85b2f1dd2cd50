'use client';

import { usePathname } from 'next/navigation';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { CommandPalette } from './command-palette.tsx';
import { SessionGuard } from './session-guard.tsx';
import { SideNavigation } from './side-navigation.tsx';
import type { Identity } from './identity.ts';

/** Routes that need the width: the navigation shrinks to its icons there. */
const WIDE = /^\/(workflows|runs)\/[^/]+|^\/templates\/[^/]+\/install/;

/** The frame around every page of a signed-in person: navigation at the left, the page in its sheet. */
export function AppShell({ children, ...identity }: Identity & { children: ReactNode }): ReactNode {
  const isNarrow = WIDE.test(usePathname());
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  return (
    <div className="flex h-dvh bg-bg">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:left-2 focus:top-2 focus:z-50 focus:rounded-button focus:bg-surface focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      <SideNavigation {...identity} isNarrow={isNarrow} onFind={() => setPaletteOpen(true)} />
      <main
        id="page"
        tabIndex={-1}
        className="relative my-2 mr-2 min-w-0 flex-1 overflow-hidden rounded-card border border-border bg-surface outline-none focus-visible:shadow-none"
      >
        {children}
      </main>
      <CommandPalette isOpen={isPaletteOpen} onOpenChange={setPaletteOpen} />
      <SessionGuard />
    </div>
  );
}
