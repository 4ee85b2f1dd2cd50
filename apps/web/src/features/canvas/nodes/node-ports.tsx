'use client';
/** The ports of a node: 10 px dots in a larger target, with a `+` under those that are free. */
import { Handle, Position } from '@xyflow/react';
import type { WorkflowNode } from '@weft/workflow';
import { Plus } from 'lucide-react';
import { useCanvasActions } from '../canvas-context.tsx';
import type { Size } from '../document/geometry.ts';
import { outputPorts } from '../document/ports.ts';
import { useDrag } from '../drop-target.ts';
import { portPosition } from '../flow-model.ts';

interface NodePortsProps {
  readonly node: WorkflowNode;
  readonly size: Size;
  readonly title: string;
  /** Ports with an edge, joined by a comma. */
  readonly wired: string;
}

export function NodePorts({ node, size, title, wired }: NodePortsProps) {
  const isWired = new Set(wired.split(','));
  return (
    <>
      {node.kind !== 'trigger' && (
        <Handle type="target" id="in" position={Position.Top} className="port" style={{ left: size.width / 2, top: 0 }} />
      )}
      {outputPorts(node).map((port) => (
        <OutputPort
          key={port.id}
          node={node}
          port={port.id}
          at={portPosition(node, size, port.id)}
          isWired={isWired.has(port.id)}
          label={`${title}, ${port.label}`}
        />
      ))}
    </>
  );
}

interface OutputPortProps {
  readonly node: WorkflowNode;
  readonly port: string;
  readonly at: { readonly x: number; readonly y: number };
  readonly isWired: boolean;
  readonly label: string;
}

function OutputPort({ node, port, at, isWired, label }: OutputPortProps) {
  const actions = useCanvasActions();
  const isTarget = useDrag((drag) => drag.target?.on === 'port' && drag.target.node === node.id && drag.target.port === port);
  const isError = port === 'error';
  return (
    <>
      <Handle
        type="source"
        id={port}
        position={isError ? Position.Right : Position.Bottom}
        className={`port ${isError ? 'port-error' : ''}`}
        data-wired={isWired || undefined}
        data-drop-target={isTarget || undefined}
        data-drop-node={node.id}
        data-drop-port={port}
        style={{ left: at.x, top: at.y, right: 'auto', bottom: 'auto' }}
      />
      {isError && (
        <span className="port-error-label" data-wired={isWired || undefined} style={{ left: at.x + 12, top: at.y - 8 }}>
          on error
        </span>
      )}
      {!isWired && !actions.isReadOnly && (
        <button
          type="button"
          className={`port-plus nodrag nopan ${isError ? 'port-plus-error' : ''}`}
          data-shown={isTarget || undefined}
          data-drop-node={node.id}
          data-drop-port={port}
          style={isError ? { left: at.x + 80, top: at.y } : { left: at.x, top: at.y + 24 }}
          aria-label={`Add a node after ${label}`}
          onClick={(event) => {
            event.stopPropagation();
            const box = event.currentTarget.getBoundingClientRect();
            actions.openAddList({ at: 'port', from: node.id, fromPort: port }, { x: box.right + 6, y: box.top });
          }}
        >
          <Plus size={12} strokeWidth={2} aria-hidden />
        </button>
      )}
    </>
  );
}
