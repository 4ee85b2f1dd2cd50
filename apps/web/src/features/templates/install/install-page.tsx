'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorNote, Skeleton } from '@weft/ui';
import { useTRPC } from '../../../trpc/client.tsx';
import { errorMessage } from '../../../trpc/errors.ts';
import { InstallWizard } from './install-wizard.tsx';

/** Loads a template and the accounts there are, then asks what is left to ask. */
export function InstallPage({ templateId }: { templateId: string }): ReactNode {
  const trpc = useTRPC();
  const template = useQuery({ ...trpc.templates.get.queryOptions({ templateId }), staleTime: Infinity });
  const connections = useQuery(trpc.connections.list.queryOptions());
  const error = template.error ?? connections.error;
  if (error)
    return (
      <ErrorNote
        className="m-7"
        message={errorMessage(error)}
        onRetry={() => void Promise.all([template.refetch(), connections.refetch()])}
      />
    );
  if (!template.data || !connections.data) {
    return (
      <div className="flex flex-col gap-4 p-7" aria-busy>
        <Skeleton className="!h-6 w-96" />
        <Skeleton className="!h-40 w-full" />
      </div>
    );
  }
  return <InstallWizard key={templateId} template={template.data} connections={connections.data} />;
}
