'use client';
/** A panel's head outside of the builder: what the node is, nothing to type into. */
import { titleOf } from '@weft/workflow';
import type { Catalog, WorkflowNode } from '@weft/workflow';
import type { ReactNode } from 'react';
import { lineOf } from '../../canvas/describe.ts';
import { NodeTile } from '../../canvas/nodes/node-tile.tsx';

export function PanelHeadView({
  node,
  catalog,
  children,
}: {
  readonly node: WorkflowNode;
  readonly catalog: Catalog;
  readonly children: ReactNode;
}) {
  const connector = node.kind === 'connector' || node.kind === 'trigger' ? catalog.connector(node.connector) : undefined;
  return (
    <header className="panel-head">
      <NodeTile kind={node.kind} connector={connector} />
      <div className="panel-words">
        <h2 className="panel-title">{titleOf(node, catalog)}</h2>
        <p className="panel-line">
          {lineOf(node, catalog)} · <code>{node.id}</code>
        </p>
      </div>
      {children}
    </header>
  );
}
