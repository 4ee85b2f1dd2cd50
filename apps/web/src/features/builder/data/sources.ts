/** Which earlier nodes a node can draw from, nearest first. */
import { availability, graphOf, isBehindError, loopsAround } from '@weft/workflow';
import type { WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { find } from '../../canvas/document/wiring.ts';

/** An earlier node and how many edges lie between. */
export interface Earlier {
  readonly node: WorkflowNode;
  readonly distance: number;
}

/** Nodes that come before `id` on some path, nearest first; inside a loop also what comes before the loop. */
export function earlierNodes(document: WorkflowDocument, id: string): Earlier[] {
  const found = new Map<string, number>();
  let start = 0;
  for (
    let current = find(document, id);
    current !== undefined;
    current = current.parent === undefined ? undefined : find(document, current.parent)
  ) {
    start = collect(document, current.id, start, found) + 1;
    if (found.has(current.id) && current.id !== id) break;
  }
  const trigger = document.nodes.find((node) => node.kind === 'trigger');
  if (trigger !== undefined && trigger.id !== id && !found.has(trigger.id)) found.set(trigger.id, start + 1);
  return [...found]
    .flatMap(([nodeId, distance]) => {
      const node = find(document, nodeId);
      return node === undefined ? [] : [{ node, distance }];
    })
    .sort((a, b) => a.distance - b.distance);
}

/** Walks edges backwards, breadth first; gives the greatest distance seen. */
function collect(document: WorkflowDocument, id: string, start: number, found: Map<string, number>): number {
  let level = [id];
  let distance = start;
  const seen = new Set([id]);
  while (level.length > 0) {
    distance += 1;
    const next: string[] = [];
    for (const edge of document.edges) {
      if (!level.includes(edge.to) || seen.has(edge.from)) continue;
      seen.add(edge.from);
      found.set(edge.from, Math.min(found.get(edge.from) ?? Infinity, distance));
      next.push(edge.from);
    }
    level = next;
  }
  return distance;
}

/** Nodes that have run whenever `id` runs; the others that come before it may have been skipped. */
export function certainlyBefore(document: WorkflowDocument, id: string): Set<string> {
  const graph = graphOf(document);
  return new Set(document.nodes.filter((node) => node.id !== id && availability(graph, node.id, id) === 'always').map((node) => node.id));
}

/** Loops around a node, innermost first. */
export function loopsOf(document: WorkflowDocument, id: string): string[] {
  return loopsAround(graphOf(document), id);
}

/** Whether a failure may have led to a node. */
export function mayFollowFailure(document: WorkflowDocument, id: string): boolean {
  return isBehindError(graphOf(document), id);
}
