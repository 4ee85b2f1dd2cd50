/** The ways out of a node, with the words that stand on them. */
import { portsOf } from '@weft/workflow';
import type { Port, WorkflowNode } from '@weft/workflow';

/** All output ports of a node, the error port last. */
export function outputPorts(node: WorkflowNode): readonly Port[] {
  const ports = portsOf(node);
  return [...ports.filter((port) => port.kind !== 'error'), ...ports.filter((port) => port.kind === 'error')];
}

/** The ways out that stand labelled in a node's foot; none where there is one way only, which needs no word. */
export function footPorts(node: WorkflowNode): readonly Port[] {
  const ports = outputPorts(node).filter((port) => port.kind !== 'error');
  return ports.length === 1 && ports[0]?.id === 'next' ? [] : ports;
}

/** The port an edge leaves from, `next` when the document says nothing. */
export function portOf(edge: { readonly fromPort?: string | undefined }): string {
  return edge.fromPort ?? 'next';
}

/** The port by which work usually goes on: `next`, or a branch's first case. */
export function mainPort(node: WorkflowNode): string | undefined {
  return outputPorts(node).find((port) => port.id !== 'error')?.id;
}

/** An edge in the document's form: `next` is left out. */
export function makeEdge(from: string, fromPort: string, to: string): { from: string; fromPort?: string; to: string } {
  return fromPort === 'next' ? { from, to } : { from, fromPort, to };
}

/** A stable key of an edge. */
export function edgeKey(edge: { readonly from: string; readonly fromPort?: string | undefined; readonly to: string }): string {
  return `${edge.from}|${portOf(edge)}|${edge.to}`;
}
