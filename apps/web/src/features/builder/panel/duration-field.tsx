'use client';
/** A length of time: a number, typed or inserted, and its unit. */
import { Select } from '@weft/ui';
import type { Duration } from '@weft/workflow';
import { FieldRow } from '../fields/field-row.tsx';
import { TemplateField } from '../fields/template-field.tsx';
import { hasExpression } from '../preview/use-resolved.tsx';
import type { FieldProblem } from '../state/findings.ts';

const UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks'] as const satisfies readonly Duration['unit'][];

interface DurationFieldProps {
  readonly label: string;
  readonly value: Duration;
  readonly help?: string;
  readonly isRequired?: boolean;
  readonly problem?: FieldProblem | undefined;
  onChange(value: Duration): void;
}

export function DurationField({ label, value, help, isRequired, problem, onChange }: DurationFieldProps) {
  const text = typeof value.amount === 'string' ? value.amount : value.amount === null ? '' : String(value.amount);
  return (
    <FieldRow label={label} isRequired={isRequired} isMapped={hasExpression(text)} help={help} problem={problem}>
      <div className="duration-field">
        <TemplateField
          label={`${label}, number`}
          value={text}
          placeholder="1"
          isInvalid={problem !== undefined}
          onChange={(amount) => onChange({ ...value, amount: toAmount(amount) })}
        />
        <Select
          aria-label={`${label}, unit`}
          value={value.unit}
          options={UNITS.map((unit) => ({ value: unit, label: unit }))}
          onValueChange={(unit) => onChange({ ...value, unit: UNITS.find((one) => one === unit) ?? 'minutes' })}
        />
      </div>
    </FieldRow>
  );
}

/** Digits are kept as a number, so that the document reads well; everything else as it was typed. */
function toAmount(text: string): Duration['amount'] {
  return /^\d{1,9}(\.\d{1,6})?$/.test(text.trim()) ? Number(text) : text;
}
