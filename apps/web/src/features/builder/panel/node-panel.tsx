'use client';
/** The panel of the chosen node: setup, data of a run, errors, notes. */
import { IconButton, DropdownMenu, Tabs } from '@weft/ui';
import { findOperation, titleOf } from '@weft/workflow';
import type { NodeKind, WorkflowNode } from '@weft/workflow';
import { Copy, Ellipsis, Power, Trash2, X } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { NodeTile } from '../../canvas/nodes/node-tile.tsx';
import { updateNode, withOptional } from '../../canvas/document/edit-node.ts';
import { outputPorts } from '../../canvas/document/ports.ts';
import { DataPanel } from '../data/data-panel.tsx';
import { useSources } from '../data/use-sources.ts';
import { certainlyBefore, earlierNodes, loopsOf } from '../data/sources.ts';
import { NodeFieldsContext } from '../fields/field-context.tsx';
import type { NodeFields, OpenField } from '../fields/field-context.tsx';
import { completeFor } from '../fields/complete-for.ts';
import { pillFace } from '../fields/pill-face.ts';
import type { RunDetail } from '../state/api-types.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument, useDraftStore } from '../state/use-draft.tsx';
import { useUrlState } from '../state/url-state.ts';
import { StepData } from '../runs/step-data.tsx';
import { ErrorsTab } from './errors-tab.tsx';
import { NotesTab } from './notes-tab.tsx';
import { PanelFrame } from './panel-frame.tsx';
import { SETUPS } from './setups.tsx';

interface NodePanelProps {
  readonly node: WorkflowNode;
  readonly run: RunDetail | undefined;
  onClose(): void;
  onDuplicate(): void;
  onDelete(): void;
}

export function NodePanel({ node, run, onClose, onDuplicate, onDelete }: NodePanelProps) {
  const url = useUrlState();
  const store = useDraftStore();
  const { catalog } = useBuilder();
  const Setup = SETUPS[node.kind];
  const [field, setField] = useState<OpenField>();
  const fields = useNodeFieldsFor(node.id, field, setField);
  const sources = useSources(node.id);
  const tabs = [
    // The setup's type follows from the kind that chose it.
    { id: 'setup', label: 'Setup', content: <Setup key={node.id} node={node as never} /> },
    ...(run === undefined ? [] : [{ id: 'data', label: 'Data', content: <StepData run={run} nodeId={node.id} /> }]),
    ...(outputPorts(node).every((port) => port.kind !== 'error')
      ? []
      : [{ id: 'errors', label: 'Errors', content: <ErrorsTab node={node} /> }]),
    { id: 'notes', label: node.notes === undefined ? 'Notes' : 'Notes •', content: <NotesTab key={node.id} node={node} /> },
  ];
  const tab = tabs.some((one) => one.id === url.tab) ? (url.tab ?? 'setup') : 'setup';
  const toggleOff = () =>
    store.apply({
      name: `Switched ${titleOf(node, catalog)} ${node.disabled === true ? 'on' : 'off'}`,
      change: (current) => updateNode(current, node.id, (one) => withOptional(one, 'disabled', one.disabled === true ? undefined : true)),
    });
  return (
    <NodeFieldsContext value={fields}>
      <PanelFrame
        label={`${titleOf(node, catalog)} panel`}
        aside={
          field !== undefined && tab === 'setup' ? (
            <DataPanel
              key={field.key}
              label={field.label}
              sources={sources}
              write={field.write}
              onInsert={field.insert}
              onClose={() => setField(undefined)}
            />
          ) : undefined
        }
        onLeave={() => setField(undefined)}
      >
        <PanelHead node={node}>
          <DropdownMenu
            trigger={
              <IconButton label="More about this node">
                <Ellipsis aria-hidden />
              </IconButton>
            }
            entries={[
              { label: 'Duplicate', icon: <Copy aria-hidden />, onSelect: onDuplicate, disabled: node.kind === 'trigger' },
              {
                label: node.disabled === true ? 'Switch on' : 'Switch off',
                icon: <Power aria-hidden />,
                onSelect: toggleOff,
                disabled: node.kind === 'trigger',
              },
              'line',
              { label: 'Delete', icon: <Trash2 aria-hidden />, onSelect: onDelete, isDanger: true },
            ]}
          />
          <IconButton label="Close panel" onClick={onClose}>
            <X aria-hidden />
          </IconButton>
        </PanelHead>
        <Tabs
          label="About this node"
          items={tabs}
          value={tab}
          onValueChange={(next) => url.set({ tab: next === 'setup' ? undefined : next })}
        />
      </PanelFrame>
    </NodeFieldsContext>
  );
}

const KIND_WORDS = {
  trigger: 'Trigger',
  connector: 'Operation',
  map: 'Map',
  branch: 'Branch',
  loop: 'Loop',
  stop: 'Stop',
  wait: 'Wait',
  review: 'Review',
  call: 'Call',
  script: 'Script',
  respond: 'Respond',
} as const satisfies Record<NodeKind, string>;

/** Icon, title that can be typed into, and what it is. */
export function PanelHead({
  node,
  children,
  isReadOnly = false,
}: {
  readonly node: WorkflowNode;
  readonly children: React.ReactNode;
  readonly isReadOnly?: boolean;
}) {
  const { catalog } = useBuilder();
  const connector = node.kind === 'connector' || node.kind === 'trigger' ? catalog.connector(node.connector) : undefined;
  const operation =
    node.kind === 'connector' || node.kind === 'trigger' ? findOperation(catalog, node.connector, node.operation) : undefined;
  return (
    <header className="panel-head">
      <NodeTile kind={node.kind} connector={connector} />
      <div className="panel-words">
        {isReadOnly ? <h2 className="panel-title">{titleOf(node, catalog)}</h2> : <TitleInput node={node} />}
        <p className="panel-line">
          {connector?.title ?? KIND_WORDS[node.kind]}
          {' · '}
          <code title={`In expressions: ${node.kind === 'trigger' ? 'trigger' : `steps.${node.id}`}`}>{operation?.id ?? node.id}</code>
        </p>
      </div>
      {children}
    </header>
  );
}

function TitleInput({ node }: { readonly node: WorkflowNode }) {
  const { catalog } = useBuilder();
  const store = useDraftStore();
  const usual = titleOf(withOptional(node, 'title', undefined), catalog);
  return (
    <input
      className="panel-title panel-title-input"
      aria-label="Title"
      value={node.title ?? ''}
      placeholder={usual}
      maxLength={120}
      onChange={(event) => {
        const title = event.currentTarget.value;
        store.apply({
          name: 'Changed a title',
          mergeKey: `title:${node.id}`,
          change: (current) => updateNode(current, node.id, (one) => withOptional(one, 'title', title === '' ? undefined : title)),
        });
      }}
      onBlur={() => store.seal()}
    />
  );
}

function useNodeFieldsFor(nodeId: string, field: OpenField | undefined, setField: (field: OpenField) => void): NodeFields {
  const { catalog, samples } = useBuilder();
  const document = useDocument();
  const loop = loopsOf(document, nodeId)[0];
  const face = useMemo(() => {
    const earlier = new Set(earlierNodes(document, nodeId).map((one) => one.node.id));
    const certain = certainlyBefore(document, nodeId);
    return (expression: string) => pillFace(expression, { document, catalog, earlier, certain });
  }, [document, catalog, nodeId]);
  const complete = useMemo(() => completeFor(document, nodeId, samples.scope), [document, nodeId, samples.scope]);
  const open = useCallback((next: OpenField) => setField(next), [setField]);
  return useMemo(() => ({ nodeId, loop, face, complete, activeKey: field?.key, open }), [nodeId, loop, face, complete, field?.key, open]);
}
