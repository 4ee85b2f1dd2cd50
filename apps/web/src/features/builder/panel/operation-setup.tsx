'use client';
/** Account, operation and the operation's fields. */
import { Button, Select } from '@weft/ui';
import { findOperation } from '@weft/workflow';
import type { ConnectorNode, JsonValue, Property, TriggerNode } from '@weft/workflow';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { updateNode, withOptional, slotFor } from '../../canvas/document/edit-node.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { PropertyField } from '../fields/property-field.tsx';
import { initialInput } from '../palette/make-node.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { AccountField, useSlotConnection } from './account-field.tsx';

type OperationNode = ConnectorNode | TriggerNode;

export function OperationSetup({ node }: { readonly node: OperationNode }) {
  const { catalog } = useBuilder();
  const connector = catalog.connector(node.connector);
  const operation = findOperation(catalog, node.connector, node.operation);
  if (connector === undefined)
    return <p className="panel-body field-help">The connector “{node.connector}” is not installed on this Weft.</p>;
  return (
    <div className="panel-body">
      {node.slot !== undefined && <AccountField slot={node.slot} />}
      <OperationSelect node={node} />
      {operation !== undefined && <p className="field-help panel-summary">{operation.summary}</p>}
      <InputFields node={node} properties={operation?.properties ?? []} />
    </div>
  );
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
            : { document: current, slot: next?.needsConnection === false ? undefined : node.slot };
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
function InputFields({ node, properties }: { readonly node: OperationNode; readonly properties: readonly Property[] }) {
  const { findings } = useBuilder();
  const store = useDraftStore();
  const connectionId = useSlotConnection(node.slot);
  const [shows, setShows] = useState(false);
  const problems = fieldProblems(findings, node.id);
  const set = (name: string, value: JsonValue | undefined) =>
    store.apply({
      name: `Changed ${properties.find((property) => property.name === name)?.label ?? name}`,
      mergeKey: `input:${node.id}:${name}`,
      change: (current) =>
        updateNode(current, node.id, (one) => {
          if (one.kind !== 'trigger' && one.kind !== 'connector') return one;
          const { [name]: _, ...rest } = one.input;
          return { ...one, input: value === undefined ? rest : { ...one.input, [name]: value } };
        }),
    });
  const isFolded = (property: Property) => property.advanced === true && node.input[property.name] === undefined;
  const folded = properties.filter(isFolded);
  const shown = properties.filter((property) => shows || !isFolded(property));
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
