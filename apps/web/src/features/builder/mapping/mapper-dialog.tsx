'use client';
/** The mapper with room: source data at the left, the target's fields at the right. */
import { Button, IconButton } from '@weft/ui';
import { titleOf } from '@weft/workflow';
import type { MapNode } from '@weft/workflow';
import { Search, Sparkles, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useMemo, useRef, useState } from 'react';
import { DataTree } from '../data/data-panel.tsx';
import { pathText } from '../data/describe-path.ts';
import { previewOf } from '../data/data-tree.ts';
import { NodeFieldsContext, useNodeFields } from '../fields/field-context.tsx';
import type { OpenField } from '../fields/field-context.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { MapRows } from './map-rows.tsx';
import type { Mapping } from './map-rows.tsx';

interface MapperDialogProps {
  readonly node: MapNode;
  readonly mapping: Mapping;
  readonly isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
}

export function MapperDialog({ node, mapping, isOpen, onOpenChange }: MapperDialogProps) {
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
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="mapper-overlay" />
        <Dialog.Content
          className="mapper"
          aria-describedby={undefined}
          onInteractOutside={(event) => isCompletion(event.target) && event.preventDefault()}
        >
          <header className="mapper-head">
            <Dialog.Title className="panel-title">{titleOf(node, catalog)}</Dialog.Title>
            <span className="map-count">
              {node.fields.length} of {Math.max(mapping.fields.filter((one) => one.readOnly !== true).length, node.fields.length)} fields
              mapped
              {mapping.missing.length > 0 && <strong className="map-missing"> · {mapping.missing.length} required missing</strong>}
            </span>
            <Dialog.Close asChild>
              <Button variant="primary">Done</Button>
            </Dialog.Close>
            <Dialog.Close asChild>
              <IconButton label="Close">
                <X aria-hidden />
              </IconButton>
            </Dialog.Close>
          </header>
          <div className="mapper-columns">
            <section className="mapper-source" aria-label="Source data">
              <div className="data-search">
                <Search size={14} aria-hidden />
                <input
                  aria-label="Search names and values"
                  placeholder="Search names and values"
                  value={query}
                  onChange={(event) => setQuery(event.currentTarget.value)}
                />
              </div>
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Completions are drawn beside the dialog in the page, yet belong to it. */
function isCompletion(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.cm-tooltip') !== null;
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
