'use client';
/** A loop: a frame with a head, grown around its body. */
import { Plus } from 'lucide-react';
import { useCanvasActions } from '../canvas-context.tsx';
import type { NodeViewProps } from './flow-node.tsx';
import { NodeTile } from './node-tile.tsx';
import { NodeTitle } from './node-title.tsx';

export function LoopNode({ data }: NodeViewProps) {
  const actions = useCanvasActions();
  return (
    <>
      <div className="loop-head">
        <NodeTile kind="loop" size="small" />
        <NodeTitle data={data} />
      </div>
      {data.isEmptyFrame && !actions.isReadOnly && (
        <button
          type="button"
          className="loop-empty nodrag"
          onClick={(event) => {
            event.stopPropagation();
            const box = event.currentTarget.getBoundingClientRect();
            actions.openAddList({ at: 'inside', loop: data.node.id }, { x: box.left + 24, y: box.bottom + 6 });
          }}
        >
          <Plus size={14} aria-hidden /> Add what happens for each item
        </button>
      )}
    </>
  );
}
