'use client';

import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Chip, Combobox, Input, STATUS } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { RUN_STATUSES } from './run-filters.ts';
import type { RunFilters } from './run-filters.ts';

const ALL = 'all';
const TYPING_MS = 250;

/** Search, workflow and status. */
export function RunFilterBar({ filters, onChange }: { filters: RunFilters; onChange: (filters: RunFilters) => void }): ReactNode {
  const trpc = useTRPC();
  const workflows = useQuery(trpc.workflows.list.queryOptions());
  const [text, setText] = useState(filters.search);
  useEffect(() => {
    if (text === filters.search) return;
    const timer = setTimeout(() => onChange({ ...filters, search: text.trim() }), TYPING_MS);
    return () => clearTimeout(timer);
  });
  const options = [
    { value: ALL, label: 'All workflows' },
    ...(workflows.data ?? []).map((workflow) => ({ value: workflow.id, label: workflow.name })),
  ];
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 px-5 pb-3">
      <Input
        size="dense"
        type="search"
        icon={<Search aria-hidden />}
        aria-label="Search runs"
        placeholder="Search records and reasons"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="w-64"
        data-testid="run-search"
      />
      <Combobox
        size="dense"
        aria-label="Workflow"
        value={filters.workflowId ?? ALL}
        options={options}
        onValueChange={(value) => onChange({ ...filters, workflowId: value === ALL ? undefined : value })}
        className="!w-56"
      />
      <span role="group" aria-label="Status" className="flex flex-wrap gap-1.5">
        {RUN_STATUSES.map((status) => {
          const isSelected = filters.status.includes(status);
          const next = isSelected ? filters.status.filter((other) => other !== status) : [...filters.status, status];
          return (
            <Chip key={status} isSelected={isSelected} onClick={() => onChange({ ...filters, status: next })}>
              {STATUS[status].word}
            </Chip>
          );
        })}
      </span>
    </div>
  );
}
