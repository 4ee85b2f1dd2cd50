/** Changing a node's id, everywhere it is named. */
import { renameInExpression, renameReferences } from '@weft/expression';
import type { WorkflowDocument, WorkflowNode } from './document.ts';

/** A copy of a document in which a node has another id: edges, loop membership, layout and expressions follow. */
export function renameNode(document: WorkflowDocument, from: string, to: string): WorkflowDocument {
  const word = (id: string): string => (id === from ? to : id);
  return {
    ...document,
    nodes: document.nodes.map((node) => renameInNode(node, from, to)),
    edges: document.edges.map((edge) => ({ ...edge, from: word(edge.from), to: word(edge.to) })),
    layout: Object.fromEntries(Object.entries(document.layout).map(([id, place]) => [word(id), place])),
  };
}

function renameInNode(node: WorkflowNode, from: string, to: string): WorkflowNode {
  const renamed = renameReferences(node, from, to);
  const moved = { ...renamed, id: node.id === from ? to : node.id, ...(node.parent === from ? { parent: to } : {}) };
  if (moved.kind !== 'branch') return moved;
  return { ...moved, cases: moved.cases.map((one) => ({ ...one, when: renameInCondition(one.when, from, to) })) };
}

function renameInCondition(when: string, from: string, to: string): string {
  if (when.includes('{{')) return when; // renamed as a template string already
  try {
    return renameInExpression(when, from, to);
  } catch {
    return when; // cannot be read, so it refers to nothing; validation reports it
  }
}
