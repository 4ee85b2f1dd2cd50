'use client';

import { useQuery } from '@tanstack/react-query';
import type { ChoicesFrom, JsonValue } from '@weft/workflow';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { TIME_ZONES } from '../choices/time-zones.ts';
import { useFieldValues, usePropertyChoices } from '../choices/use-choices.ts';
import type { ChoiceList } from '../choices/use-choices.ts';

/** What a question is asked with: the chosen accounts, and the other answers. */
export interface AnswerContext {
  /** slot → connector */
  readonly slots: ReadonlyMap<string, { readonly connector: string }>;
  /** slot → connection id */
  readonly bindings: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, JsonValue>>;
}

/** The values that an answer can have. */
export interface AnswerChoices extends ChoiceList {
  /** The list is all there is, so that a value which is not in it is a mistake. */
  readonly isComplete: boolean;
}

const SEARCHED = new Set(['companyId']);

/** Asks the chosen account, or looks into a list of our own. */
export function useChoices(from: ChoicesFrom, { slots, bindings, config }: AnswerContext): AnswerChoices {
  const trpc = useTRPC();
  const connectionId = 'slot' in from ? bindings[from.slot] : undefined;
  const object = 'object' in from ? from.object : undefined;
  const fields = useQuery({
    ...trpc.catalog.fields.queryOptions({ connectionId: connectionId ?? '', object: object ?? '' }),
    staleTime: 60_000,
    enabled: object !== undefined && connectionId !== undefined,
  });
  const field = 'object' in from ? fields.data?.find(({ name }) => name === from.field) : undefined;
  // A field that points to other records has no picklist: the records themselves are the choices.
  const records = useFieldValues({ connectionId, object, field: field?.name ?? '', record: {} }, { isEnabled: field?.searched === true });
  const property = 'property' in from ? from.property : undefined;
  const listed = usePropertyChoices(
    {
      connectionId,
      connector: 'slot' in from ? (slots.get(from.slot)?.connector ?? '') : '',
      operation: 'operation' in from ? from.operation : '',
      property: property ?? '',
      values: config,
    },
    { isEnabled: connectionId !== undefined && property !== undefined, isSearched: property !== undefined && SEARCHED.has(property) },
  );
  if ('list' in from) return { ...NOTHING, choices: TIME_ZONES, isComplete: true };
  const list = property !== undefined ? listed : field?.searched === true ? records : undefined;
  if (list !== undefined) return { ...list, isComplete: list.isWhole && list.choices.length > 0 };
  const choices = field?.choices ?? [];
  const error = fields.error ? errorMessage(fields.error) : undefined;
  return { ...NOTHING, choices, isLoading: fields.isFetching, error, isComplete: choices.length > 0 };
}

const NOTHING: AnswerChoices = {
  choices: [],
  isLoading: false,
  error: undefined,
  isWhole: true,
  isComplete: false,
  search: () => undefined,
  more: undefined,
};
