'use client';
/** Over what a loop goes, and how. */
import { Field, Input, Select } from '@weft/ui';
import type { LoopNode } from '@weft/workflow';
import { updateNode } from '../../canvas/document/edit-node.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { TemplateField } from '../fields/template-field.tsx';
import { hasExpression } from '../preview/use-resolved.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { LoopPagesSetup, pagedChoices, withPages } from './loop-pages.tsx';

export function LoopSetup({ node }: { readonly node: LoopNode }) {
  const store = useDraftStore();
  const { catalog, findings } = useBuilder();
  const choices = pagedChoices(catalog);
  const problem = fieldProblems(findings, node.id).find((one) => one.field === 'items');
  const set = (part: Partial<LoopNode>) =>
    store.apply({
      name: 'Changed the loop',
      mergeKey: `loop:${node.id}:${Object.keys(part).join()}`,
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'loop' ? { ...one, ...part } : one)),
    });
  return (
    <div className="panel-body">
      {choices.length > 0 && (
        <Field label="Goes through">
          <Select
            aria-label="Goes through"
            value={node.pages === undefined ? 'list' : 'pages'}
            options={[
              { value: 'list', label: 'A list' },
              { value: 'pages', label: 'All pages of an operation' },
            ]}
            onValueChange={(value) => {
              if ((value === 'pages') === (node.pages !== undefined)) return;
              store.apply({
                name: 'Changed the loop',
                change: (current) => withPages(current, node.id, { catalog, choice: value === 'pages' ? choices[0] : undefined }),
              });
            }}
          />
        </Field>
      )}
      {node.pages !== undefined ? (
        <LoopPagesSetup node={node} pages={node.pages} />
      ) : (
        <FieldRow
          label="Items"
          isRequired
          isMapped={node.items !== undefined && hasExpression(node.items)}
          hint="list"
          help="The body runs once for each. Inside, use item and index."
          problem={problem}
        >
          <TemplateField
            label="Items"
            value={typeof node.items === 'string' ? node.items : node.items === undefined ? '' : JSON.stringify(node.items)}
            placeholder="Insert a list"
            onChange={(items) => set({ items })}
          />
        </FieldRow>
      )}
      <Field
        label="At once"
        hint={node.concurrency === 1 ? 'One after the other, in order.' : `Up to ${node.concurrency} items are worked on at the same time.`}
      >
        <Input
          type="number"
          min={1}
          max={50}
          value={node.concurrency}
          onChange={(event) =>
            !Number.isNaN(event.currentTarget.valueAsNumber) &&
            set({ concurrency: Math.min(50, Math.max(1, Math.round(event.currentTarget.valueAsNumber))) })
          }
        />
      </Field>
      <Field label="When an item fails">
        <Select
          value={node.onItemError}
          options={[
            { value: 'stop', label: 'Stop the loop: the node fails' },
            { value: 'continue', label: 'Go on with the next item' },
          ]}
          onValueChange={(value) => set({ onItemError: value === 'continue' ? 'continue' : 'stop' })}
        />
      </Field>
    </div>
  );
}
