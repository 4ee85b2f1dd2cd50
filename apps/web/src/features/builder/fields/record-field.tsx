'use client';
/** An object whose fields come from the connected account: required ones first, the rest under "Add field". */
import { useQuery } from '@tanstack/react-query';
import { Combobox, IconButton, Skeleton, Switch } from '@weft/ui';
import type { JsonValue, RecordField as AccountField } from '@weft/workflow';
import { X } from 'lucide-react';
import { useTRPC } from '../../../trpc/client.tsx';
import { useFieldValues } from '../../choices/use-choices.ts';
import { errorMessage } from '../../../trpc/errors.ts';
import { hasExpression } from '../preview/use-resolved.tsx';
import { toOption } from './choice-field.tsx';
import { FieldRow } from './field-row.tsx';
import { Mappable } from './mappable.tsx';
import type { PropertyFieldProps } from './property-field.tsx';
import { TemplateField } from './template-field.tsx';

/** The fields of an object as the account describes them. */
export function useAccountFields(connectionId: string | undefined, object: string | undefined) {
  const trpc = useTRPC();
  return useQuery(
    trpc.catalog.fields.queryOptions(
      { connectionId: connectionId ?? '', object: object ?? '' },
      { enabled: connectionId !== undefined && object !== undefined && object !== '', staleTime: 300_000 },
    ),
  );
}

export function RecordField(props: PropertyFieldProps) {
  const { property, value, input, source, onChange } = props;
  const object = property.remote?.object ?? objectName(property.remote?.dependsOn ?? [], input);
  const fields = useAccountFields(source.connectionId, object);
  const record = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  const known = (fields.data ?? []).filter((field) => field.readOnly !== true);
  const set = (name: string, next: JsonValue | undefined) => {
    const { [name]: _, ...rest } = record;
    onChange(next === undefined ? rest : { ...record, [name]: next });
  };
  const shown = shownFields(known, record);
  return (
    <Mappable label={property.label} value={value} fixedLabel="Set field by field" onChange={onChange}>
      <div className="record">
        {source.connectionId === undefined && (
          <p className="field-help">Choose an account to see the fields of {object ?? 'this object'}.</p>
        )}
        {fields.isPending && fields.fetchStatus !== 'idle' && <Skeleton className="h-16" />}
        {fields.error !== null && <p className="resolved resolved-bad">{errorMessage(fields.error)}</p>}
        {shown.map((field) => (
          <AccountFieldRow
            key={field.name}
            field={field}
            value={record[field.name]}
            record={record}
            object={object}
            connectionId={source.connectionId}
            problem={props.problems.find((one) => one.field === `${property.name}.${field.name}`)}
            onChange={(next) => set(field.name, next)}
            onRemove={field.required ? undefined : () => set(field.name, undefined)}
          />
        ))}
        <Combobox
          aria-label="Add field"
          value={undefined}
          placeholder={`Add field${known.length > 0 ? ` (${known.length - shown.length} more)` : ''}`}
          options={known.filter((field) => !shown.includes(field)).map(fieldOption)}
          isLoading={fields.isFetching}
          allowsOther
          onValueChange={(name) => onChange({ ...record, [name]: '' })}
        />
      </div>
    </Mappable>
  );
}

/** The object that another property names, unless it is an expression. */
export function objectName(dependsOn: readonly string[], input: Readonly<Record<string, JsonValue>>): string | undefined {
  const value = dependsOn.map((name) => input[name]).find((candidate) => typeof candidate === 'string' && candidate !== '');
  return typeof value === 'string' && !hasExpression(value) ? value : undefined;
}

/** Required fields, then those with a value, also ones the account does not know. */
function shownFields(known: readonly AccountField[], record: Readonly<Record<string, JsonValue>>): AccountField[] {
  const names = new Set(known.map((field) => field.name));
  const foreign = Object.keys(record)
    .filter((name) => !names.has(name))
    .map((name): AccountField => ({ name, label: name, type: 'text', required: false }));
  return [...known.filter((field) => field.required), ...known.filter((field) => !field.required && field.name in record), ...foreign];
}

/** A field in a list of fields to choose. */
export function fieldOption(field: AccountField): { value: string; label: string; hint: string } {
  return { value: field.name, label: field.label, hint: `${fieldTypeText(field)}${field.custom === true ? ' · custom' : ''}` };
}

/** Type and length as one reads them: `text, 50`. */
export function fieldTypeText(field: Pick<AccountField, 'type' | 'maxLength'>): string {
  const word = {
    text: 'text',
    longText: 'long text',
    number: 'number',
    boolean: 'yes or no',
    date: 'date',
    dateTime: 'date and time',
    select: 'picklist',
    reference: 'look-up',
    object: 'object',
    list: 'list',
  }[field.type];
  return field.maxLength === undefined ? word : `${word}, ${field.maxLength}`;
}

interface AccountFieldRowProps {
  readonly field: AccountField;
  readonly value: JsonValue | undefined;
  /** What is filled in so far, of which object in which account: for values that are looked up. */
  readonly record: Readonly<Record<string, JsonValue>>;
  readonly object: string | undefined;
  readonly connectionId: string | undefined;
  readonly problem: { readonly level: 'error' | 'warning'; readonly message: string } | undefined;
  readonly onRemove: (() => void) | undefined;
  onChange(value: JsonValue | undefined): void;
}

function AccountFieldRow({ field, value, problem, onRemove, onChange, ...place }: AccountFieldRowProps) {
  const hint = (
    <span className="record-hint">
      {fieldTypeText(field)}
      {field.custom === true && ' · custom'}
      {onRemove !== undefined && (
        <IconButton size="small" className="record-remove" label={`Remove ${field.label}`} onClick={onRemove}>
          <X aria-hidden />
        </IconButton>
      )}
    </span>
  );
  return (
    <FieldRow
      label={field.label}
      isRequired={field.required}
      isMapped={hasExpression(value)}
      hint={hint}
      help={field.help}
      problem={problem}
    >
      <AccountFieldControl field={field} value={value} onChange={onChange} {...place} />
    </FieldRow>
  );
}

type ControlProps = Omit<AccountFieldRowProps, 'problem' | 'onRemove'>;

function AccountFieldControl(props: ControlProps) {
  const { field, value, onChange } = props;
  if (field.searched === true) return <SearchedControl {...props} />;
  if (field.type === 'select' && field.choices !== undefined) {
    return (
      <Mappable label={field.label} value={value} fixedLabel="Choose from the list" onChange={onChange}>
        <Combobox
          aria-label={field.label}
          value={typeof value === 'string' ? value : undefined}
          options={field.choices.map(toOption)}
          allowsOther
          onValueChange={onChange}
        />
      </Mappable>
    );
  }
  if (field.type === 'boolean') {
    return (
      <Mappable label={field.label} value={value} fixedLabel="Use a switch" onChange={onChange}>
        <div className="switch-line">
          <Switch isChecked={value === true} label={field.label} onCheckedChange={onChange} />
          <span>{value === true ? 'Yes' : 'No'}</span>
        </div>
      </Mappable>
    );
  }
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <TemplateField
      label={field.label}
      value={text}
      isLong={field.type === 'longText'}
      onChange={(next) =>
        onChange(field.type === 'number' && next.trim() !== '' && !Number.isNaN(Number(next)) && !next.endsWith('.') ? Number(next) : next)
      }
    />
  );
}

/** A reference: its records are looked for by name, a page at a time; what is taken is what the field holds. */
function SearchedControl({ field, value, record, object, connectionId, onChange }: ControlProps) {
  const needed = [...(field.dependsOn ?? []), field.name];
  const fixed = Object.entries(record).filter(([name, one]) => needed.includes(name) && !hasExpression(one));
  const list = useFieldValues(
    { connectionId, object, field: field.name, record: Object.fromEntries(fixed) },
    { isEnabled: !hasExpression(value) },
  );
  return (
    <Mappable label={field.label} value={value} fixedLabel="Look it up" onChange={onChange}>
      <Combobox
        aria-label={field.label}
        value={value === undefined || value === null || value === '' ? undefined : String(value)}
        options={list.choices.map(toOption)}
        placeholder="Look it up"
        isLoading={list.isLoading}
        error={list.error}
        allowsOther
        onSearch={list.search}
        onMore={list.more}
        onValueChange={onChange}
      />
    </Mappable>
  );
}
