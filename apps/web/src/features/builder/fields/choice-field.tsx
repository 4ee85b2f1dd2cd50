'use client';
/** Drop-downs: fixed choices, or those of the connected account, looked up as one types. */
import { Combobox } from '@weft/ui';
import type { Choice, JsonValue } from '@weft/workflow';
import { X } from 'lucide-react';
import { usePropertyChoices } from '../../choices/use-choices.ts';
import type { ChoiceList } from '../../choices/use-choices.ts';
import { TIME_ZONES } from '../../choices/time-zones.ts';
import { Mappable } from './mappable.tsx';
import type { PropertyFieldProps } from './property-field.tsx';
import { hasExpression } from '../preview/use-resolved.tsx';

interface Lookup extends ChoiceList {
  /** Why nothing can be asked yet. */
  readonly missing: string | undefined;
}

/** The choices of a property, of wherever they come from. */
function useChoices({ property, input, source }: Pick<PropertyFieldProps, 'property' | 'input' | 'source'>): Lookup {
  const values = Object.fromEntries((property.remote?.dependsOn ?? []).map((name) => [name, input[name]]));
  const open = Object.entries(values).find(([, value]) => value === undefined || value === '' || hasExpression(value));
  const missing =
    property.remote === undefined
      ? undefined
      : source.connectionId === undefined
        ? 'Choose an account first.'
        : open === undefined
          ? undefined
          : `Set ${open[0]} to a fixed value first.`;
  const isSearched = property.remote?.search === true;
  // Of a long list the account is told what is chosen, so that it gives its label however far down it is.
  const own = input[property.name];
  const chosen = isSearched && (typeof own === 'number' || (typeof own === 'string' && own !== '' && !hasExpression(own)));
  const found = usePropertyChoices(
    { ...source, property: property.name, values: chosen ? { ...values, [property.name]: own } : values },
    { isEnabled: property.remote?.what === 'choices' && missing === undefined && !hasExpression(own), isSearched },
  );
  return { ...found, choices: property.choices ?? (property.list === 'timeZones' ? TIME_ZONES : found.choices), missing };
}

export function ChoiceField(props: PropertyFieldProps) {
  const { property, value, onChange } = props;
  const lookup = useChoices(props);
  const text = value === undefined || value === null ? undefined : String(value);
  return (
    <Mappable label={property.label} value={value} fixedLabel="Choose from the list" onChange={onChange}>
      <Combobox
        aria-label={property.label}
        value={text}
        options={lookup.choices.map(toOption)}
        placeholder={lookup.missing ?? property.placeholder ?? 'Choose'}
        isLoading={lookup.isLoading}
        error={lookup.error}
        allowsOther={property.remote !== undefined}
        onSearch={lookup.search}
        onMore={lookup.more}
        onValueChange={(next) => onChange(next === '' ? undefined : next)}
      />
    </Mappable>
  );
}

export function MultiChoiceField(props: PropertyFieldProps) {
  const { property, value, onChange } = props;
  const lookup = useChoices(props);
  const chosen = Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  const labelOf = (item: string) => lookup.choices.find((choice) => choice.value === item)?.label ?? item;
  const set = (next: readonly JsonValue[]) => onChange(next.length === 0 ? undefined : [...next]);
  return (
    <Mappable label={property.label} value={value} fixedLabel="Choose from the list" onChange={onChange}>
      <div className="multi">
        {chosen.map((item) => (
          <span key={item} className="multi-chip">
            {labelOf(item)}
            <button type="button" aria-label={`Remove ${labelOf(item)}`} onClick={() => set(chosen.filter((other) => other !== item))}>
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
        <Combobox
          aria-label={`Add to ${property.label}`}
          value={undefined}
          options={lookup.choices.filter((choice) => !chosen.includes(choice.value)).map(toOption)}
          placeholder={lookup.missing ?? 'Add'}
          isLoading={lookup.isLoading}
          error={lookup.error}
          allowsOther={property.remote !== undefined}
          onSearch={lookup.search}
          onMore={lookup.more}
          onValueChange={(next) => set([...chosen, next])}
        />
      </div>
    </Mappable>
  );
}

export function toOption(choice: Choice): { value: string; label: string; hint?: string } {
  return { value: choice.value, label: choice.label, ...(choice.hint === undefined ? {} : { hint: choice.hint }) };
}
