'use client';
/** Values that a connected account lists: asked page by page, and anew for what somebody types. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { Choice, ChoicePage } from '@weft/workflow';
import { useDeferredValue, useState } from 'react';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';

/** A list as a drop-down takes it. */
export interface ChoiceList {
  readonly choices: readonly Choice[];
  readonly isLoading: boolean;
  readonly error: string | undefined;
  search(text: string): void;
  /** Absent when everything is there. */
  readonly more: (() => void) | undefined;
  /** These are all there are, so that a value which is not among them is a mistake. */
  readonly isWhole: boolean;
}

/** A drop-down of an operation. */
export interface PropertyChoices {
  readonly connectionId: string | undefined;
  readonly connector: string;
  readonly operation: string;
  readonly property: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const KEPT_MS = 60_000;
const pages = { staleTime: KEPT_MS, placeholderData: keepPreviousData, getNextPageParam: (last: ChoicePage) => last.next };

/** Values of a property. `isSearched`: the account looks for what is typed, else the list is filtered here. */
export function usePropertyChoices(
  of: PropertyChoices,
  options: { readonly isEnabled: boolean; readonly isSearched: boolean },
): ChoiceList {
  const trpc = useTRPC();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(options.isSearched ? typed.trim() : '');
  const { connectionId, ...rest } = of;
  const query = useInfiniteQuery(
    trpc.catalog.choices.infiniteQueryOptions(
      { ...rest, values: { ...of.values }, ...(connectionId === undefined ? {} : { connectionId }), ...(search === '' ? {} : { search }) },
      { ...pages, enabled: options.isEnabled },
    ),
  );
  return toList(query, search, setTyped);
}

/** Values of a field of a record, such as the records a reference may point to. */
export function useFieldValues(
  of: {
    readonly connectionId: string | undefined;
    readonly object: string | undefined;
    readonly field: string;
    readonly record: Readonly<Record<string, unknown>>;
  },
  options: { readonly isEnabled: boolean },
): ChoiceList {
  const trpc = useTRPC();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const { connectionId, object, field } = of;
  const query = useInfiniteQuery(
    trpc.catalog.fieldValues.infiniteQueryOptions(
      { connectionId: connectionId ?? '', object: object ?? '', field, record: { ...of.record }, ...(search === '' ? {} : { search }) },
      { ...pages, enabled: options.isEnabled && connectionId !== undefined && object !== undefined },
    ),
  );
  return toList(query, search, setTyped);
}

interface PagedQuery {
  readonly data: { readonly pages: readonly ChoicePage[] } | undefined;
  readonly isFetching: boolean;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

function toList(query: PagedQuery, searched: string, search: (text: string) => void): ChoiceList {
  return {
    isWhole: searched === '' && query.data !== undefined && !query.isFetching && !query.hasNextPage,
    // A record that moved between two pages is in both.
    choices: [...new Map(query.data?.pages.flatMap((page) => page.choices.map((choice) => [choice.value, choice] as const))).values()],
    isLoading: query.isFetching,
    error: query.error === null || query.error === undefined ? undefined : errorMessage(query.error),
    search,
    more: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
  };
}
