'use client';

import { House, Inbox, LayoutTemplate, ListTree, Plug, Search, Settings, Workflow } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { classNames, Kbd, Logo, Tooltip } from '@weft/ui';
import type { Identity } from './identity.ts';
import { ReviewCount } from './review-count.tsx';
import { UserMenu } from './user-menu.tsx';

interface Place {
  readonly id: string;
  readonly label: string;
  readonly href: string;
  readonly icon: LucideIcon;
}

/** The places of the app, in the order of the navigation. */
export const PLACES: readonly Place[] = [
  { id: 'home', label: 'Home', href: '/', icon: House },
  { id: 'workflows', label: 'Workflows', href: '/workflows', icon: Workflow },
  { id: 'templates', label: 'Templates', href: '/templates', icon: LayoutTemplate },
  { id: 'runs', label: 'Runs', href: '/runs', icon: ListTree },
  { id: 'review', label: 'Review', href: '/review', icon: Inbox },
  { id: 'connections', label: 'Connections', href: '/connections', icon: Plug },
];

/** Reached from the foot of the navigation. */
export const SETTINGS: Place = { id: 'settings', label: 'Settings', href: '/settings', icon: Settings };

/** The side navigation: 212 px wide, or 52 px with icons alone. */
export function SideNavigation({ isNarrow, onFind, ...identity }: Identity & { isNarrow: boolean; onFind: () => void }): ReactNode {
  const path = usePathname();
  const link = (place: Place): ReactNode => (
    <NavigationLink
      key={place.id}
      place={place}
      isNarrow={isNarrow}
      isHere={place.href === '/' ? path === '/' : path.startsWith(place.href)}
    />
  );
  return (
    <nav aria-label="Main" className={classNames('flex shrink-0 flex-col py-2.5', isNarrow ? 'w-[52px] px-1.5' : 'w-[212px] px-2.5')}>
      <Link
        href="/"
        className={classNames('mb-2.5 flex items-center gap-2.5 rounded-button', isNarrow ? 'h-10 justify-center' : 'h-10 px-1.5')}
      >
        <Logo className="size-6 shrink-0" />
        {isNarrow ? (
          <span className="sr-only">Weft, home</span>
        ) : (
          <span className="min-w-0">
            <span className="block truncate text-node leading-4">{identity.workspace.name}</span>
            <span className="block text-hint text-text-3">Weft</span>
          </span>
        )}
      </Link>
      {isNarrow ? null : <FindButton onFind={onFind} />}
      <ul className="flex flex-col gap-0.5">{PLACES.map(link)}</ul>
      <ul className="mt-auto flex flex-col gap-0.5">
        {isNarrow ? (
          <li>
            <Tooltip content="Find anything, Ctrl K" side="right">
              <button
                type="button"
                aria-label="Find anything"
                onClick={onFind}
                className="flex h-8 w-full items-center justify-center rounded-button text-text-2 hover:bg-hover"
              >
                <Search aria-hidden className="size-[18px]" strokeWidth={1.65} />
              </button>
            </Tooltip>
          </li>
        ) : null}
        {link(SETTINGS)}
      </ul>
      <div className="mt-2 border-t border-border pt-2">
        <UserMenu {...identity} isNarrow={isNarrow} />
      </div>
    </nav>
  );
}

function FindButton({ onFind }: { onFind: () => void }): ReactNode {
  return (
    <button
      type="button"
      onClick={onFind}
      data-testid="nav-find"
      className="mb-2.5 flex h-[30px] items-center gap-2 rounded-button border border-border-strong bg-surface px-2.5 text-text-3 hover:bg-hover"
    >
      <Search aria-hidden className="size-3.5" />
      <span className="flex-1 text-left">Find anything</span>
      <Kbd>Ctrl K</Kbd>
    </button>
  );
}

function NavigationLink({ place, isHere, isNarrow }: { place: Place; isHere: boolean; isNarrow: boolean }): ReactNode {
  const Icon = place.icon;
  const link = (
    <Link
      href={place.href}
      data-testid={`nav-${place.id}`}
      aria-current={isHere ? 'page' : undefined}
      className={classNames(
        'relative flex h-[30px] items-center gap-2.5 rounded-button font-medium transition-colors duration-[80ms]',
        isNarrow ? 'h-8 justify-center' : 'px-2',
        isHere ? 'bg-selected text-text' : 'text-text-2 hover:bg-hover',
      )}
    >
      <Icon aria-hidden className="size-[18px] shrink-0" strokeWidth={1.65} />
      <span className={isNarrow ? 'sr-only' : undefined}>{place.label}</span>
      {place.id === 'review' ? <ReviewCount isNarrow={isNarrow} /> : null}
    </Link>
  );
  return (
    <li>
      {isNarrow ? (
        <Tooltip content={place.label} side="right">
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  );
}
