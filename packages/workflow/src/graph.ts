/** The graph of a document: who follows whom, in which order, and what can have run before what. */
import type { Edge, WorkflowDocument, WorkflowNode } from './document.ts';
import { portsOf } from './nodes/index.ts';

/** A document's nodes with their edges, indexed. Edges to or from nodes that do not exist are left out. */
export interface Graph {
  readonly nodes: ReadonlyMap<string, WorkflowNode>;
  readonly incoming: ReadonlyMap<string, readonly Edge[]>;
  readonly outgoing: ReadonlyMap<string, readonly Edge[]>;
  /** Ids of the direct members of each loop; those at the top stand under undefined. */
  readonly members: ReadonlyMap<string | undefined, readonly string[]>;
}

/** Indexes a document. */
export function graphOf(document: Pick<WorkflowDocument, 'nodes' | 'edges'>): Graph {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const edges = document.edges.filter(({ from, to }) => nodes.has(from) && nodes.has(to));
  return {
    nodes,
    incoming: Map.groupBy(edges, ({ to }) => to),
    outgoing: Map.groupBy(edges, ({ from }) => from),
    members: group(document.nodes),
  };
}

function group(nodes: readonly WorkflowNode[]): Map<string | undefined, string[]> {
  const members = new Map<string | undefined, string[]>();
  for (const { id, parent } of nodes) members.set(parent, [...(members.get(parent) ?? []), id]);
  return members;
}

/** Ids of a loop's members (or of the top) so that each stands behind those it depends on; undefined when they form a cycle. */
export function topologicalOrder(graph: Graph, parent?: string): string[] | undefined {
  const ids = graph.members.get(parent) ?? [];
  const left = new Map(ids.map((id) => [id, (graph.incoming.get(id) ?? []).length]));
  const ready = ids.filter((id) => left.get(id) === 0);
  const order: string[] = [];
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    order.push(id);
    for (const { to } of graph.outgoing.get(id) ?? []) {
      const count = (left.get(to) ?? 0) - 1;
      left.set(to, count);
      if (count === 0) ready.push(to);
    }
  }
  return order.length === ids.length ? order : undefined;
}

/** More cycles than this help nobody to find the first. */
const MOST_CYCLES = 20;

/** The members of each cycle, in order; one cycle for each edge that leads back. */
export function findCycles(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (id: string): void => {
    if (state.get(id) === 'done' || cycles.length >= MOST_CYCLES) return;
    if (state.get(id) === 'open') {
      cycles.push(trail.slice(trail.indexOf(id)));
      return;
    }
    state.set(id, 'open');
    trail.push(id);
    for (const { to } of graph.outgoing.get(id) ?? []) visit(to);
    trail.pop();
    state.set(id, 'done');
  };
  for (const id of graph.nodes.keys()) visit(id);
  return cycles;
}

/** Whether an edge from one node to another would close a cycle. */
export function wouldCycle(graph: Graph, from: string, to: string): boolean {
  return from === to || reachableFrom(graph, to).has(from);
}

/** All nodes that can be reached over edges. */
export function reachableFrom(graph: Graph, start: string): Set<string> {
  const seen = new Set<string>();
  const queue = [start];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const { to } of graph.outgoing.get(id) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return seen;
}

/** The loops around a node, innermost first. */
export function loopsAround(graph: Graph, id: string): string[] {
  const found: string[] = [];
  for (
    let parent = graph.nodes.get(id)?.parent;
    parent !== undefined && !found.includes(parent);
    parent = graph.nodes.get(parent)?.parent
  ) {
    found.push(parent);
  }
  return found;
}

/**
 * What can be said of one node's output at another: `always` (it has run whenever the other runs), `maybe` (on some
 * paths it was skipped or went to its error port), `never` (it cannot have run before).
 */
export type Availability = 'always' | 'maybe' | 'never';

/** Tells whether `source` has run when `at` runs. Both must exist. */
export function availability(graph: Graph, source: string, at: string): Availability {
  // Seen from inside a loop, what stands outside is as available as it is to the loop itself.
  const scopes = [at, ...loopsAround(graph, at)];
  const sourceParent = graph.nodes.get(source)?.parent;
  const seenFrom = scopes.find((id) => graph.nodes.get(id)?.parent === sourceParent);
  if (seenFrom === undefined || seenFrom === source) return 'never';
  if (!reachableFrom(graph, source).has(seenFrom)) return 'never';
  return isUnavoidable(graph, source, seenFrom) ? 'always' : 'maybe';
}

/** Above this many combinations of ways taken, only what lies on every way counts as certain. */
const MOST_COMBINATIONS = 4096;

/**
 * Whether `source` has succeeded whenever `at` runs: tried for every combination of ways that the branches and wired error
 * ports before `at` can take. Nodes without a wired error port count as succeeding, since the run ends when they fail.
 */
function isUnavoidable(graph: Graph, source: string, at: string): boolean {
  const before = ancestors(graph, at);
  const deciding = [...before].flatMap((id) => {
    const ways = waysOut(graph, id);
    return ways.length > 1 ? [{ id, ways }] : [];
  });
  const combinations = deciding.reduce((product, { ways }) => product * ways.length, 1);
  if (combinations > MOST_COMBINATIONS) return liesOnEveryWay(graph, source, at);
  for (let number = 0; number < combinations; number += 1) {
    const taken = new Map<string, string>();
    let rest = number;
    for (const { id, ways } of deciding) {
      taken.set(id, ways[rest % ways.length] ?? 'next');
      rest = Math.floor(rest / ways.length);
    }
    const runs = new Map<string, boolean>();
    const doesRun = (id: string): boolean => {
      const known = runs.get(id);
      if (known !== undefined) return known;
      runs.set(id, false); // a cycle leads nowhere
      const incoming = graph.incoming.get(id) ?? [];
      const node = graph.nodes.get(id);
      const isStart = incoming.length === 0 && (node?.kind === 'trigger' || node?.parent !== undefined);
      const result =
        isStart || incoming.some(({ from, fromPort }) => doesRun(from) && (taken.get(from) ?? 'next') === (fromPort ?? 'next'));
      runs.set(id, result);
      return result;
    };
    if (doesRun(at) && !(doesRun(source) && taken.get(source) !== 'error')) return false;
  }
  return true;
}

/** The ways a node can take: its ports; the error port only where it is wired, since the run ends there else. */
function waysOut(graph: Graph, id: string): string[] {
  const node = graph.nodes.get(id);
  const isErrorWired = (graph.outgoing.get(id) ?? []).some(({ fromPort }) => fromPort === 'error');
  const ports = node === undefined ? [] : portsOf(node).filter(({ kind }) => kind !== 'error' || isErrorWired);
  return ports.length === 0 ? ['next'] : ports.map((port) => port.id);
}

function ancestors(graph: Graph, id: string): Set<string> {
  const seen = new Set<string>();
  const queue = [id];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const { from } of graph.incoming.get(at) ?? []) {
      if (seen.has(from)) continue;
      seen.add(from);
      queue.push(from);
    }
  }
  return seen;
}

/** Whether every way from a start to `at` leads through `source` by a port other than its error port. */
function liesOnEveryWay(graph: Graph, source: string, at: string): boolean {
  const memory = new Map<string, boolean>();
  const leadsThrough = (id: string): boolean => {
    const known = memory.get(id);
    if (known !== undefined) return known;
    memory.set(id, false); // a cycle leads nowhere
    const incoming = graph.incoming.get(id) ?? [];
    const result =
      incoming.length > 0 && incoming.every(({ from, fromPort }) => (from === source ? fromPort !== 'error' : leadsThrough(from)));
    memory.set(id, result);
    return result;
  };
  return leadsThrough(at);
}

/** Whether a node stands behind some node's error port. */
export function isBehindError(graph: Graph, id: string): boolean {
  const scopes = [id, ...loopsAround(graph, id)];
  return scopes.some((scope) => {
    const seen = new Set<string>();
    const queue = [scope];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const { from, fromPort } of graph.incoming.get(at) ?? []) {
        if (fromPort === 'error') return true;
        if (!seen.has(from)) {
          seen.add(from);
          queue.push(from);
        }
      }
    }
    return false;
  });
}
