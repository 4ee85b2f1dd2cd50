'use client';
/** A table of a few columns, such as conditions: one row beneath the other, each a line or two high. */
import { Button, Combobox, IconButton, Input, Select } from '@weft/ui';
import type { JsonValue, RecordField, RowColumn } from '@weft/workflow';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { toOption } from './choice-field.tsx';
import { Mappable } from './mappable.tsx';
import type { PropertyFieldProps } from './property-field.tsx';
import { fieldOption, objectName, useAccountFields } from './record-field.tsx';
import { newRow, readRows, shownColumns, writeRows, type Row } from './rows.ts';
import { TemplateField } from './template-field.tsx';

export function RowsField({ property, value, input, source, onChange }: PropertyFieldProps) {
  const object = property.remote?.object ?? objectName(property.remote?.dependsOn ?? [], input);
  const fields = useAccountFields(property.remote?.what === 'fields' ? source.connectionId : undefined, object);
  const columns = property.columns ?? [];
  // Rows that nobody filled in yet are not part of the value; they live here as long as the rest is the value.
  const [draft, setDraft] = useState<readonly Row[]>();
  const isOwn = draft !== undefined && JSON.stringify(writeRows(draft, columns)) === JSON.stringify(value);
  const found = isOwn ? draft : readRows(value);
  const rows = found.length === 0 ? [newRow(columns)] : found;
  const set = (next: readonly Row[]) => {
    setDraft(next);
    onChange(writeRows(next, columns));
  };
  return (
    <Mappable label={property.label} value={value} fixedLabel="List the rows" onChange={onChange}>
      <div className="rows">
        {rows.map((row, index) => (
          // Rows have no identity but their place.
          <div key={index} className="row-line">
            <div className="table-cells">
              {shownColumns(columns, row).map((column) => (
                <Cell
                  key={column.name}
                  column={column}
                  label={`${property.label}, row ${index + 1}, ${column.label}`}
                  value={row[column.name]}
                  fields={fields.data ?? []}
                  onChange={(cell) => set(rows.with(index, withCell(row, column.name, cell)))}
                />
              ))}
            </div>
            {(rows.length > 1 || value !== undefined) && (
              <IconButton size="small" label={`Remove row ${index + 1}`} onClick={() => set(rows.toSpliced(index, 1))}>
                <X aria-hidden />
              </IconButton>
            )}
          </div>
        ))}
        <Button size="small" variant="ghost" icon={<Plus aria-hidden />} onClick={() => set([...rows, newRow(columns)])}>
          Add row
        </Button>
      </div>
    </Mappable>
  );
}

interface CellProps {
  readonly column: RowColumn;
  readonly label: string;
  readonly value: JsonValue | undefined;
  /** Those of the account. */
  readonly fields: readonly RecordField[];
  onChange(value: string): void;
}

function Cell({ column, label, value, fields, onChange }: CellProps) {
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const placeholder = column.placeholder ?? column.label;
  if (column.kind === 'select')
    return (
      <Select
        size="dense"
        aria-label={label}
        value={text === '' ? column.initial : text}
        placeholder={column.label}
        options={(column.choices ?? []).map(toOption)}
        onValueChange={onChange}
      />
    );
  if (column.kind === 'field')
    return (
      <Combobox
        size="dense"
        aria-label={label}
        value={text === '' ? undefined : text}
        placeholder={placeholder}
        options={fields.map(fieldOption)}
        allowsOther
        onValueChange={onChange}
      />
    );
  if (column.kind === 'path')
    return (
      <Input
        aria-label={label}
        value={text}
        placeholder={placeholder}
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  return <TemplateField label={label} value={text} placeholder={placeholder} onChange={onChange} />;
}

function withCell(row: Row, name: string, cell: string): Row {
  const { [name]: _, ...rest } = row;
  return cell === '' ? rest : { ...rest, [name]: cell };
}
