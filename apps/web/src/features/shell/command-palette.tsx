'use client';

import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { ArrowRight, Moon, Plus, Search, Workflow } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Dialog as RadixDialog } from 'radix-ui';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { applyTheme } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { PLACES, SETTINGS } from './side-navigation.tsx';

const ROW =
  'flex h-9 cursor-pointer items-center gap-2.5 rounded-chip px-2.5 text-body data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:text-text-3';
const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-hint [&_[cmdk-group-heading]]:text-text-3';

/** Ctrl-K: goes to any page and finds any workflow by its name. */
export function CommandPalette({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }): ReactNode {
  const router = useRouter();
  const trpc = useTRPC();
  const workflows = useQuery({ ...trpc.workflows.list.queryOptions(), enabled: isOpen });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onOpenChange(true);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [onOpenChange]);
  const go = (href: string): void => {
    onOpenChange(false);
    router.push(href);
  };
  const switchTheme = (): void => {
    const isDark = document.documentElement.classList.contains('dark');
    applyTheme(isDark ? 'light' : 'dark');
    onOpenChange(false);
  };
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <RadixDialog.Content
          aria-describedby={undefined}
          className="fixed left-1/2 top-[14vh] z-50 w-[560px] max-w-[calc(100vw-32px)] -translate-x-1/2 animate-enter overflow-hidden rounded-dialog border border-border bg-surface shadow-3 outline-none focus-visible:shadow-3 dark:border-border-strong"
        >
          <RadixDialog.Title className="sr-only">Find anything</RadixDialog.Title>
          <Command label="Find anything" loop>
            <div className="flex items-center gap-2.5 border-b border-border px-4">
              <Search aria-hidden className="size-4 text-text-3" />
              <Command.Input
                autoFocus
                placeholder="Go to a page or find a workflow"
                className="h-12 w-full bg-transparent text-lead outline-none focus-visible:shadow-none"
              />
            </div>
            <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-text-3">Nothing has this name</Command.Empty>
              <Command.Group heading="Go to" className={GROUP}>
                {[...PLACES, SETTINGS].map((place) => (
                  <Command.Item key={place.id} value={`go ${place.label}`} onSelect={() => go(place.href)} className={ROW}>
                    <place.icon aria-hidden strokeWidth={1.65} />
                    {place.label}
                  </Command.Item>
                ))}
              </Command.Group>
              {workflows.data && workflows.data.length > 0 ? (
                <Command.Group heading="Workflows" className={GROUP}>
                  {workflows.data.map((workflow) => (
                    <Command.Item
                      key={workflow.id}
                      value={`${workflow.name} ${workflow.id}`}
                      onSelect={() => go(`/workflows/${workflow.id}`)}
                      className={ROW}
                    >
                      <Workflow aria-hidden strokeWidth={1.65} />
                      <span className="min-w-0 flex-1 truncate">{workflow.name}</span>
                      <ArrowRight aria-hidden />
                    </Command.Item>
                  ))}
                </Command.Group>
              ) : null}
              <Command.Group heading="Do" className={GROUP}>
                <Command.Item value="new workflow" onSelect={() => go('/workflows?new=1')} className={ROW}>
                  <Plus aria-hidden strokeWidth={1.65} />
                  New workflow
                </Command.Item>
                <Command.Item value="switch theme dark light" onSelect={switchTheme} className={ROW}>
                  <Moon aria-hidden strokeWidth={1.65} />
                  Switch between light and dark
                </Command.Item>
              </Command.Group>
            </Command.List>
          </Command>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
