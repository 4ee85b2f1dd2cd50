/** Sample outputs of nodes before anything was evaluated: kept ones, a run's, or the connector's own. Pure. */
import { findOperation } from '@weft/workflow';
import type { Catalog, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import type { SampleScope } from './protocol.ts';

/** What a past run gave. */
export interface RunSample {
  readonly input: unknown;
  /** Newest step per node; of a loop's body the first item. */
  readonly steps: readonly { readonly nodeId: string; readonly status: string; readonly output?: unknown }[];
}

export interface SampleOptions {
  readonly document: WorkflowDocument;
  readonly catalog: Catalog;
  readonly config: Readonly<Record<string, unknown>>;
  /** A trigger payload chosen by hand or asked of the account. */
  readonly trigger?: unknown;
  readonly run?: RunSample | undefined;
}

/** The scope as far as it is known without evaluating anything. */
export function staticScope(options: SampleOptions): SampleScope {
  const { document, catalog, run } = options;
  const steps: Record<string, unknown> = {};
  let trigger: unknown = options.trigger;
  for (const node of document.nodes) {
    const fromRun =
      node.kind === 'trigger' ? run?.input : run?.steps.find((step) => step.nodeId === node.id && step.status === 'succeeded')?.output;
    const value = fromRun ?? sampleOf(node, catalog);
    if (node.kind === 'trigger') trigger ??= value;
    else if (value !== undefined) steps[node.id] = value;
  }
  const defaults = Object.fromEntries(Object.entries(document.config).map(([key, entry]) => [key, entry.default ?? null]));
  return { trigger: run?.input ?? trigger, steps, config: { ...defaults, ...options.config }, run: { id: 'sample' }, items: {} };
}

/** The sample a node carries, else its operation's. */
export function sampleOf(node: WorkflowNode, catalog: Catalog): unknown {
  if (node.disabled === true) return node.standIn;
  if (node.kind !== 'trigger' && node.kind !== 'connector') return undefined;
  return node.sample ?? findOperation(catalog, node.connector, node.operation)?.sample;
}
