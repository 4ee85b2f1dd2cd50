'use client';
/** One property of an operation as a field; which control, is decided by the table below. */
import { Switch, Textarea } from '@weft/ui';
import type { JsonValue, Property } from '@weft/workflow';
import { useState } from 'react';
import type { ComponentType } from 'react';
import { hasExpression } from '../preview/use-resolved.tsx';
import { ResolvedLine } from '../preview/resolved-line.tsx';
import type { FieldProblem } from '../state/findings.ts';
import { ChoiceField, MultiChoiceField } from './choice-field.tsx';
import { useNodeFields } from './field-context.tsx';
import { FieldRow } from './field-row.tsx';
import { KeyValueField, ListField } from './list-field.tsx';
import { Mappable } from './mappable.tsx';
import { RecordField } from './record-field.tsx';
import { RowsField } from './rows-field.tsx';
import { TemplateField } from './template-field.tsx';

export interface PropertyFieldProps {
  readonly property: Property;
  readonly value: JsonValue | undefined;
  /** The whole input: what look-ups depend on. */
  readonly input: Readonly<Record<string, JsonValue>>;
  readonly source: OperationSource;
  readonly problems: readonly FieldProblem[];
  onChange(value: JsonValue | undefined): void;
}

/** Whose property it is, for look-ups. */
export interface OperationSource {
  readonly connector: string;
  readonly operation: string;
  readonly connectionId: string | undefined;
}

const CONTROLS = {
  text: TextControl,
  longText: LongControl,
  secret: TextControl,
  query: LongControl,
  dateTime: TextControl,
  number: NumberControl,
  boolean: BooleanControl,
  select: ChoiceField,
  multiSelect: MultiChoiceField,
  list: ListField,
  keyValue: KeyValueField,
  rows: RowsField,
  record: RecordField,
  json: JsonControl,
} as const satisfies Record<Property['kind'], ComponentType<PropertyFieldProps>>;

const TYPE_HINTS: Partial<Record<Property['kind'], string>> = {
  number: 'number',
  dateTime: 'date and time',
  longText: 'long text',
  query: 'query',
  json: 'JSON',
  keyValue: 'keys and values',
  list: 'list',
};

export function PropertyField(props: PropertyFieldProps) {
  const { property, value, problems } = props;
  const Control = CONTROLS[property.kind];
  // What cannot be read is told by the line under the field, with its place.
  const own = problems.find(
    (problem) =>
      (problem.code !== 'expression_syntax' || property.kind === 'record') &&
      (problem.field === property.name || (problem.field.startsWith(`${property.name}.`) && property.kind !== 'record')),
  );
  return (
    <FieldRow
      label={property.label}
      isRequired={property.required}
      isMapped={hasExpression(value)}
      hint={hintOf(property, value)}
      help={property.help}
      problem={own}
    >
      <Control {...props} />
    </FieldRow>
  );
}

function hintOf(property: Property, value: JsonValue | undefined): string | undefined {
  if (property.maxLength === undefined) return TYPE_HINTS[property.kind];
  return typeof value === 'string' && !hasExpression(value) ? `${value.length} / ${property.maxLength}` : `up to ${property.maxLength}`;
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function TextControl({ property, value, onChange }: PropertyFieldProps) {
  return (
    <TemplateField
      label={property.label}
      value={textOf(value)}
      placeholder={property.placeholder ?? (property.kind === 'dateTime' ? '2026-11-20T09:00:00Z' : undefined)}
      onChange={(text) => onChange(text === '' ? undefined : text)}
    />
  );
}

function LongControl({ property, value, onChange }: PropertyFieldProps) {
  return (
    <TemplateField
      isLong
      label={property.label}
      value={textOf(value)}
      placeholder={property.placeholder}
      onChange={(text) => onChange(text === '' ? undefined : text)}
    />
  );
}

function NumberControl({ property, value, onChange }: PropertyFieldProps) {
  const text = textOf(value);
  const isWrong = text !== '' && !hasExpression(value) && Number.isNaN(Number(text));
  return (
    <TemplateField
      label={property.label}
      value={text}
      placeholder={property.placeholder}
      isInvalid={isWrong}
      note={isWrong ? 'This is not a number.' : undefined}
      onChange={(next) =>
        onChange(
          next === '' ? undefined : next.trim() !== '' && !Number.isNaN(Number(next)) && !/[.]$|^0\d/.test(next) ? Number(next) : next,
        )
      }
    />
  );
}

function BooleanControl({ property, value, onChange }: PropertyFieldProps) {
  return (
    <Mappable label={property.label} value={value} fixedLabel="Use a switch" onChange={onChange}>
      <div className="switch-line">
        <Switch isChecked={value === true} label={property.label} onCheckedChange={onChange} />
        <span>{value === true ? 'Yes' : 'No'}</span>
      </div>
    </Mappable>
  );
}

/** JSON as text; it is taken over whenever it can be read. */
function JsonControl({ property, value, onChange }: PropertyFieldProps) {
  const fields = useNodeFields();
  const [text, setText] = useState(() => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2)));
  const [error, setError] = useState<string>();
  const change = (next: string) => {
    setText(next);
    const read = readJson(next);
    setError(read.error);
    if (read.error === undefined) onChange(read.value);
  };
  return (
    <>
      <Textarea
        isCode
        rows={5}
        aria-label={property.label}
        aria-invalid={error !== undefined}
        value={text}
        placeholder={property.placeholder ?? '{ }'}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {error === undefined ? <ResolvedLine value={value} loop={fields.loop} /> : <p className="resolved resolved-bad">{error}</p>}
    </>
  );
}

/** JSON, or one template string as it stands. */
export function readJson(text: string): { readonly value?: JsonValue | undefined; readonly error?: string } {
  const trimmed = text.trim();
  if (trimmed === '') return { value: undefined };
  if (trimmed.startsWith('{{') && trimmed.endsWith('}}')) return { value: trimmed };
  try {
    return { value: JSON.parse(trimmed) as JsonValue };
  } catch (error) {
    return { error: `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}` };
  }
}
