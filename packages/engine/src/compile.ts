/** From a document to a program: the graph in order, every value and condition compiled. */
import { WeftError, isWeftError } from '@weft/errors';
import type { Issue } from '@weft/errors';
import { compileValue, referencesOf } from '@weft/expression';
import type { CompiledValue } from '@weft/expression';
import { graphOf, resolvedOf, topologicalOrder } from '@weft/workflow';
import type { Edge, TriggerNode, WorkflowDocument, WorkflowNode } from '@weft/workflow';

/** A node ready to be executed. */
export interface CompiledNode<Node extends WorkflowNode = WorkflowNode> {
  readonly node: Node;
  readonly incoming: readonly Edge[];
  /** Ports from which an edge leads on. */
  readonly wiredPorts: ReadonlySet<string>;
  /** Compiled values by their place below the node, such as `input` or `fields.0.from`. */
  readonly values: ReadonlyMap<string, CompiledValue>;
  /** Ids of the waits whose address it sends: `resume.<id>`. */
  readonly resumes: readonly string[];
}

/** A compiled document. Holds no state: one program serves any number of runs. */
export interface Program {
  readonly document: WorkflowDocument;
  readonly trigger: TriggerNode;
  readonly nodes: ReadonlyMap<string, CompiledNode>;
  /** Ids of the members of each loop, and of the top under undefined, each behind those it depends on. */
  readonly order: ReadonlyMap<string | undefined, readonly string[]>;
}

/** Compiles a document. Throws `invalid` with located issues when it has no trigger, a cycle, or an expression that cannot be read. */
export function compileWorkflow(document: WorkflowDocument): Program {
  const graph = graphOf(document);
  const issues: Issue[] = referenceIssues(document);
  const nodes = new Map<string, CompiledNode>();
  for (const node of document.nodes) {
    nodes.set(node.id, {
      node,
      incoming: graph.incoming.get(node.id) ?? [],
      wiredPorts: new Set((graph.outgoing.get(node.id) ?? []).map(({ fromPort }) => fromPort ?? 'next')),
      values: compileValues(node, issues),
      resumes: resumesOf(node),
    });
  }
  const order = new Map<string | undefined, readonly string[]>();
  for (const parent of [undefined, ...document.nodes.filter(({ kind }) => kind === 'loop').map(({ id }) => id)]) {
    const ids = topologicalOrder(graph, parent);
    if (ids) order.set(parent, ids);
    else issues.push({ path: parent === undefined ? 'edges' : `nodes.${parent}`, message: 'Some nodes lead in a circle.' });
  }
  const trigger = document.nodes.find((node) => node.kind === 'trigger');
  if (!trigger) issues.push({ path: 'nodes', message: 'Nothing starts this workflow.' });
  if (!trigger || issues.length > 0) {
    throw new WeftError({
      class: 'invalid',
      code: 'not_executable',
      message: `“${document.name}” cannot be executed: ${issues[0]?.message ?? ''}`,
      issues,
    });
  }
  return { document, trigger, nodes, order };
}

/** What would be left out of the graph without a word: nodes and edges that point nowhere, or into or out of a loop. */
function referenceIssues({ nodes, edges }: WorkflowDocument): Issue[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const issues: Issue[] = [];
  for (const [index, { id, parent }] of nodes.entries()) {
    if (byId.get(id) !== nodes[index]) issues.push({ path: `nodes.${id}`, message: `Two nodes are called “${id}”.` });
    if (parent !== undefined && byId.get(parent)?.kind !== 'loop')
      issues.push({ path: `nodes.${id}.parent`, message: `“${id}” belongs to “${parent}”, which is no loop of this workflow.` });
    if (isInsideItself(byId, id)) issues.push({ path: `nodes.${id}.parent`, message: `“${id}” stands inside itself.` });
  }
  for (const [index, edge] of edges.entries()) {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    const missing = from ? edge.to : edge.from;
    if (!from || !to) issues.push({ path: `edges.${index}`, message: `An edge refers to “${missing}”, which does not exist.` });
    else if (from.parent !== to.parent)
      issues.push({ path: `edges.${index}`, message: `The edge from “${edge.from}” to “${edge.to}” crosses the border of a loop.` });
  }
  return issues;
}

function isInsideItself(byId: ReadonlyMap<string, WorkflowNode>, id: string): boolean {
  const seen = new Set<string>();
  for (let at = byId.get(id)?.parent; at !== undefined && !seen.has(at); at = byId.get(at)?.parent) {
    if (at === id) return true;
    seen.add(at);
  }
  return false;
}

function compileValues(node: WorkflowNode, issues: Issue[]): Map<string, CompiledValue> {
  const values = new Map<string, CompiledValue>();
  for (const { path, value, isBareExpression } of resolvedOf(node)) {
    const source = isBareExpression && typeof value === 'string' && !value.includes('{{') ? `{{${value}}}` : value;
    try {
      values.set(path, compileValue(source));
    } catch (thrown) {
      if (!isWeftError(thrown)) throw thrown;
      issues.push({ path: `nodes.${node.id}.${path}`, message: thrown.message });
    }
  }
  return values;
}

/** The waits whose addresses a node's input names. Input that cannot be read is an issue already. */
function resumesOf(node: WorkflowNode): string[] {
  if (node.kind !== 'connector' || !JSON.stringify(node.input).includes('resume')) return [];
  try {
    const ids = referencesOf(node.input).flatMap(({ root, nodeId }) => (root === 'resume' && nodeId !== undefined ? [nodeId] : []));
    return [...new Set(ids)];
  } catch {
    return [];
  }
}
