'use client';
/** Lists of values, and keys with values. */
import { Button, IconButton, Input } from '@weft/ui';
import type { JsonValue } from '@weft/workflow';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Mappable } from './mappable.tsx';
import type { PropertyFieldProps } from './property-field.tsx';
import { TemplateField } from './template-field.tsx';

function textOf(value: JsonValue | undefined): string {
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

export function ListField({ property, value, onChange }: PropertyFieldProps) {
  const items = Array.isArray(value) ? value : [];
  const set = (next: readonly JsonValue[]) => onChange(next.length === 0 ? undefined : [...next]);
  return (
    <Mappable
      label={property.label}
      value={value}
      fixedLabel="List the values"
      // A list that usually comes from an earlier step shows so by what stands in the empty field.
      startsMapped={value === undefined && property.placeholder?.startsWith('{{') === true}
      onChange={onChange}
    >
      <div className="rows">
        {items.map((item, index) => (
          // Rows have no identity but their place.
          <div key={index} className="row-line">
            <TemplateField
              label={`${property.label}, item ${index + 1}`}
              value={textOf(item)}
              onChange={(text) => set(items.with(index, text))}
            />
            <IconButton size="small" label={`Remove item ${index + 1}`} onClick={() => set(items.toSpliced(index, 1))}>
              <X aria-hidden />
            </IconButton>
          </div>
        ))}
        <Button size="small" variant="ghost" icon={<Plus aria-hidden />} onClick={() => set([...items, ''])}>
          Add item
        </Button>
      </div>
    </Mappable>
  );
}

export function KeyValueField({ property, value, onChange }: PropertyFieldProps) {
  const [rows, setRows] = useState<readonly (readonly [string, JsonValue])[]>(() => entriesOf(value));
  const set = (next: readonly (readonly [string, JsonValue])[]) => {
    setRows(next);
    const named = next.filter(([key]) => key !== '');
    onChange(named.length === 0 ? undefined : Object.fromEntries(named));
  };
  return (
    <Mappable label={property.label} value={value} fixedLabel="List keys and values" onChange={onChange}>
      <div className="rows">
        {rows.map(([key, item], index) => (
          <div key={index} className="row-line row-pair">
            <Input
              aria-label={`${property.label}, key ${index + 1}`}
              value={key}
              placeholder="Key"
              onChange={(event) => set(rows.with(index, [event.currentTarget.value, item]))}
            />
            <TemplateField
              label={`${property.label}, ${key || `value ${index + 1}`}`}
              value={textOf(item)}
              placeholder="Value"
              onChange={(text) => set(rows.with(index, [key, text]))}
            />
            <IconButton size="small" label={`Remove ${key || `row ${index + 1}`}`} onClick={() => set(rows.toSpliced(index, 1))}>
              <X aria-hidden />
            </IconButton>
          </div>
        ))}
        <Button size="small" variant="ghost" icon={<Plus aria-hidden />} onClick={() => setRows([...rows, ['', '']])}>
          Add row
        </Button>
      </div>
    </Mappable>
  );
}

function entriesOf(value: JsonValue | undefined): (readonly [string, JsonValue])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
