'use client';
/** The workflow builder: loads what it needs, then hands over to the open draft. */
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import './builder.css';
import './script/script.css';
import './settings/settings.css';
import { CannotOpen } from './cannot-open.tsx';
import { OpenBuilder } from './open-builder.tsx';

export function Builder({ workflowId }: { readonly workflowId: string }) {
  const trpc = useTRPC();
  const workflow = useQuery(trpc.workflows.get.queryOptions({ id: workflowId }, { refetchInterval: 10_000 }));
  const connectors = useQuery(trpc.catalog.connectors.queryOptions(undefined, { staleTime: 300_000 }));
  const connections = useQuery(trpc.connections.list.queryOptions(undefined, { staleTime: 15_000 }));
  const error = workflow.error ?? connectors.error;
  if (workflow.data === undefined || connectors.data === undefined || connections.isPending) {
    return error === null ? (
      <BuilderSkeleton />
    ) : (
      <CannotOpen error={error} what="workflow" list="/workflows" onRetry={() => void workflow.refetch()} />
    );
  }
  return <OpenBuilder key={workflowId} workflow={workflow.data} manifests={connectors.data} connections={connections.data ?? []} />;
}

function BuilderSkeleton() {
  return (
    <div className="builder" aria-busy="true" aria-label="Opening the workflow">
      <div className="top-bar">
        <Skeleton className="w-64" />
      </div>
      <div className="builder-columns">
        <div className="palette p-3">
          <Skeleton className="h-7" />
        </div>
        <div className="canvas" />
      </div>
    </div>
  );
}
