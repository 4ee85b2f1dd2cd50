'use client';

import { useQuery } from '@tanstack/react-query';
import { Plug, Plus } from 'lucide-react';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, EmptyState, ErrorNote, Skeleton, toast } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { ConnectionDialog } from './connection-dialog.tsx';
import { ConnectionTable } from './connection-table.tsx';

/** The connected accounts. `signInTrouble` says why somebody who comes back from a vendor's sign-in page is not connected. */
export function ConnectionsPage({ signInTrouble }: { signInTrouble?: string | undefined }): ReactNode {
  const trpc = useTRPC();
  const router = useRouter();
  const search = useSearchParams();
  const asked = search.get('add');
  const connected = search.get('connected');
  const [isAdding, setAdding] = useState(asked !== null);
  const connections = useQuery({ ...trpc.connections.list.queryOptions(), refetchInterval: 15_000 });
  const isEmpty = connections.data?.length === 0;
  // An address can say any name: only what is in the list is news.
  const arrived = connected === null ? undefined : connections.data?.find(({ name }) => name === connected);
  useEffect(() => {
    if (!arrived) return;
    if (arrived.status === 'ok') toast.success(`Connected ${arrived.name}: ${arrived.accountLabel ?? 'signed in'}`);
    else toast.error(`Signed in, but ${arrived.name} does not work: ${arrived.statusMessage ?? ''}`);
    router.replace('/connections');
  }, [arrived, router]);
  return (
    <div className="flex h-full flex-col">
      <PageHeader
        isDense
        title="Connections"
        aside={
          <span className="text-text-3">Accounts that workflows may use. Secrets are sealed on this server and never shown again.</span>
        }
        actions={
          isEmpty ? null : (
            <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setAdding(true)} data-testid="add-connection">
              Add a connection
            </Button>
          )
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {signInTrouble ? <ErrorNote className="mx-5 mb-4" message={signInTrouble} /> : null}
        {connections.error && !connections.data ? (
          <ErrorNote className="mx-5" message={errorMessage(connections.error)} onRetry={() => void connections.refetch()} />
        ) : null}
        {connections.isPending ? (
          <div className="flex flex-col gap-3 px-5">
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
          </div>
        ) : null}
        {isEmpty ? (
          <EmptyState
            picture={<Plug aria-hidden className="size-10" strokeWidth={1.2} />}
            title="No account is connected yet"
            action={
              <Button variant="primary" onClick={() => setAdding(true)} data-testid="add-connection">
                Add a connection
              </Button>
            }
          >
            Connect Salesforce, ConnectWise or any service with an address and a key.
          </EmptyState>
        ) : null}
        {connections.data && connections.data.length > 0 ? <ConnectionTable connections={connections.data} /> : null}
      </div>
      {isAdding ? <ConnectionDialog initialConnector={asked || undefined} onClose={() => setAdding(false)} /> : null}
    </div>
  );
}
