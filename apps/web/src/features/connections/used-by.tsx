'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { Badge, Popover } from '@weft/ui';
import type { ConnectionRowData } from './connection-table.tsx';

/** The workflows that use an account: the first by name, all of them one click away. */
export function UsedBy({ usedBy, account }: { usedBy: ConnectionRowData['usedBy']; account: string }): ReactNode {
  const [first, ...others] = usedBy;
  if (!first) return <span className="text-text-3">no workflow</span>;
  return (
    <span className="flex min-w-0 items-baseline gap-1">
      <Link href={`/workflows/${first.workflowId}`} title={first.name} className="truncate hover:text-accent-text hover:underline">
        {first.name}
      </Link>
      {others.length > 0 ? (
        <Popover
          label={`Workflows that use ${account}`}
          align="end"
          className="max-h-80 w-72 overflow-y-auto p-1"
          trigger={
            <button type="button" className="shrink-0 whitespace-nowrap text-accent-text hover:underline" data-testid="all-users">
              and {others.length} more
            </button>
          }
        >
          <ul>
            {usedBy.map((user) => (
              <li key={user.workflowId}>
                <Link href={`/workflows/${user.workflowId}`} className="flex items-center gap-2 rounded-chip px-2 py-1.5 hover:bg-hover">
                  <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{user.name}</span>
                  {user.enabled ? <Badge tone="ok">On</Badge> : <Badge>Off</Badge>}
                </Link>
              </li>
            ))}
          </ul>
        </Popover>
      ) : null}
    </span>
  );
}
