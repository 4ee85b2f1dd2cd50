'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ConnectorManifest } from '@weft/workflow';
import { useTRPC } from '../../trpc/client.tsx';

/** The connectors by their id; empty until they are known. They change only when a worker brings new ones. */
export function useConnectors(): ReadonlyMap<string, ConnectorManifest> {
  const trpc = useTRPC();
  const connectors = useQuery({ ...trpc.catalog.connectors.queryOptions(), staleTime: 60_000 });
  return useMemo(() => new Map((connectors.data ?? []).map((connector) => [connector.id, connector])), [connectors.data]);
}
