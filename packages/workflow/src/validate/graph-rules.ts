/** Rules of the graph: one trigger, edges that lead somewhere, no cycle, nothing out of reach. */
import type { WorkflowDocument } from '../document.ts';
import { findCycles, graphOf, reachableFrom } from '../graph.ts';
import type { Graph } from '../graph.ts';
import { portsOf } from '../nodes/index.ts';
import { didYouMean, error, warning } from './problem.ts';
import type { Problem } from './problem.ts';

/** All findings about nodes and edges as a graph. */
export function checkGraph(document: WorkflowDocument): Problem[] {
  const graph = graphOf(document);
  return [
    ...doubleIds(document),
    ...triggers(document),
    ...parents(document, graph),
    ...edges(document, graph),
    ...cycles(graph),
    ...unreachable(document, graph),
    ...lateEnds(document, graph),
  ];
}

function doubleIds(document: WorkflowDocument): Problem[] {
  const seen = new Set<string>();
  return document.nodes.flatMap(({ id }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [error(`nodes.${id}`, 'double_id', `Two nodes have the id “${id}”; rename one of them.`)];
  });
}

function triggers(document: WorkflowDocument): Problem[] {
  const found = document.nodes.filter(({ kind }) => kind === 'trigger');
  if (found.length === 0) return [error('nodes', 'no_trigger', 'Nothing starts this workflow; add a trigger.')];
  return found
    .slice(1)
    .map(({ id }) => error(`nodes.${id}`, 'several_triggers', `A workflow has one trigger; “${found[0]?.id}” is one already.`));
}

function parents(document: WorkflowDocument, graph: Graph): Problem[] {
  return document.nodes.flatMap(({ id, kind, parent }) => {
    if (parent === undefined) return [];
    const path = `nodes.${id}.parent`;
    if (graph.nodes.get(parent)?.kind !== 'loop') return [error(path, 'no_loop', `There is no loop “${parent}” to stand in.`)];
    if (kind === 'trigger') return [error(path, 'trigger_in_loop', 'A trigger cannot stand in a loop.')];
    return isInsideItself(graph, id) ? [error(path, 'loop_in_itself', `“${id}” stands in itself.`)] : [];
  });
}

function isInsideItself(graph: Graph, id: string): boolean {
  const seen = new Set([id]);
  for (let parent = graph.nodes.get(id)?.parent; parent !== undefined; parent = graph.nodes.get(parent)?.parent) {
    if (seen.has(parent)) return true;
    seen.add(parent);
  }
  return false;
}

function edges(document: WorkflowDocument, graph: Graph): Problem[] {
  const seen = new Set<string>();
  return document.edges.flatMap((edge, index) => {
    const path = `edges.${index}`;
    const from = graph.nodes.get(edge.from);
    const to = graph.nodes.get(edge.to);
    if (!from)
      return [error(`${path}.from`, 'unknown_node', `There is no node “${edge.from}”.${didYouMean(edge.from, graph.nodes.keys())}`)];
    if (!to) return [error(`${path}.to`, 'unknown_node', `There is no node “${edge.to}”.${didYouMean(edge.to, graph.nodes.keys())}`)];
    const port = edge.fromPort ?? 'next';
    const key = `${edge.from}/${port}/${edge.to}`;
    const problems: Problem[] = [];
    const ports = portsOf(from).map(({ id }) => id);
    if (!ports.includes(port)) problems.push(error(`${path}.fromPort`, 'unknown_port', unknownPort(edge.from, port, ports)));
    if (to.kind === 'trigger') problems.push(error(`${path}.to`, 'into_trigger', `Nothing can lead into the trigger “${edge.to}”.`));
    if (from.parent !== to.parent)
      problems.push(
        error(path, 'across_loop', `“${edge.from}” and “${edge.to}” do not stand in the same loop; an edge cannot cross its frame.`),
      );
    if (seen.has(key)) problems.push(error(path, 'double_edge', `“${edge.from}” leads to “${edge.to}” twice; remove one.`));
    seen.add(key);
    return problems;
  });
}

function unknownPort(id: string, port: string, ports: readonly string[]): string {
  if (ports.length === 0) return `“${id}” ends the run, nothing can follow it.`;
  return `“${id}” has no port “${port}”; it has ${ports.join(', ')}.${didYouMean(port, ports)}`;
}

function cycles(graph: Graph): Problem[] {
  return findCycles(graph).map((members) => {
    const [first = ''] = members;
    // A long circle is told by its beginning and its end.
    const shown = members.length > 12 ? [...members.slice(0, 8), '…', ...members.slice(-3)] : members;
    return error(
      `nodes.${first}`,
      'cycle',
      `These nodes lead in a circle: ${[...shown, first].join(' → ')}. Remove one of the edges; to repeat something, use a loop.`,
    );
  });
}

function unreachable(document: WorkflowDocument, graph: Graph): Problem[] {
  const trigger = document.nodes.find(({ kind }) => kind === 'trigger');
  if (!trigger) return [];
  const reached = reachableFrom(graph, trigger.id).add(trigger.id);
  return document.nodes
    .filter(({ id, parent }) => parent === undefined && !reached.has(id))
    .map(({ id }) =>
      warning(`nodes.${id}`, 'unreachable', `No edge leads from the trigger to “${id}”, so it never runs. Connect or delete it.`),
    );
}

/** A time that is over and leads nowhere ends the run without a word. */
function lateEnds(document: WorkflowDocument, graph: Graph): Problem[] {
  return document.nodes.flatMap((node) => {
    if (node.kind !== 'wait' && node.kind !== 'review') return [];
    const port = portsOf(node).find(({ kind }) => kind === 'otherwise');
    if (!port || (graph.outgoing.get(node.id) ?? []).some(({ fromPort }) => fromPort === port.id)) return [];
    return [
      warning(
        `nodes.${node.id}`,
        'late_end',
        `Nothing follows when the time of “${node.id}” is over; that way ends there. Connect its port “${port.label}”.`,
      ),
    ];
  });
}
