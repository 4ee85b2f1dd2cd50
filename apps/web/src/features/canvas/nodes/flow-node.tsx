'use client';
/** A node on the canvas: picks the view of its kind and adds what all of them share. */
import { useConnection } from '@xyflow/react';
import type { NodeProps } from '@xyflow/react';
import type { NodeKind } from '@weft/workflow';
import { memo } from 'react';
import type { ComponentType } from 'react';
import { useCanvasActions } from '../canvas-context.tsx';
import { whyNot } from '../document/wiring.ts';
import type { FlowNode, NodeData } from '../flow-model.ts';
import { FootNode } from './foot-node.tsx';
import { LoopNode } from './loop-node.tsx';
import { MarkBadge, RunBadge } from './node-badge.tsx';
import { NodePorts } from './node-ports.tsx';
import { PlainNode } from './plain-node.tsx';

/** What each kind draws inside its outline. */
export interface NodeViewProps {
  readonly data: NodeData;
}

const VIEWS = {
  trigger: PlainNode,
  connector: PlainNode,
  map: PlainNode,
  stop: PlainNode,
  branch: FootNode,
  loop: LoopNode,
  wait: FootNode,
  review: FootNode,
  call: PlainNode,
  script: PlainNode,
  respond: PlainNode,
} as const satisfies Record<NodeKind, ComponentType<NodeViewProps>>;

export const FlowNodeView = memo(function FlowNodeView({ id, data, width, height }: NodeProps<FlowNode>) {
  const View = VIEWS[data.node.kind];
  const reason = useImpossible(id);
  const size = { width: width ?? 228, height: height ?? 56 };
  return (
    <div
      className="node"
      style={size}
      data-testid={`canvas-node-${id}`}
      data-kind={data.node.kind}
      data-nested={data.node.parent === undefined ? undefined : true}
      data-run={data.run?.status}
      data-waits-for={data.run?.wait?.kind}
      data-mark={data.run === undefined ? data.mark?.level : undefined}
      data-off={data.node.disabled === true || undefined}
      data-impossible={reason === undefined || reason === '' ? undefined : true}
      data-possible={reason === '' || undefined}
    >
      <View data={data} />
      {data.run !== undefined && <RunBadge run={data.run} />}
      {data.run === undefined && data.mark !== undefined && <MarkBadge mark={data.mark} />}
      {reason !== undefined && reason !== '' && <span className="node-why">{reason}</span>}
      <NodePorts node={data.node} size={size} title={data.title} wired={data.wired} />
    </div>
  );
});

/** While an edge is drawn: why it cannot end here; empty when it can; undefined when nothing is drawn. */
function useImpossible(id: string): string | undefined {
  const actions = useCanvasActions();
  return useConnection((connection) => {
    if (!connection.inProgress || connection.fromHandle.nodeId === id) return undefined;
    const { fromHandle } = connection;
    const wire =
      fromHandle.type === 'source'
        ? { from: fromHandle.nodeId, fromPort: fromHandle.id ?? 'next', to: id }
        : { from: id, fromPort: 'next', to: fromHandle.nodeId };
    return whyNot(actions.document(), wire) ?? '';
  });
}
