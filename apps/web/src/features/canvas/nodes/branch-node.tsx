'use client';
/** A branch: a plain node with a foot divided into its labelled ways out. */
import { outputPorts } from '../document/ports.ts';
import type { NodeViewProps } from './flow-node.tsx';
import { PlainNode } from './plain-node.tsx';

export function BranchNode({ data }: NodeViewProps) {
  const { node } = data;
  const conditions = node.kind === 'branch' ? new Map(node.cases.map((one) => [one.port, one.when])) : new Map<string, string>();
  return (
    <>
      <PlainNode data={data} />
      <div className="branch-foot">
        {outputPorts(node)
          .filter((port) => port.id !== 'error')
          .map((port) => (
            <span key={port.id} title={conditions.get(port.id) ?? 'None of the others'}>
              {port.label}
            </span>
          ))}
      </div>
    </>
  );
}
