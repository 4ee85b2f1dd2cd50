'use client';

import { useQuery } from '@tanstack/react-query';
import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge, EmptyState, IconButton, Input, Skeleton } from '@weft/ui';
import type { MapField, MapNode, RecordField } from '@weft/workflow';
import { useTRPC } from '../../../trpc/client.tsx';
import { ConnectorTiles } from '../connector-tiles.tsx';
import { leftOut, slotsOf } from '../template-facts.ts';
import { editKey } from './answers.ts';
import type { StepProps } from './install-wizard.tsx';
import { describeRules } from './mapping-rules.ts';
import { StepHeading } from './step-heading.tsx';

/** Which value goes into which field of the target, field by field, against the account's real fields. */
export function MappingStep(props: StepProps): ReactNode {
  // What is written comes first; mappings without a target only work something out on the way.
  const maps = props.template.documents
    .flatMap((document, index) => document.nodes.flatMap((node) => (node.kind === 'map' ? [{ node, index }] : [])))
    .toSorted((a, b) => Number(!a.node.target) - Number(!b.node.target));
  if (maps.length === 0) return <EmptyState title="Nothing is mapped">This template passes its data on as it is.</EmptyState>;
  return (
    <>
      <StepHeading title="Mapping">
        What is written into each field. Text in braces is read from the source when a run happens; change it here or later on the canvas.
      </StepHeading>
      <div className="flex flex-col gap-6">
        {maps.map(({ node, index }) => (
          <MapReview key={`${index}-${node.id}`} {...props} node={node} documentIndex={index} />
        ))}
      </div>
    </>
  );
}

function MapReview({ template, answers, onChange, node, documentIndex }: StepProps & { node: MapNode; documentIndex: number }): ReactNode {
  const trpc = useTRPC();
  const target = node.target;
  const connectionId = target ? answers.bindings[target.slot] : undefined;
  const connector = target ? slotsOf(template.documents).get(target.slot)?.connector : undefined;
  const fields = useQuery({
    ...trpc.catalog.fields.queryOptions({ connectionId: connectionId ?? '', object: target?.object ?? '' }),
    staleTime: 60_000,
    enabled: connectionId !== undefined && target !== undefined,
  });
  const known = new Map((fields.data ?? []).map((field) => [field.name, field]));
  const document = template.documents[documentIndex];
  const missing = document ? leftOut(document, node, fields.data ?? []) : [];
  return (
    <section className="overflow-hidden rounded-card border border-border">
      <header className="flex h-11 items-center gap-2.5 border-b border-border bg-surface-2 px-4">
        {connector ? <ConnectorTiles ids={[connector]} /> : null}
        <h3 className="text-section">{node.title ?? target?.object ?? node.id}</h3>
        <span className="text-help text-text-3">
          {node.fields.length} {node.fields.length === 1 ? 'field' : 'fields'}
          {target ? '' : ', worked out on the way'}
        </span>
        {fields.isFetching ? <Skeleton className="ml-auto w-24" /> : null}
      </header>
      {missing.length > 0 ? (
        <p className="flex items-center gap-2 border-b border-warn-line bg-warn-tint px-4 py-2 text-help text-warn">
          <TriangleAlert aria-hidden className="size-3.5 shrink-0" />
          A new record also needs {missing.map((field) => field.label).join(', ')}. Add {missing.length === 1 ? 'it' : 'them'} on the canvas
          after installing.
        </p>
      ) : null}
      <ul className="divide-y divide-border">
        {node.fields.map((field) => {
          const key = editKey(documentIndex, node.id, field.to);
          const edits = { ...answers.edits };
          return (
            <MappingRow
              key={field.to}
              field={field}
              known={known.get(field.to) ?? known.get(field.to.split('.')[0] ?? '')}
              edit={answers.edits[key]}
              onEdit={(text) => {
                if (text === undefined || text === asText(field.from)) delete edits[key];
                else edits[key] = text;
                onChange({ edits });
              }}
            />
          );
        })}
      </ul>
    </section>
  );
}

function MappingRow({
  field,
  known,
  edit,
  onEdit,
}: {
  field: MapField;
  known: RecordField | undefined;
  edit: string | undefined;
  onEdit: (text: string | undefined) => void;
}): ReactNode {
  const label = known?.label ?? field.to;
  const rules = describeRules(field);
  return (
    <li className="grid grid-cols-[minmax(160px,240px)_minmax(0,1fr)_minmax(120px,220px)_30px] items-center gap-4 px-4 py-1.5">
      <span className="min-w-0">
        <span className="block truncate font-medium">
          {label}
          {known?.required ? (
            <span className="ml-0.5 text-fail" title="required">
              *
            </span>
          ) : null}
        </span>
        <span className="block truncate text-hint text-text-3">
          {[field.to === label ? '' : field.to, known?.type, known?.maxLength ? `${known.maxLength} at most` : '']
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <Input
        size="dense"
        isCode
        aria-label={`Value for ${label}`}
        spellCheck={false}
        value={edit ?? asText(field.from)}
        onChange={(event) => onEdit(event.target.value)}
      />
      <span className="truncate text-help text-text-3" title={rules}>
        {edit === undefined ? rules : <Badge tone="accent">changed</Badge>}
      </span>
      {edit === undefined ? (
        <span />
      ) : (
        <IconButton size="small" label={`Give ${label} back its own value`} onClick={() => onEdit(undefined)}>
          <RotateCcw aria-hidden />
        </IconButton>
      )}
    </li>
  );
}

function asText(from: MapField['from']): string {
  return typeof from === 'string' ? from : JSON.stringify(from);
}
