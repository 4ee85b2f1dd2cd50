'use client';
/** An edge: orthogonal, rounded, with a `+` in its middle. */
import { BaseEdge, EdgeLabelRenderer } from '@xyflow/react';
import type { EdgeProps } from '@xyflow/react';
import { Plus } from 'lucide-react';
import { memo, useState } from 'react';
import { useCanvasActions } from '../canvas-context.tsx';
import { useDrag } from '../drop-target.ts';
import type { FlowEdge } from '../flow-model.ts';
import { route } from '../route.ts';

export const WireEdge = memo(function WireEdge(props: EdgeProps<FlowEdge>) {
  const { id, data, selected } = props;
  const [isHovered, setHovered] = useState(false);
  const isTarget = useDrag((drag) => drag.target?.on === 'edge' && drag.target.edge === id);
  const actions = useCanvasActions();
  const { path, middle } = route({
    from: { x: props.sourceX, y: props.sourceY },
    to: { x: props.targetX, y: props.targetY },
    joins: data?.joins ?? false,
    sideways: data?.port === 'error',
    lane: data?.lane ?? 0,
    obstacles: data?.obstacles ?? [],
  });
  const state = data?.run ?? (data?.port === 'error' ? 'error' : 'idle');
  const isLit = !actions.isReadOnly && (isHovered || isTarget || selected === true);
  return (
    <g onPointerEnter={() => setHovered(true)} onPointerLeave={() => setHovered(false)} data-state={isLit ? 'lit' : state} className="wire">
      <BaseEdge id={id} path={path} interactionWidth={22} />
      {state === 'running' && <path d={path} className="wire-shuttle" />}
      {!actions.isReadOnly && (
        <EdgeLabelRenderer>
          <button
            type="button"
            className="wire-plus nodrag nopan"
            data-shown={isHovered || isTarget || undefined}
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
            aria-label={`Add a node between ${props.source} and ${props.target}`}
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              actions.openAddList({ at: 'edge', edge: id }, { x: box.right + 6, y: box.top });
            }}
          >
            <Plus size={12} strokeWidth={2} aria-hidden />
          </button>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});
