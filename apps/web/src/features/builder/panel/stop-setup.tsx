'use client';
/** How a run ends here, and why. */
import { Field, Select } from '@weft/ui';
import { isCalledTrigger } from '@weft/workflow';
import type { StopNode } from '@weft/workflow';
import { updateNode, withOptional } from '../../canvas/document/edit-node.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { TemplateField } from '../fields/template-field.tsx';
import { hasExpression } from '../preview/use-resolved.tsx';
import { useDocument, useDraftStore } from '../state/use-draft.tsx';

const OUTCOMES = [
  { value: 'succeeded', label: 'Done', hint: 'counts as succeeded' },
  { value: 'skipped', label: 'Skipped', hint: 'nothing to do' },
  { value: 'failed', label: 'Failed', hint: 'somebody must look' },
] as const;

export function StopSetup({ node }: { readonly node: StopNode }) {
  const store = useDraftStore();
  const set = (part: Partial<StopNode>) =>
    store.apply({
      name: 'Changed the end',
      mergeKey: `stop:${node.id}:${Object.keys(part).join()}`,
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'stop' ? { ...one, ...part } : one)),
    });
  const document = useDocument();
  const isCalled = document.nodes.some((one) => one.kind === 'trigger' && isCalledTrigger(one));
  return (
    <div className="panel-body">
      <Field label="The run ends as">
        <Select
          value={node.outcome}
          options={OUTCOMES}
          onValueChange={(value) => set({ outcome: OUTCOMES.find((one) => one.value === value)?.value ?? 'succeeded' })}
        />
      </Field>
      <FieldRow
        label={node.outcome === 'failed' ? 'Message' : 'Reason'}
        isMapped={hasExpression(node.message)}
        help="Shown in the list of runs."
      >
        <TemplateField label="Reason" value={node.message} placeholder="Not a customer of ours" onChange={(message) => set({ message })} />
      </FieldRow>
      {node.outcome !== 'failed' && (isCalled || node.output !== undefined) && <OutputField node={node} />}
    </div>
  );
}

/** What a workflow that others call gives back when it ends here. */
function OutputField({ node }: { readonly node: StopNode }) {
  const store = useDraftStore();
  const text = node.output === undefined ? '' : typeof node.output === 'string' ? node.output : JSON.stringify(node.output);
  return (
    <FieldRow
      label="Output"
      hint="for the caller"
      isMapped={hasExpression(text)}
      help="What the workflow that called this one gets. For several values, build an object with a Map node before. Empty: nothing."
    >
      <TemplateField
        label="Output"
        value={text}
        placeholder="Insert a value"
        onChange={(output) =>
          store.apply({
            name: 'Changed the output',
            mergeKey: `stop:${node.id}:output`,
            change: (current) =>
              updateNode(current, node.id, (one) =>
                one.kind === 'stop' ? withOptional(one, 'output', output === '' ? undefined : output) : one,
              ),
          })
        }
      />
    </FieldRow>
  );
}
