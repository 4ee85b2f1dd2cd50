'use client';
/** The rows of a mapping, its missing required fields, and the way to add one. */
import { Combobox } from '@weft/ui';
import type { MapField, MapNode } from '@weft/workflow';
import { useEffect, useRef } from 'react';
import { fieldOption } from '../fields/record-field.tsx';
import { MapRow } from './map-row.tsx';
import type { useMapping } from './use-mapping.ts';

export type Mapping = ReturnType<typeof useMapping>;

/** Rows, missing required fields, and the way to add one. */
export function MapRows({ node, mapping }: { readonly node: MapNode; readonly mapping: Mapping }) {
  const addable = mapping.fields.filter((field) => field.readOnly !== true && !node.fields.some((row) => row.to === field.name));
  const rows = useRef<HTMLDivElement>(null);
  const isAdding = useRef(false);
  // Who adds a field wants to fill it.
  useEffect(() => {
    if (!isAdding.current) return;
    isAdding.current = false;
    rows.current?.querySelectorAll<HTMLElement>('.map-row')[node.fields.length - 1]?.querySelector<HTMLElement>('.cm-content')?.focus();
  }, [node.fields.length]);
  const add = (name: string): void => {
    isAdding.current = true;
    mapping.addRow(name);
  };
  return (
    <div ref={rows} className="map-rows">
      {node.fields.map((row, index) => (
        // A row's place is its identity: two rows may name the same field while one is being typed.
        <MapRow
          key={index}
          row={row}
          field={mapping.fieldOf(row.to)}
          problem={mapping.problemOf(index, row)}
          onChange={(next: MapField) => mapping.setRow(index, next)}
          onRemove={() => mapping.removeRow(index)}
        />
      ))}
      {mapping.missing.map((field) => (
        <button key={field.name} type="button" className="map-required" onClick={() => add(field.name)}>
          <strong>{field.label}</strong>
          <span className="field-star">*</span> is required: map it
        </button>
      ))}
      <Combobox
        aria-label="Add field"
        value={undefined}
        placeholder={addable.length === 0 ? 'Add field' : `Add field (${addable.length} more)`}
        options={addable.map(fieldOption)}
        isLoading={mapping.isLoading}
        error={mapping.error}
        allowsOther
        onValueChange={add}
      />
    </div>
  );
}
