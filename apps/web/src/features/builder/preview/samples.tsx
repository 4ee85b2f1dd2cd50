'use client';
/** The sample that fields are shown with: the connectors' examples, or what a past run really gave. */
import { useQuery } from '@tanstack/react-query';
import type { Catalog, WorkflowDocument } from '@weft/workflow';
import { useEffect, useMemo, useState } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import type { PreviewClient } from './preview-client.ts';
import type { SampleScope } from './protocol.ts';
import { staticScope } from './static-samples.ts';
import type { RunSample } from './static-samples.ts';

export interface SampleChoice {
  readonly id: string;
  readonly label: string;
}

export interface Samples {
  readonly scope: SampleScope;
  readonly choices: readonly SampleChoice[];
  readonly chosen: string;
  choose(id: string): void;
}

/** Id of the choice that stands for the connectors' own examples. */
export const EXAMPLES = 'examples';

interface SamplesOptions {
  readonly workflowId: string;
  readonly document: WorkflowDocument;
  readonly catalog: Catalog;
  readonly config: Readonly<Record<string, unknown>>;
  readonly client: PreviewClient;
}

/** The chosen sample, with maps, branches and loops worked out from it. */
export function useSamples(options: SamplesOptions): Samples {
  const { workflowId, document, catalog, config, client } = options;
  const trpc = useTRPC();
  const runs = useQuery(trpc.runs.list.queryOptions({ workflowId, limit: 8 }));
  const ended = useMemo(
    () => (runs.data?.runs ?? []).filter((run) => run.status === 'succeeded' || run.status === 'failed' || run.status === 'skipped'),
    [runs.data],
  );
  const [picked, setPicked] = useState<string>();
  const chosen = picked ?? ended[0]?.id ?? EXAMPLES;
  const run = useQuery(trpc.runs.get.queryOptions({ id: chosen }, { enabled: chosen !== EXAMPLES, staleTime: Infinity }));
  const sample = useMemo<RunSample | undefined>(
    () => (chosen === EXAMPLES || run.data === undefined ? undefined : { input: run.data.input, steps: run.data.steps }),
    [chosen, run.data],
  );
  const given = useMemo(() => staticScope({ document, catalog, config, run: sample }), [document, catalog, config, sample]);
  const scope = useDerived(client, document, given);
  const choices = useMemo(
    () => [
      ...ended.map((one) => ({
        id: one.id,
        label: `${one.businessKey ?? 'Run'} · ${new Date(one.createdAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`,
      })),
      { id: EXAMPLES, label: 'Examples of the connectors' },
    ],
    [ended],
  );
  return useMemo(() => ({ scope, choices, chosen, choose: setPicked }), [scope, choices, chosen]);
}

/** Asks the worker for what follows from the given samples; the given ones alone until it answers. */
function useDerived(client: PreviewClient, document: WorkflowDocument, given: SampleScope): SampleScope {
  const [derived, setDerived] = useState<{ given: SampleScope; scope: SampleScope }>();
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      void client.ask({ kind: 'derive', document, scope: given }).then((result) => {
        // The worker answers a `derive` with a scope.
        if (isCurrent && result.ok) setDerived({ given, scope: result.value as SampleScope });
      });
    }, 200);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [client, document, given]);
  const scope = derived?.scope ?? given;
  useEffect(() => client.setScope(scope), [client, scope]);
  return scope;
}
