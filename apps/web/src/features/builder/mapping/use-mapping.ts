'use client';
/** A map node's rows beside the target's fields, and what can be done with them. */
import type { MapField, MapNode, RecordField } from '@weft/workflow';
import { useMemo } from 'react';
import { errorMessage } from '../../../trpc/errors.ts';
import { updateNode } from '../../canvas/document/edit-node.ts';
import { pathText } from '../data/describe-path.ts';
import { rowsOf } from '../data/data-tree.ts';
import { useSources } from '../data/use-sources.ts';
import { useAccountFields } from '../fields/record-field.tsx';
import { useSlotConnection } from '../panel/account-field.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import type { FieldProblem } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { suggest } from './suggest.ts';

const NO_FIELDS: readonly RecordField[] = [];

export function useMapping(node: MapNode) {
  const store = useDraftStore();
  const { findings } = useBuilder();
  const connectionId = useSlotConnection(node.target?.slot);
  const query = useAccountFields(connectionId, node.target?.object);
  const fields = query.data ?? NO_FIELDS;
  const sources = useSources(node.id);
  const mapped = useMemo(() => new Set(node.fields.map((row) => row.to)), [node.fields]);
  const suggestions = useMemo(() => suggest(fields, mapped, sources.flatMap(rowsOf)), [fields, mapped, sources]);
  const problems = fieldProblems(findings, node.id);
  const setRows = (rows: readonly MapField[], name: string, mergeKey?: string) =>
    store.apply({
      name,
      ...(mergeKey === undefined ? {} : { mergeKey }),
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'map' ? { ...one, fields: [...rows] } : one)),
    });
  const makeRow = (to: string, from: string): MapField => {
    const length = fields.find((field) => field.name === to)?.maxLength;
    return { to, from, ...(length === undefined ? {} : { maxLength: length }) };
  };
  return {
    fields,
    sources,
    suggestions,
    isLoading: query.isFetching,
    error: query.error === null ? undefined : errorMessage(query.error),
    missing: fields.filter((field) => field.required && field.readOnly !== true && !isMapped(mapped, field.name)),
    fieldOf: (to: string) => fields.find((field) => field.name === to) ?? fields.find((field) => field.name === to.split('.')[0]),
    problemOf: (index: number, row: MapField): FieldProblem | undefined =>
      problems.find(
        (problem) =>
          problem.field.startsWith(`fields.${index}.`) ||
          problem.field === `fields.${index}` ||
          problem.field.startsWith(`fields[${index}]`) ||
          problem.field.startsWith(`fields.${row.to}`),
      ),
    setRow: (index: number, row: MapField) => setRows(node.fields.with(index, row), `Changed ${row.to}`, `map:${node.id}:${index}`),
    removeRow: (index: number) => setRows(node.fields.toSpliced(index, 1), `Removed ${node.fields[index]?.to ?? 'a field'}`),
    addRow: (to: string, from = '') => setRows([...node.fields, makeRow(to, from)], `Added ${to}`),
    acceptAll: () =>
      setRows(
        [...node.fields, ...suggestions.map((one) => makeRow(one.to, `{{ ${pathText(one.row.source.root, one.row.path)} }}`))],
        `Accepted ${suggestions.length} suggestions`,
      ),
  };
}

/** A row for `status.name` also fills `status`. */
function isMapped(mapped: ReadonlySet<string>, name: string): boolean {
  return mapped.has(name) || [...mapped].some((to) => to.startsWith(`${name}.`));
}
