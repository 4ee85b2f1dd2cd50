'use client';

import { useQuery } from '@tanstack/react-query';
import { FileInput, Search } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Chip, EmptyState, ErrorNote, Input, Skeleton } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { TemplateCard } from './template-card.tsx';
import { isBothWays } from './template-facts.ts';
import { Way } from './way.tsx';

/** The gallery. */
export function TemplatesPage(): ReactNode {
  const trpc = useTRPC();
  const templates = useQuery({ ...trpc.templates.list.queryOptions(), staleTime: 60_000 });
  const [search, setSearch] = useState('');
  const [way, setWay] = useState<string | undefined>(undefined);
  const all = templates.data ?? [];
  const ways = new Map(all.filter(({ systems }) => systems.length > 1).map((template) => [wayKey(template), template]));
  const wanted = search.trim().toLocaleLowerCase();
  const shown = all.filter(
    (template) =>
      (way === undefined || wayKey(template) === way) &&
      [template.name, template.summary, template.category, ...template.writes].join(' ').toLocaleLowerCase().includes(wanted),
  );
  return (
    <div className="flex h-full flex-col">
      <PageHeader
        title="Templates"
        actions={
          <>
            <Input
              icon={<Search aria-hidden />}
              aria-label="Search templates"
              placeholder="Search templates"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
              className="w-60"
            />
            <Button asChild>
              <Link href="/workflows?import=1">
                <FileInput aria-hidden />
                Import a file
              </Link>
            </Button>
          </>
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto px-7 pb-7">
        {templates.error && !templates.data ? (
          <ErrorNote message={errorMessage(templates.error)} onRetry={() => void templates.refetch()} />
        ) : null}
        {all.length > 0 ? (
          <div className="mb-4 flex flex-wrap items-center gap-2">
            <Chip isSelected={way === undefined} onClick={() => setWay(undefined)}>
              All {all.length}
            </Chip>
            {[...ways].map(([key, template]) => (
              <Chip key={key} isSelected={way === key} onClick={() => setWay(way === key ? undefined : key)}>
                <Way systems={template.systems} isBothWays={isBothWays(template)} />
              </Chip>
            ))}
            <span className="ml-2 text-help text-text-2">Nothing is written until you have seen the mapping and turned it on.</span>
          </div>
        ) : null}
        {templates.isPending ? (
          <div className="grid grid-cols-[repeat(auto-fill,minmax(320px,1fr))] gap-4">
            {[1, 2, 3].map((card) => (
              <Skeleton key={card} className="!h-72 !rounded-card" />
            ))}
          </div>
        ) : null}
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(320px,1fr))] gap-4">
          {shown.map((template) => (
            <TemplateCard key={template.id} template={template} />
          ))}
        </ul>
        {templates.data && shown.length === 0 ? (
          <EmptyState title={all.length === 0 ? 'No templates are installed here' : 'No template matches'} />
        ) : null}
      </div>
    </div>
  );
}

function wayKey(template: Parameters<typeof isBothWays>[0]): string {
  return [...template.systems, isBothWays(template) ? 'both' : ''].join(' ');
}
