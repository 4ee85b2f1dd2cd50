/** Removing nodes, and healing the wire they stood in. */
import type { Edge, WorkflowDocument } from '@weft/workflow';
import { edgeKey, portOf } from './ports.ts';

/**
 * Removes nodes. What led into a removed node leads on to what followed it, where that is one answer: a branch
 * whose cases go to different nodes leaves its way in open. A loop takes its body along.
 */
export function deleteNodes(document: WorkflowDocument, ids: readonly string[]): WorkflowDocument {
  const gone = withBodies(document, ids);
  let { edges } = document;
  for (const id of gone) edges = heal(edges, id);
  const layout = Object.fromEntries(Object.entries(document.layout).filter(([id]) => !gone.has(id)));
  return withoutUnusedSlots(document, { ...document, nodes: document.nodes.filter((node) => !gone.has(node.id)), edges, layout });
}

/** The given nodes and everything inside those that are loops. */
export function withBodies(document: WorkflowDocument, ids: readonly string[]): Set<string> {
  const all = new Set(ids);
  for (let before = -1; before !== all.size;) {
    before = all.size;
    for (const node of document.nodes) if (node.parent !== undefined && all.has(node.parent)) all.add(node.id);
  }
  return all;
}

function heal(edges: readonly Edge[], id: string): Edge[] {
  const kept = edges.filter((edge) => edge.from !== id && edge.to !== id);
  const incoming = edges.filter((edge) => edge.to === id);
  const targets = targetsToKeep(edges.filter((edge) => edge.from === id && portOf(edge) !== 'error'));
  const known = new Set(kept.map(edgeKey));
  for (const edge of incoming) {
    for (const to of targets) {
      const bridge = { ...edge, to };
      if (known.has(edgeKey(bridge))) continue;
      known.add(edgeKey(bridge));
      kept.push(bridge);
    }
  }
  return kept;
}

/** All targets of a plain node; of a branch only when all its cases agree. */
function targetsToKeep(outgoing: readonly Edge[]): string[] {
  const targets = [...new Set(outgoing.map((edge) => edge.to))];
  const ports = new Set(outgoing.map(portOf));
  return ports.size > 1 && targets.length > 1 ? [] : targets;
}

/** Drops slots that were used before and are not any more; what was never used is somebody's intention. */
export function withoutUnusedSlots(before: WorkflowDocument, after: WorkflowDocument): WorkflowDocument {
  const was = usedSlots(before);
  const is = usedSlots(after);
  const slots = Object.fromEntries(Object.entries(after.slots).filter(([slot]) => is.has(slot) || !was.has(slot)));
  return { ...after, slots };
}

/** Slots that any node, mapping target or question refers to. */
export function usedSlots(document: WorkflowDocument): Set<string> {
  const used = new Set<string>();
  for (const node of document.nodes) {
    if ((node.kind === 'trigger' || node.kind === 'connector') && node.slot !== undefined) used.add(node.slot);
    if (node.kind === 'map' && node.target !== undefined) used.add(node.target.slot);
    if (node.kind === 'loop' && node.pages?.slot !== undefined) used.add(node.pages.slot);
  }
  for (const { choicesFrom } of Object.values(document.config)) if (choicesFrom && 'slot' in choicesFrom) used.add(choicesFrom.slot);
  return used;
}
