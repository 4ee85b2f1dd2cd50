'use client';

import { useQuery } from '@tanstack/react-query';
import type { ChoicesFrom, JsonValue } from '@weft/workflow';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { TIME_ZONES } from '../choices/time-zones.ts';
import { useConnectors } from '../templates/use-connectors.ts';
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

/** Asks the chosen account, or looks into a list of our own. `answer`: the one given so far, which a long list then names. */
export function useChoices(from: ChoicesFrom, { slots, bindings, config }: AnswerContext, answer: JsonValue | undefined): AnswerChoices {
  const trpc = useTRPC();
  const connectors = useConnectors();
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
  const connector = 'slot' in from ? (slots.get(from.slot)?.connector ?? '') : '';
  const operation = 'operation' in from ? from.operation : '';
  const isSearched =
    connectors
      .get(connector)
      ?.operations.find(({ id }) => id === operation)
      ?.properties.find(({ name }) => name === property)?.remote?.search === true;
  const listed = usePropertyChoices(
    {
      connectionId,
      connector,
      operation,
      property: property ?? '',
      values: isSearched && property !== undefined && answer !== undefined ? { ...config, [property]: answer } : config,
    },
    { isEnabled: connectionId !== undefined && property !== undefined, isSearched },
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
