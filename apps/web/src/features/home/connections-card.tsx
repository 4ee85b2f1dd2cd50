'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Card, CardHeader, ConnectorTile, Skeleton } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { accountState, TONE_TEXT } from '../connections/account-state.ts';
import { useConnectors } from '../templates/use-connectors.ts';
import { DemoLink } from '../workflows/no-workflows.tsx';

/** The connected accounts and whether they answer. */
export function ConnectionsCard({ isDemo }: { isDemo: boolean }): ReactNode {
  const trpc = useTRPC();
  const connectors = useConnectors();
  const connections = useQuery({ ...trpc.connections.list.queryOptions(), staleTime: 10_000 });
  return (
    <Card>
      <CardHeader
        title="Connections"
        action={
          <Link href="/connections" className="text-help font-medium text-accent-text hover:underline">
            Manage
          </Link>
        }
      />
      {connections.isPending ? <Skeleton className="m-4" /> : null}
      {connections.data?.length === 0 ? <p className="px-4 py-4 text-text-2">No account is connected yet.</p> : null}
      <ul className="divide-y divide-border">
        {connections.data?.map((connection) => {
          const { icon: Icon, word, tone } = accountState(connection.status);
          return (
            <li key={connection.id} className="flex items-center gap-2.5 px-4 py-2.5">
              <ConnectorTile icon={connectors.get(connection.connector)?.icon} />
              <span className="min-w-0 flex-1 truncate text-node">{connection.name}</span>
              <span className={`flex items-center gap-1.5 text-help font-medium ${TONE_TEXT[tone]}`}>
                <Icon aria-hidden className="size-3.5" strokeWidth={1.8} />
                {word}
              </span>
            </li>
          );
        })}
      </ul>
      {isDemo ? (
        <p className="flex gap-2 border-t border-border px-4 py-2.5">
          <DemoLink href="/demo/crm">Demo CRM</DemoLink>
          <DemoLink href="/demo/psa">Demo PSA</DemoLink>
        </p>
      ) : null}
    </Card>
  );
}
