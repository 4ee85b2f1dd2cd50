'use client';
/** Free notes about a node, and its id in expressions. */
import { Field, Input, Textarea } from '@weft/ui';
import { idSchema, renameNode } from '@weft/workflow';
import type { WorkflowNode } from '@weft/workflow';
import { useState } from 'react';
import { updateNode, withOptional } from '../../canvas/document/edit-node.ts';
import { useDocument, useDraftStore } from '../state/use-draft.tsx';
import { useUrlState } from '../state/url-state.ts';

export function NotesTab({ node }: { readonly node: WorkflowNode }) {
  const store = useDraftStore();
  return (
    <div className="panel-body">
      <Field label="Notes" hint="Why this node is as it is. Kept with the workflow.">
        <Textarea
          rows={8}
          maxLength={4000}
          value={node.notes ?? ''}
          onChange={(event) => {
            const notes = event.currentTarget.value;
            store.apply({
              name: 'Changed notes',
              mergeKey: `notes:${node.id}`,
              change: (current) => updateNode(current, node.id, (one) => withOptional(one, 'notes', notes === '' ? undefined : notes)),
            });
          }}
          onBlur={() => store.seal()}
        />
      </Field>
      {node.kind !== 'trigger' && <IdField node={node} />}
    </div>
  );
}

/** Renames the id; every reference follows. */
function IdField({ node }: { readonly node: WorkflowNode }) {
  const store = useDraftStore();
  const document = useDocument();
  const url = useUrlState();
  const [text, setText] = useState(node.id);
  const error =
    text === node.id
      ? undefined
      : document.nodes.some((one) => one.id === text)
        ? 'Another node is called that.'
        : idSchema.safeParse(text).error?.issues[0]?.message;
  const commit = () => {
    if (text === node.id || error !== undefined) return;
    store.apply({ name: `Renamed ${node.id} to ${text}`, change: (current) => renameNode(current, node.id, text) });
    store.select([text]);
    url.set({ node: text });
  };
  return (
    <Field label="Name in expressions" hint={`Used as steps.${text}. References follow when it changes.`} error={error}>
      <Input
        isCode
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </Field>
  );
}
