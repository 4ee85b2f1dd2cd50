'use client';
/** The code of a script node. */
import type { ScriptNode } from '@weft/workflow';
import { updateNode } from '../../canvas/document/edit-node.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { useDraftStore } from '../state/use-draft.tsx';

export function ScriptSetup({ node }: { readonly node: ScriptNode }) {
  const store = useDraftStore();
  const set = (code: string) =>
    store.apply({
      name: 'Changed the script',
      mergeKey: `script:${node.id}`,
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'script' ? { ...one, code } : one)),
    });
  return (
    <div className="panel-body">
      <FieldRow
        label="JavaScript"
        help="What it returns is the output. It reads trigger, steps, item, run and config; it has no network and no files."
      >
        <textarea
          className="script-text"
          aria-label="JavaScript"
          spellCheck={false}
          rows={16}
          value={node.code}
          onChange={(event) => set(event.target.value)}
          onBlur={() => store.seal()}
        />
      </FieldRow>
    </div>
  );
}
