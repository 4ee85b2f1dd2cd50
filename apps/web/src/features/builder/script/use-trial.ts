'use client';
/** Trying a script with the chosen sample: nothing is stored, no run is made. */
import { useMutation } from '@tanstack/react-query';
import { scriptScope } from '@weft/workflow';
import type { ScriptNode } from '@weft/workflow';
import { useMemo } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import type { RouterOutputs } from '../../../trpc/client.tsx';
import { errorMessage } from '../../../trpc/errors.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument } from '../state/use-draft.tsx';
import { trialScope } from './script-scope.ts';

export interface Trial {
  readonly result: RouterOutputs['workflows']['tryScript'] | undefined;
  /** Why there is no result. */
  readonly error: string | undefined;
  readonly isRunning: boolean;
  /** The script or its sample has changed since. */
  readonly isStale: boolean;
  run(): void;
}

export function useTrial(node: ScriptNode): Trial {
  const { samples } = useBuilder();
  const document = useDocument();
  const trpc = useTRPC();
  const trial = useMutation(trpc.workflows.tryScript.mutationOptions());
  const { mutate, data, error, isPending, variables } = trial;
  const scope = useMemo(
    () => scriptScope(node.code, trialScope(document, node.id, samples.scope, new Date())),
    [document, node.id, node.code, samples.scope],
  );
  return {
    result: isPending ? undefined : data,
    error: error === null ? undefined : errorMessage(error),
    isRunning: isPending,
    isStale: variables !== undefined && (variables.code !== node.code || withoutTime(variables.scope) !== withoutTime(scope)),
    run: () => mutate({ code: node.code, scope, ...(node.timeoutMs === undefined ? {} : { timeoutMs: node.timeoutMs }) }),
  };
}

/** A scope as text, to compare: when it was made does not count. */
function withoutTime({ run: _run, ...scope }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(scope);
}
