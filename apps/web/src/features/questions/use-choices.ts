'use client';

import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { Choice, ChoicesFrom, JsonValue } from '@weft/workflow';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';

/** What a question is asked with: the chosen accounts, and the other answers. */
export interface AnswerContext {
  /** slot → connector */
  readonly slots: ReadonlyMap<string, { readonly connector: string }>;
  /** slot → connection id */
  readonly bindings: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, JsonValue>>;
}

/** The values that an answer can have. */
export interface AnswerChoices {
  readonly choices: readonly Choice[];
  readonly isLoading: boolean;
  readonly error: string | undefined;
  /** The list is all there is, so that a value which is not in it is a mistake. */
  readonly isComplete: boolean;
  readonly search: (text: string) => void;
}

const SEARCHED = new Set(['companyId', 'reference']);

/** Asks the chosen account, or looks into a list of our own. */
export function useChoices(from: ChoicesFrom, { slots, bindings, config }: AnswerContext): AnswerChoices {
  const trpc = useTRPC();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed);
  const connectionId = 'slot' in from ? bindings[from.slot] : undefined;
  const connector = 'slot' in from ? (slots.get(from.slot)?.connector ?? '') : '';
  const fields = useQuery({
    ...trpc.catalog.fields.queryOptions({ connectionId: connectionId ?? '', object: 'object' in from ? from.object : '' }),
    staleTime: 60_000,
    enabled: 'object' in from && connectionId !== undefined,
  });
  const field = 'object' in from ? fields.data?.find(({ name }) => name === from.field) : undefined;
  // A field that points to other records has no picklist: the records themselves are the choices.
  const property = 'property' in from ? from.property : field?.type === 'reference' ? 'reference' : undefined;
  const values = 'object' in from ? { object: from.object, field: from.field } : { ...config };
  const remote = useQuery({
    ...trpc.catalog.choices.queryOptions({
      ...(connectionId ? { connectionId } : {}),
      connector,
      operation: 'operation' in from ? from.operation : 'findRecords',
      property: property ?? '',
      values,
      ...(property !== undefined && SEARCHED.has(property) && search !== '' ? { search } : {}),
    }),
    staleTime: 60_000,
    enabled: connectionId !== undefined && property !== undefined,
  });
  if ('list' in from) return { choices: TIME_ZONES, isLoading: false, error: undefined, isComplete: true, search: setTyped };
  const error = fields.error ?? remote.error;
  const choices = property === undefined ? (field?.choices ?? []) : (remote.data ?? []);
  return {
    choices,
    isLoading: fields.isFetching || remote.isFetching,
    error: error ? errorMessage(error) : undefined,
    isComplete: choices.length > 0 && !(property !== undefined && SEARCHED.has(property)),
    search: setTyped,
  };
}

const TIME_ZONES: readonly Choice[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({
  value: zone,
  label: zone.replaceAll('_', ' '),
}));
