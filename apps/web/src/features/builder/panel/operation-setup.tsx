'use client';
/** Account, operation and the operation's fields. */
import { Button, Select } from '@weft/ui';
import { findOperation, isRunFailedTrigger } from '@weft/workflow';
import type { ConnectorManifest, ConnectorNode, JsonValue, Property, TriggerNode } from '@weft/workflow';
import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { updateNode, withOptional, slotFor } from '../../canvas/document/edit-node.ts';
import { CurlImportAction } from '../curl/curl-import.tsx';
import { HTTP_CONNECTOR } from '../curl/curl-input.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { PropertyField } from '../fields/property-field.tsx';
import { isFolded, isShown, withValue } from '../fields/shown-properties.ts';
import { initialInput } from '../palette/make-node.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { AccountField, useSlotConnection } from './account-field.tsx';
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
  const { generation, own } = useGeneration(node.input);
  if (connector === undefined)
    return <p className="panel-body field-help">The connector “{node.connector}” is not installed on this Weft.</p>;
  return (
    <div className="panel-body">
      <Account node={node} connector={connector} isNeeded={operation?.needsConnection !== false} />
      <OperationSelect node={node} />
      {operation !== undefined && <p className="field-help panel-summary">{operation.summary}</p>}
      {node.kind === 'connector' && node.connector === HTTP_CONNECTOR && <CurlImportAction node={node} connector={connector} />}
      <InputFields
        key={`${node.operation}:${generation}`}
        node={node}
        properties={drawn(node, operation?.properties ?? [])}
        onOwnChange={own}
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

/**
 * Counts the changes of the input that came from elsewhere, such as undo or an import: fields that keep what is being
 * typed begin anew with them.
 */
function useGeneration(input: OperationNode['input']): { readonly generation: number; own(input: OperationNode['input']): void } {
  const [seen, setSeen] = useState({ input, generation: 0 });
  const ownInput = useRef(input);
  const isOwn = input === seen.input || input === ownInput.current;
  if (input !== seen.input) setSeen({ input, generation: isOwn ? seen.generation : seen.generation + 1 });
  return { generation: isOwn ? seen.generation : seen.generation + 1, own: (next) => void (ownInput.current = next) };
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

/** Required fields and those with a value; the rest one by one under "Add field". */
function InputFields({
  node,
  properties,
  onOwnChange,
}: {
  readonly node: OperationNode;
  readonly properties: readonly Property[];
  onOwnChange(input: OperationNode['input']): void;
}) {
  const { findings } = useBuilder();
  const store = useDraftStore();
  const connectionId = useSlotConnection(node.slot);
  const [shows, setShows] = useState(false);
  const problems = fieldProblems(findings, node.id);
  // What is unfolded stays so while one types.
  const [folds] = useState(() => new Set(properties.filter((property) => isFolded(property, node.input)).map(({ name }) => name)));
  const set = (name: string, value: JsonValue | undefined) => {
    store.apply({
      name: `Changed ${properties.find((property) => property.name === name)?.label ?? name}`,
      mergeKey: `input:${node.id}:${name}`,
      change: (current) =>
        updateNode(current, node.id, (one) => {
          if (one.kind !== 'trigger' && one.kind !== 'connector') return one;
          const input = withValue(one.input, { name, value }, properties);
          onOwnChange(input);
          return { ...one, input };
        }),
    });
  };
  const useful = properties.filter((property) => isShown(property, node.input, properties));
  const folded = useful.filter((property) => folds.has(property.name));
  const shown = useful.filter((property) => shows || !folds.has(property.name));
  const sorted = [...shown.filter((property) => property.required), ...shown.filter((property) => !property.required)];
  return (
    <div className="fields" onBlur={() => store.seal()}>
      {sorted.map((property) => (
        <PropertyField
          key={property.name}
          property={property}
          value={node.input[property.name]}
          input={node.input}
          source={{ connector: node.connector, operation: node.operation, connectionId }}
          problems={problems}
          onChange={(value) => set(property.name, value)}
        />
      ))}
      {folded.length > 0 && !shows && (
        <div>
          <Button size="small" icon={<Plus aria-hidden />} onClick={() => setShows(true)}>
            More fields ({folded.length})
          </Button>
        </div>
      )}
    </div>
  );
}
