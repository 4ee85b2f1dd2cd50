'use client';
/** One row of a mapping: the target, its source, and rules that fold away. */
import { Button, IconButton, Input, Select } from '@weft/ui';
import type { MapField, RecordField } from '@weft/workflow';
import { ArrowRight, Plus, Settings2, X } from 'lucide-react';
import { useState } from 'react';
import { useNodeFields } from '../fields/field-context.tsx';
import { fieldTypeText } from '../fields/record-field.tsx';
import { TemplateField } from '../fields/template-field.tsx';
import { previewRow } from '../preview/map-preview.ts';
import { resolvedText, ResultLine } from '../preview/resolved-line.tsx';
import { useAnswer } from '../preview/use-resolved.tsx';
import type { FieldProblem } from '../state/findings.ts';

interface MapRowProps {
  readonly row: MapField;
  readonly field: RecordField | undefined;
  readonly problem: FieldProblem | undefined;
  onChange(row: MapField): void;
  onRemove(): void;
}

const TRANSFORMS = [
  { value: 'none', label: 'as it is' },
  { value: 'trim', label: 'trimmed' },
  { value: 'upper', label: 'CAPITALS' },
  { value: 'lower', label: 'small letters' },
  { value: 'digits', label: 'digits only' },
  { value: 'domain', label: 'domain of it' },
  { value: 'date', label: 'date only' },
] as const;

const NULLS = [
  { value: 'omit', label: 'leave the field out' },
  { value: 'null', label: 'clear the field' },
  { value: 'fail', label: 'fail the step' },
] as const;

export function MapRow({ row, field, problem, onChange, onRemove }: MapRowProps) {
  const [isOpen, setOpen] = useState(false);
  const rules = rulesOf(row);
  return (
    <div className="map-row" role="group" aria-label={`Field ${row.to}`} data-bad={problem?.level}>
      <div className="map-row-head">
        <span className="map-to" title={field?.help}>
          {labelOf(row.to, field)}
          {field?.required === true && <span className="field-star">*</span>}
        </span>
        <span className="field-hint">{field === undefined ? row.to : fieldTypeText(field)}</span>
        <IconButton size="small" label={`Rules for ${row.to}`} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Settings2 aria-hidden />
        </IconButton>
        <IconButton size="small" label={`Remove ${row.to}`} onClick={onRemove}>
          <X aria-hidden />
        </IconButton>
      </div>
      <TemplateField
        isQuiet
        label={field?.label ?? row.to}
        value={typeof row.from === 'string' ? row.from : JSON.stringify(row.from)}
        placeholder="Value or data"
        onChange={(from) => onChange({ ...row, from })}
      />
      {rules.length > 0 && !isOpen && (
        <div className="map-chips">
          {rules.map((rule) => (
            <button key={rule} type="button" className="map-chip" onClick={() => setOpen(true)}>
              {rule}
            </button>
          ))}
        </div>
      )}
      {isOpen && <RowRules row={row} field={field} onChange={onChange} />}
      <RowResult row={row} />
      {problem !== undefined && (
        <p className="field-problem" data-level={problem.level}>
          {problem.message}
        </p>
      )}
    </div>
  );
}

/** `status.name` as "Status · name". */
function labelOf(to: string, field: RecordField | undefined): string {
  if (field === undefined) return to;
  return field.name === to ? field.label : `${field.label} · ${to.slice(field.name.length + 1)}`;
}

function rulesOf(row: MapField): string[] {
  const rules: string[] = [];
  if (row.transform !== undefined && row.transform !== 'none')
    rules.push(TRANSFORMS.find((one) => one.value === row.transform)?.label ?? row.transform);
  if (row.values !== undefined) rules.push(Object.keys(row.values).length === 1 ? '1 value' : `${Object.keys(row.values).length} values`);
  if (row.default !== undefined) rules.push(`default ${resolvedText(row.default)}`);
  if (row.whenNull === 'null' || row.whenNull === 'fail')
    rules.push(`if empty ${NULLS.find((one) => one.value === row.whenNull)?.label ?? ''}`);
  if (row.maxLength !== undefined) rules.push(`cut at ${row.maxLength}`);
  return rules;
}

/** Source and result for the sample, side by side when they differ. */
function RowResult({ row }: { readonly row: MapField }) {
  const { loop } = useNodeFields();
  const source = useAnswer(
    row.from === '' && row.default === undefined ? undefined : { kind: 'value', value: [row.from, row.default ?? null], loop },
  );
  if (source === undefined) return null;
  if (!source.ok) return <ResultLine result={source} />;
  // The question was a list of two, and so is the answer.
  const [before, fallback] = source.value as readonly [unknown, unknown];
  const result = previewRow(row, before, fallback);
  if (result.failure !== undefined) return <ResultLine result={{ ok: false, message: result.failure }} />;
  if (result.note === undefined) return <ResultLine result={{ ok: true, value: result.after }} />;
  return (
    <p className="resolved map-change">
      <span className="map-before" title={resolvedText(result.before ?? '')}>
        {result.before === undefined || result.before === null ? 'empty' : resolvedText(result.before)}
      </span>
      <ArrowRight size={12} aria-hidden />
      <strong title={resolvedText(result.after ?? '')}>{result.after === undefined ? 'left out' : resolvedText(result.after)}</strong>
      <span className="map-note">{result.note}</span>
    </p>
  );
}

function RowRules({ row, field, onChange }: Pick<MapRowProps, 'row' | 'field' | 'onChange'>) {
  const without = <Key extends keyof MapField>(key: Key): MapField => {
    const { [key]: _, ...rest } = row;
    // Only optional keys are taken away.
    return rest as unknown as MapField;
  };
  const setOr = <Key extends 'default' | 'otherwise' | 'maxLength' | 'transform' | 'whenNull'>(
    key: Key,
    value: MapField[Key] | undefined,
  ) => onChange(value === undefined ? without(key) : { ...row, [key]: value });
  return (
    <div className="map-rules">
      <label>
        Written
        <Select
          size="dense"
          aria-label="Transform"
          value={row.transform ?? 'none'}
          options={TRANSFORMS}
          onValueChange={(value) => setOr('transform', value === 'none' ? undefined : TRANSFORMS.find((one) => one.value === value)?.value)}
        />
      </label>
      <label>
        If empty
        <Select
          size="dense"
          aria-label="If empty"
          value={row.whenNull ?? 'omit'}
          options={NULLS}
          onValueChange={(value) => setOr('whenNull', value === 'omit' ? undefined : NULLS.find((one) => one.value === value)?.value)}
        />
      </label>
      <label>
        Default
        <Input
          size="dense"
          aria-label="Default"
          value={row.default === undefined ? '' : resolvedText(row.default)}
          placeholder="none"
          onChange={(event) => setOr('default', event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        />
      </label>
      <label>
        Cut at
        <Input
          size="dense"
          type="number"
          min={1}
          aria-label="Longest text"
          value={row.maxLength ?? ''}
          placeholder="never"
          onChange={(event) =>
            setOr(
              'maxLength',
              event.currentTarget.value === '' || event.currentTarget.valueAsNumber < 1
                ? undefined
                : Math.round(event.currentTarget.valueAsNumber),
            )
          }
        />
      </label>
      <ValueMap
        row={row}
        field={field}
        onChange={onChange}
        onClear={() => onChange(without('values'))}
        onOtherwise={(text) => setOr('otherwise', text === '' ? undefined : text)}
      />
    </div>
  );
}

/** Text of the source → value written. */
function ValueMap({
  row,
  field,
  onChange,
  onClear,
  onOtherwise,
}: Pick<MapRowProps, 'row' | 'field' | 'onChange'> & { onClear(): void; onOtherwise(text: string): void }) {
  const entries = Object.entries(row.values ?? {});
  const set = (next: readonly (readonly [string, MapField['from']])[]) =>
    next.length === 0 ? onClear() : onChange({ ...row, values: Object.fromEntries(next) });
  const choices = field?.choices?.map((choice) => ({ value: choice.value, label: choice.label }));
  const target = (value: MapField['from'] | undefined, label: string, change: (text: string) => void) =>
    choices === undefined ? (
      <Input
        size="dense"
        aria-label={label}
        value={value === undefined ? '' : resolvedText(value)}
        placeholder="Value written"
        onChange={(event) => change(event.currentTarget.value)}
      />
    ) : (
      <Select
        size="dense"
        aria-label={label}
        value={typeof value === 'string' && value !== '' ? value : undefined}
        options={choices}
        placeholder="Choose"
        onValueChange={change}
      />
    );
  return (
    <div className="value-map">
      <span className="value-map-title">Values</span>
      {entries.map(([from, to], index) => (
        <div key={index} className="value-line">
          <Input
            size="dense"
            aria-label={`Source value ${index + 1}`}
            value={from}
            onChange={(event) => set(entries.with(index, [event.currentTarget.value, to]))}
          />
          <ArrowRight size={12} aria-hidden />
          {target(to, `Value written for ${from}`, (text) => set(entries.with(index, [from, text])))}
          <IconButton size="small" label={`Remove ${from}`} onClick={() => set(entries.toSpliced(index, 1))}>
            <X aria-hidden />
          </IconButton>
        </div>
      ))}
      {entries.length > 0 && (
        <div className="value-line">
          <span className="value-other">a value not listed</span>
          <ArrowRight size={12} aria-hidden />
          {target(row.otherwise, 'Value written for anything else', onOtherwise)}
          <span className="value-gap" />
        </div>
      )}
      <Button size="small" variant="ghost" icon={<Plus aria-hidden />} onClick={() => set([...entries, [freeKey(entries), '']])}>
        Add value
      </Button>
    </div>
  );
}

function freeKey(entries: readonly (readonly [string, unknown])[]): string {
  let number = entries.length + 1;
  while (entries.some(([key]) => key === `value ${number}`)) number += 1;
  return `value ${number}`;
}
