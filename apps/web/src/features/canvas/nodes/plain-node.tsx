'use client';
/** Trigger, operation, map and stop: a tile, a title, a line. */
import { NodeTile } from './node-tile.tsx';
import { NodeTitle } from './node-title.tsx';
import type { NodeViewProps } from './flow-node.tsx';

export function PlainNode({ data }: NodeViewProps) {
  return (
    <div className="node-body">
      <NodeTile kind={data.node.kind} connector={data.connector} />
      <NodeTitle data={data} />
      {data.node.disabled === true && <span className="node-off">off</span>}
    </div>
  );
}
