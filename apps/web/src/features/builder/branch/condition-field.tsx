'use client';
/** A condition, built row by row or written as a formula; what it gives for the sample stands beneath. */
import { Button, IconButton, Select } from '@weft/ui';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useNodeFields } from '../fields/field-context.tsx';
import { BareField } from '../fields/bare-field.tsx';
import { ResultLine } from '../preview/resolved-line.tsx';
import { useAnswer } from '../preview/use-resolved.tsx';
import type { FieldProblem } from '../state/findings.ts';
import { CONDITION_OPERATORS, readCondition, writeCondition } from './condition.ts';
import type { Condition, ConditionOperator, ConditionRow, ConditionValue } from './condition.ts';

interface ConditionFieldProps {
  readonly text: string;
  readonly label: string;
  readonly problem: FieldProblem | undefined;
  onChange(text: string): void;
}

const EMPTY_ROW: ConditionRow = { left: '', operator: 'equals', value: { literal: '' } };

export function ConditionField({ text, label, problem, onChange }: ConditionFieldProps) {
  const read = readCondition(text);
  const [mode, setMode] = useState<'rows' | 'formula'>(read === undefined ? 'formula' : 'rows');
  // Rows that are not finished have no text yet; they live here until they have.
  const [draft, setDraft] = useState<Condition>();
  const written = draft === undefined ? undefined : writeCondition(draft);
  // What is half typed into rows may not be read back as rows yet: the draft goes on as long as the text is its own.
  const isOwn = draft !== undefined && written === text;
  const shown = isOwn ? draft : (read ?? { join: 'and', rows: [] });
  const canShowRows = isOwn || read !== undefined;
  const condition = shown.rows.length === 0 ? { ...shown, rows: [EMPTY_ROW] } : shown;
  const set = (next: Condition) => {
    setDraft(next);
    onChange(writeCondition(next));
  };
  return (
    <div className="condition">
      {mode === 'rows' && canShowRows ? (
        <RowsEditor condition={condition} label={label} onChange={set} />
      ) : (
        <BareField
          label={`Formula of ${label}`}
          value={text.replace(/^\{\{\s*|\s*\}\}$/g, '')}
          placeholder='trigger.record.StageName = "Closed Won"'
          onChange={onChange}
        />
      )}
      <ConditionResult text={text} />
      {problem !== undefined && (problem.code !== 'expression_syntax' || text === '') && (
        <p className="field-problem" data-level={problem.level} role="alert">
          {problem.message}
        </p>
      )}
      <div className="condition-foot">
        {mode === 'rows' && canShowRows && (
          <Button
            size="small"
            variant="ghost"
            icon={<Plus aria-hidden />}
            onClick={() => set({ ...condition, rows: [...condition.rows, EMPTY_ROW] })}
          >
            And another
          </Button>
        )}
        <Button
          size="small"
          variant="ghost"
          disabled={mode === 'formula' && !canShowRows}
          title={!canShowRows ? 'This formula is more than rows can show' : undefined}
          onClick={() => setMode(mode === 'rows' ? 'formula' : 'rows')}
        >
          {mode === 'rows' && canShowRows ? 'Write a formula' : 'Build with rows'}
        </Button>
      </div>
    </div>
  );
}

function ConditionResult({ text }: { readonly text: string }) {
  const { loop } = useNodeFields();
  const bare = text.replace(/^\{\{\s*|\s*\}\}$/g, '').trim();
  const result = useAnswer(bare === '' ? undefined : { kind: 'expression', text: bare, loop });
  if (result === undefined) return null;
  if (!result.ok) return <ResultLine result={result} />;
  return (
    <p className="resolved" data-truth={result.value === true || undefined}>
      {result.value === true
        ? '✓ true for this sample'
        : result.value === false || result.value === undefined
          ? '– not true for this sample'
          : `– gives ${JSON.stringify(result.value)}, which is not true or false`}
    </p>
  );
}

function RowsEditor({
  condition,
  label,
  onChange,
}: {
  readonly condition: Condition;
  readonly label: string;
  onChange(next: Condition): void;
}) {
  const setRow = (index: number, row: ConditionRow) => onChange({ ...condition, rows: condition.rows.with(index, row) });
  return (
    <>
      {condition.rows.map((row, index) => (
        <div key={index} className="condition-row">
          {index > 0 && (
            <Select
              size="dense"
              className="condition-join"
              aria-label="Join with"
              value={condition.join}
              options={[
                { value: 'and', label: 'and' },
                { value: 'or', label: 'or' },
              ]}
              onValueChange={(join) => onChange({ ...condition, join: join === 'or' ? 'or' : 'and' })}
            />
          )}
          <BareField
            label={`${label}, what to look at`}
            value={row.left}
            placeholder="Pick data"
            isPath
            onChange={(left) => setRow(index, { ...row, left })}
          />
          <div className="condition-right">
            <Select
              size="dense"
              className="condition-operator"
              aria-label="How to compare"
              value={row.operator}
              options={OPERATORS}
              onValueChange={(operator) => setRow(index, withOperator(row, operator as ConditionOperator))}
            />
            {CONDITION_OPERATORS[row.operator].takes !== 'nothing' && (
              <BareField
                label={`${label}, compared with`}
                value={textOf(row.value)}
                placeholder="Value"
                isValue
                onChange={(text) => setRow(index, { ...row, value: valueOf(text, row.operator) })}
              />
            )}
            {condition.rows.length > 1 && (
              <IconButton
                size="small"
                label="Remove this row"
                onClick={() => onChange({ ...condition, rows: condition.rows.toSpliced(index, 1) })}
              >
                <X aria-hidden />
              </IconButton>
            )}
          </div>
        </div>
      ))}
    </>
  );
}

const OPERATORS = Object.entries(CONDITION_OPERATORS).map(([value, operator]) => ({ value, label: operator.label }));

function withOperator(row: ConditionRow, operator: ConditionOperator): ConditionRow {
  if (CONDITION_OPERATORS[operator].takes === 'nothing') return { left: row.left, operator };
  return { ...row, operator, value: row.value ?? { literal: '' } };
}

function textOf(value: ConditionValue | undefined): string {
  if (value === undefined) return '';
  return 'path' in value ? value.path : String(value.literal);
}

/** Text as a value: a path when it looks like one, a number where numbers are compared, else text. */
function valueOf(text: string, operator: ConditionOperator): ConditionValue {
  if (/^(trigger|steps|item|config)\.[\w.[\]`]+$|^index$/.test(text)) return { path: text };
  const isNumber = text.trim() !== '' && !Number.isNaN(Number(text));
  const wantsNumber =
    operator === 'over' ||
    operator === 'under' ||
    operator === 'atLeast' ||
    operator === 'atMost' ||
    operator === 'equals' ||
    operator === 'differs';
  return { literal: isNumber && wantsNumber ? Number(text) : text };
}
