'use client';
/** The map node: rows `to ← from`, with the target's real fields, rules and a live preview. */
import { Button, Combobox, Select } from '@weft/ui';
import type { MapNode } from '@weft/workflow';
import { useQuery } from '@tanstack/react-query';
import { Maximize2, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import { updateNode, withOptional } from '../../canvas/document/edit-node.ts';
import { AccountField, useSlotConnection } from '../panel/account-field.tsx';
import { FieldRow } from '../fields/field-row.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument, useDraftStore } from '../state/use-draft.tsx';
import { MapRows } from './map-rows.tsx';
import { MapperDialog } from './mapper-dialog.tsx';
import { useMapping } from './use-mapping.ts';
import { toOption } from '../fields/choice-field.tsx';

export function MapSetup({ node }: { readonly node: MapNode }) {
  const [isWide, setWide] = useState(false);
  const mapping = useMapping(node);
  return (
    <div className="panel-body">
      <TargetFields node={node} />
      <div className="map-head">
        <span className="map-count">
          {node.fields.length} {node.fields.length === 1 ? 'field' : 'fields'} mapped
          {mapping.missing.length > 0 && <strong className="map-missing"> · {mapping.missing.length} required missing</strong>}
        </span>
        {mapping.suggestions.length > 0 && (
          <Button size="small" variant="ghost" icon={<Sparkles aria-hidden />} onClick={mapping.acceptAll}>
            {mapping.suggestions.length === 1 ? '1 suggestion' : `${mapping.suggestions.length} suggestions`}
          </Button>
        )}
        <Button size="small" icon={<Maximize2 aria-hidden />} onClick={() => setWide(true)}>
          Expand
        </Button>
      </div>
      <MapRows node={node} mapping={mapping} />
      {isWide && <MapperDialog node={node} mapping={mapping} onClose={() => setWide(false)} />}
    </div>
  );
}

/** For which account and object the map is made: that is what makes real fields appear. */
function TargetFields({ node }: { readonly node: MapNode }) {
  const document = useDocument();
  const store = useDraftStore();
  const { catalog } = useBuilder();
  const trpc = useTRPC();
  const connectionId = useSlotConnection(node.target?.slot);
  const objects = useQuery(
    trpc.catalog.objects.queryOptions(
      { connectionId: connectionId ?? '' },
      { enabled: connectionId !== undefined, staleTime: 300_000, retry: false },
    ),
  );
  const slots = Object.entries(document.slots).map(([slot, { connector, title }]) => ({
    value: slot,
    label: title ?? catalog.connector(connector)?.title ?? slot,
  }));
  const set = (target: MapNode['target']) =>
    store.apply({
      name: 'Changed the target',
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'map' ? withOptional(one, 'target', target) : one)),
    });
  return (
    <>
      <FieldRow label="Made for" help={node.target === undefined ? 'Choose where this goes to see the real fields.' : undefined}>
        <div className="panel-pair">
          <Select
            aria-label="System"
            value={node.target?.slot ?? 'none'}
            options={[{ value: 'none', label: 'Anything' }, ...slots]}
            onValueChange={(slot) =>
              set(slot === 'none' ? undefined : { slot, object: node.target?.slot === slot ? node.target.object : '' })
            }
          />
          {node.target !== undefined && (
            <Combobox
              aria-label="Object"
              value={node.target.object}
              placeholder="Object"
              options={(objects.data ?? []).map(toOption)}
              isLoading={objects.isFetching}
              allowsOther
              onValueChange={(object) => node.target !== undefined && set({ ...node.target, object })}
            />
          )}
        </div>
      </FieldRow>
      {node.target !== undefined && connectionId === undefined && <AccountField slot={node.target.slot} />}
    </>
  );
}
