'use client';
/** Account, operation and the operation's fields. */
import { Select } from '@weft/ui';
import { findOperation, isRunFailedTrigger } from '@weft/workflow';
import type { ConnectorManifest, ConnectorNode, Property, TriggerNode } from '@weft/workflow';
import { updateNode, withOptional, slotFor } from '../../canvas/document/edit-node.ts';
import { CurlImportAction } from '../curl/curl-import.tsx';
import { HTTP_CONNECTOR } from '../curl/curl-input.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { initialInput } from '../palette/make-node.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { useDraftStore } from '../state/use-draft.tsx';
import { AccountField } from './account-field.tsx';
import { InputFields } from './input-fields.tsx';
import { OptionalAccountField } from './optional-account-field.tsx';

type OperationNode = ConnectorNode | TriggerNode;

/** Whose failures a trigger hears of is chosen from the workflows there are, and not typed in. */
function drawn(node: OperationNode, properties: readonly Property[]): readonly Property[] {
  return node.kind === 'trigger' && isRunFailedTrigger(node) ? [] : properties;
}

export function OperationSetup({ node }: { readonly node: OperationNode }) {
  const { catalog } = useBuilder();
  const connector = catalog.connector(node.connector);
  const operation = findOperation(catalog, node.connector, node.operation);
  if (connector === undefined)
    return <p className="panel-body field-help">The connector “{node.connector}” is not installed on this Weft.</p>;
  return (
    <div className="panel-body">
      <Account node={node} connector={connector} isNeeded={operation?.needsConnection !== false} />
      <OperationSelect node={node} />
      {operation !== undefined && <p className="field-help panel-summary">{operation.summary}</p>}
      {node.kind === 'connector' && node.connector === HTTP_CONNECTOR && <CurlImportAction node={node} connector={connector} />}
      <InputFields
        key={node.operation}
        nodeId={node.id}
        use={node}
        properties={drawn(node, operation?.properties ?? [])}
        write={(current, input) => (current.kind === 'trigger' || current.kind === 'connector' ? { ...current, input } : current)}
      />
    </div>
  );
}

/** A connector that needs no account may still have ways to connect one. */
function Account({
  node,
  connector,
  isNeeded,
}: {
  readonly node: OperationNode;
  readonly connector: ConnectorManifest;
  readonly isNeeded: boolean;
}) {
  if (!isNeeded && connector.auth.length > 0) return <OptionalAccountField node={node} connector={connector} />;
  return node.slot === undefined ? null : <AccountField slot={node.slot} />;
}

function OperationSelect({ node }: { readonly node: OperationNode }) {
  const { catalog } = useBuilder();
  const store = useDraftStore();
  const connector = catalog.connector(node.connector);
  const sort = node.kind === 'trigger' ? 'trigger' : 'action';
  const options = (connector?.operations ?? [])
    .filter((operation) => operation.kind === sort)
    .map((operation) => ({ value: operation.id, label: operation.title }));
  const change = (id: string) =>
    store.apply({
      name: 'Changed the operation',
      change: (current) => {
        const next = findOperation(catalog, node.connector, id);
        const names = new Set((next?.properties ?? []).map((property) => property.name));
        const kept = Object.fromEntries(Object.entries(node.input).filter(([name]) => names.has(name)));
        const withSlot =
          connector !== undefined && next?.needsConnection === true && node.slot === undefined
            ? slotFor(current, connector)
            : { document: current, slot: next?.needsConnection === false && connector?.auth.length === 0 ? undefined : node.slot };
        return updateNode(withSlot.document, node.id, (one) =>
          one.kind === 'trigger' || one.kind === 'connector'
            ? withOptional({ ...one, operation: id, input: { ...initialInput(next), ...kept } }, 'slot', withSlot.slot)
            : one,
        );
      },
    });
  return (
    <FieldRow label={node.kind === 'trigger' ? 'Starts when' : 'Operation'}>
      <Select aria-label="Operation" value={node.operation} options={options} onValueChange={change} />
    </FieldRow>
  );
}
