'use client';
/** The input of an operation that a node uses, as a form. */
import { Button } from '@weft/ui';
import type { JsonValue, Property, WorkflowNode } from '@weft/workflow';
import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { updateNode } from '../../canvas/document/edit-node.ts';
import { PropertyField } from '../fields/property-field.tsx';
import { isFolded, isShown, withValue } from '../fields/shown-properties.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { useSlotConnection } from './account-field.tsx';

type Input = Readonly<Record<string, JsonValue>>;

interface InputFieldsProps {
  readonly nodeId: string;
  /** Which operation, with whose account, and what it is given. */
  readonly use: { readonly connector: string; readonly operation: string; readonly slot?: string | undefined; readonly input: Input };
  readonly properties: readonly Property[];
  /** The node with another input of the operation. */
  write(node: WorkflowNode, input: Record<string, JsonValue>): WorkflowNode;
}

/** The form of one operation; for another one it has to be another form, by its `key`. */
export function InputFields(props: InputFieldsProps) {
  const { generation, own } = useGeneration(props.use.input);
  return (
    <Fields
      key={generation}
      {...props}
      write={(node, input) => {
        own(input);
        return props.write(node, input);
      }}
    />
  );
}

/**
 * Counts the changes of the input that came from elsewhere, such as undo or an import: fields that keep what is being
 * typed begin anew with them.
 */
function useGeneration(input: Input): { readonly generation: number; own(input: Input): void } {
  const [seen, setSeen] = useState({ input, generation: 0 });
  const ownInput = useRef(input);
  const isOwn = input === seen.input || input === ownInput.current;
  if (input !== seen.input) setSeen({ input, generation: isOwn ? seen.generation : seen.generation + 1 });
  return { generation: isOwn ? seen.generation : seen.generation + 1, own: (next) => void (ownInput.current = next) };
}

/** Required fields and those with a value; the rest under "More fields". */
function Fields({ nodeId, use, properties, write }: InputFieldsProps) {
  const { findings } = useBuilder();
  const store = useDraftStore();
  const connectionId = useSlotConnection(use.slot);
  const [shows, setShows] = useState(false);
  const problems = fieldProblems(findings, nodeId);
  // What is unfolded stays so while one types.
  const [folds] = useState(() => new Set(properties.filter((property) => isFolded(property, use.input)).map(({ name }) => name)));
  const set = (name: string, value: JsonValue | undefined) => {
    store.apply({
      name: `Changed ${properties.find((property) => property.name === name)?.label ?? name}`,
      mergeKey: `input:${nodeId}:${name}`,
      change: (current) => updateNode(current, nodeId, (one) => write(one, withValue(inputOf(one), { name, value }, properties))),
    });
  };
  const useful = properties.filter((property) => isShown(property, use.input, properties));
  const folded = useful.filter((property) => folds.has(property.name));
  const shown = useful.filter((property) => shows || !folds.has(property.name));
  const sorted = [...shown.filter((property) => property.required), ...shown.filter((property) => !property.required)];
  return (
    <div className="fields" onBlur={() => store.seal()}>
      {sorted.map((property) => (
        <PropertyField
          key={property.name}
          property={property}
          value={use.input[property.name]}
          input={use.input}
          source={{ connector: use.connector, operation: use.operation, connectionId }}
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

/** The input as it is by now, which may be newer than the one that was drawn. */
function inputOf(node: WorkflowNode): Input {
  if (node.kind === 'loop') return node.pages?.input ?? {};
  return node.kind === 'trigger' || node.kind === 'connector' ? node.input : {};
}
