'use client';
/** The mapper with room: source data at the left, the target's fields at the right. */
import { Button } from '@weft/ui';
import { titleOf } from '@weft/workflow';
import type { MapNode } from '@weft/workflow';
import { Sparkles } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { DataTree } from '../data/data-panel.tsx';
import { DataSearch } from '../data/data-search.tsx';
import { pathText } from '../data/describe-path.ts';
import { previewOf } from '../data/data-tree.ts';
import { NodeFieldsContext, useNodeFields } from '../fields/field-context.tsx';
import type { OpenField } from '../fields/field-context.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { WideDialog } from '../wide-dialog.tsx';
import { MapRows } from './map-rows.tsx';
import type { Mapping } from './map-rows.tsx';

interface MapperDialogProps {
  readonly node: MapNode;
  readonly mapping: Mapping;
  onClose(): void;
}

export function MapperDialog({ node, mapping, onClose }: MapperDialogProps) {
  const { catalog } = useBuilder();
  const outer = useNodeFields();
  const [query, setQuery] = useState('');
  const field = useRef<OpenField>(undefined);
  const [activeKey, setActiveKey] = useState<string>();
  // Inside, the data stands at the left all the time: a field only has to be remembered.
  const fields = useMemo(
    () => ({
      ...outer,
      activeKey,
      open: (next: OpenField) => {
        field.current = next;
        setActiveKey(next.key);
      },
    }),
    [outer, activeKey],
  );
  return (
    <WideDialog
      title={titleOf(node, catalog)}
      note={
        <>
          {node.fields.length} of {Math.max(mapping.fields.filter((one) => one.readOnly !== true).length, node.fields.length)} fields mapped
          {mapping.missing.length > 0 && <strong className="map-missing"> · {mapping.missing.length} required missing</strong>}
        </>
      }
      onClose={onClose}
    >
      <div className="mapper-columns">
        <section className="mapper-source" aria-label="Source data">
          <DataSearch query={query} onQuery={setQuery} />
          <DataTree sources={mapping.sources} query={query} onInsert={(expression) => field.current?.insert(expression)} />
          {activeKey === undefined && <p className="data-nothing">Click into a field at the right, then on a value here.</p>}
        </section>
        <NodeFieldsContext value={fields}>
          <section className="mapper-target" aria-label="Fields">
            <MapRows node={node} mapping={mapping} />
            <Suggestions mapping={mapping} />
          </section>
        </NodeFieldsContext>
      </div>
    </WideDialog>
  );
}

function Suggestions({ mapping }: { readonly mapping: Mapping }) {
  if (mapping.suggestions.length === 0) return null;
  return (
    <div className="suggestions">
      <div className="map-head">
        <span className="map-count">
          <Sparkles size={13} aria-hidden /> Alike by name
        </span>
        <Button size="small" onClick={mapping.acceptAll}>
          Accept {mapping.suggestions.length}
        </Button>
      </div>
      {mapping.suggestions.map((one) => (
        <div key={one.to} className="suggestion">
          <strong>{mapping.fieldOf(one.to)?.label ?? one.to}</strong>
          <span className="suggestion-from">
            {one.row.label} <span className="map-before">{previewOf(one.row.value, 40)}</span>
          </span>
          <span className="field-hint">{Math.round(one.confidence * 100)}% alike</span>
          <Button size="small" onClick={() => mapping.addRow(one.to, `{{ ${pathText(one.row.source.root, one.row.path)} }}`)}>
            Accept
          </Button>
        </div>
      ))}
    </div>
  );
}
