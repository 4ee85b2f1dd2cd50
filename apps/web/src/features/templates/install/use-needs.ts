'use client';

import { useQuery } from '@tanstack/react-query';
import { errorMessage } from '../../../trpc/errors.ts';
import { useTRPC } from '../../../trpc/client.tsx';
import type { RouterOutputs } from '../../../trpc/client.tsx';
import { slotsOf } from '../template-facts.ts';
import type { TemplateData } from './install-wizard.tsx';

export type NeedData = RouterOutputs['templates']['check'][number];

/** What was found of the fields that a template needs. */
export interface Needs {
  readonly fields: readonly NeedData[];
  /** Without these every run would fail. */
  readonly lacking: readonly NeedData[];
  readonly isLoading: boolean;
  readonly error: string | undefined;
  readonly lookAgain: () => void;
}

/** Looks in the chosen accounts for the fields that the template needs; again whenever the window gets the focus back. */
export function useNeeds(template: TemplateData, bindings: Readonly<Record<string, string>>): Needs {
  const trpc = useTRPC();
  const hasFields = template.needs.some(({ fields }) => fields.length > 0);
  const isBound = [...slotsOf(template.documents).keys()].every((slot) => bindings[slot] !== undefined);
  const check = useQuery({
    ...trpc.templates.check.queryOptions({ templateId: template.id, bindings: { ...bindings } }),
    enabled: hasFields && isBound,
    staleTime: 5000,
    refetchOnWindowFocus: true,
  });
  const fields = check.data ?? [];
  return {
    fields,
    lacking: fields.filter(({ state, isOptional }) => isOptional !== true && (state === 'missing' || state === 'wrong')),
    isLoading: check.isFetching,
    error: check.error ? errorMessage(check.error) : undefined,
    lookAgain: () => void check.refetch(),
  };
}
