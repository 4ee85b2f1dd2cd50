'use client';
/** Branch, review and wait: a plain node with a foot divided into its labelled ways out, where there are several. */
import { footPorts } from '../document/ports.ts';
import type { NodeViewProps } from './flow-node.tsx';
import { PlainNode } from './plain-node.tsx';

export function FootNode({ data }: NodeViewProps) {
  const { node } = data;
  const ports = footPorts(node);
  const conditions = node.kind === 'branch' ? new Map(node.cases.map((one) => [one.port, one.when])) : undefined;
  return (
    <>
      <PlainNode data={data} />
      {ports.length > 0 && (
        <div className="branch-foot">
          {ports.map((port) => (
            <span key={port.id} title={conditions === undefined ? port.label : (conditions.get(port.id) ?? 'None of the others')}>
              {port.label}
            </span>
          ))}
        </div>
      )}
    </>
  );
}
