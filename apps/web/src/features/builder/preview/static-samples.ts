/** Sample outputs of nodes before anything was evaluated: kept ones, a run's, or the connector's own. Pure. */
import { isPageStep } from '@weft/engine';
import { callFieldsOf, findOperation } from '@weft/workflow';
import type { CallField, Catalog, LoopNode, TriggerNode, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import type { SampleScope } from './protocol.ts';

/** What a past run gave. */
export interface RunSample {
  readonly input: unknown;
  /** Newest step per node; of a loop's body the first item. */
  readonly steps: readonly { readonly path?: string; readonly nodeId: string; readonly status: string; readonly output?: unknown }[];
}

export interface SampleOptions {
  readonly document: WorkflowDocument;
  readonly catalog: Catalog;
  readonly config: Readonly<Record<string, unknown>>;
  /** A trigger payload chosen by hand or asked of the account. */
  readonly trigger?: unknown;
  readonly run?: RunSample | undefined;
}

/** As runs write it. */
const SAMPLE_START = '2026-01-05T08:00:00.000Z';

/** The scope as far as it is known without evaluating anything. */
export function staticScope(options: SampleOptions): SampleScope {
  const { document, catalog, run } = options;
  const steps: Record<string, unknown> = {};
  let trigger: unknown = options.trigger;
  for (const node of document.nodes) {
    const fromRun =
      node.kind === 'trigger'
        ? run?.input
        : run?.steps.find((step) => step.nodeId === node.id && step.status === 'succeeded' && !isPageStep(step.path ?? ''))?.output;
    const value = fromRun ?? sampleOf(node, catalog);
    if (node.kind === 'trigger') trigger ??= value;
    else if (value !== undefined) steps[node.id] = value;
  }
  const defaults = Object.fromEntries(Object.entries(document.config).map(([key, entry]) => [key, entry.default ?? null]));
  return {
    trigger: run?.input ?? trigger,
    steps,
    config: { ...defaults, ...options.config },
    run: { id: 'sample', startedAt: SAMPLE_START },
    items: Object.fromEntries(document.nodes.flatMap((node) => (node.kind === 'loop' ? pagedItem(node, catalog, run) : []))),
    resume: addressesOf(document),
  };
}

/** By the loop's id, an item of the pages that it goes through: of the first page of a run, else of the operation's example. */
function pagedItem({ id, pages }: LoopNode, catalog: Catalog, run: RunSample | undefined): [string, unknown][] {
  if (pages === undefined) return [];
  const read = run?.steps.find((step) => step.nodeId === id && step.status === 'succeeded' && isPageStep(step.path ?? ''))?.output;
  const item = firstOfList(read) ?? firstOfList(findOperation(catalog, pages.connector, pages.operation)?.sample);
  return item === undefined ? [] : [[id, item]];
}

/** The first entry of the first list in an object: an operation that gives items gives one list of them. */
function firstOfList(output: unknown): unknown {
  if (typeof output !== 'object' || output === null) return undefined;
  const list: unknown = Object.values(output).find((member) => Array.isArray(member));
  return Array.isArray(list) ? list[0] : undefined;
}

/** The sample a node carries, else its operation's. */
export function sampleOf(node: WorkflowNode, catalog: Catalog): unknown {
  if (node.disabled === true) return node.standIn;
  if (node.kind === 'wait') return node.mode === 'event' ? CALLED_BACK : { until: '2026-01-05T09:00:00.000Z' };
  if (node.kind === 'review') {
    const [first] = node.choices;
    return {
      choice: first?.port,
      label: first?.label,
      comment: 'Fine',
      decidedBy: { name: 'Ada', via: 'session' },
      decidedAt: '2026-01-05T09:00:00.000Z',
    };
  }
  if (node.kind !== 'trigger' && node.kind !== 'connector') return undefined;
  if (node.kind === 'trigger' && node.sample === undefined)
    return calledWith(node) ?? findOperation(catalog, node.connector, node.operation)?.sample;
  return node.sample ?? findOperation(catalog, node.connector, node.operation)?.sample;
}

const CALLED_BACK = {
  method: 'POST',
  query: {},
  headers: { 'content-type': 'application/json' },
  body: { id: 1042 },
  receivedAt: '2026-01-05T09:00:00.000Z',
};

/** The nodes that have an address while they wait. */
export function nodesWithAddress(document: WorkflowDocument): readonly WorkflowNode[] {
  return document.nodes.filter((node) => node.kind === 'review' || (node.kind === 'wait' && node.mode === 'event'));
}

function addressesOf(document: WorkflowDocument): Record<string, string> {
  return Object.fromEntries(
    nodesWithAddress(document).map(({ id, kind }) => [id, kind === 'review' ? 'https://weft…/review?run=…' : 'https://weft…/resume/••••']),
  );
}

/** What a caller may give: the declared fields, each with a value of its type. */
function calledWith(node: TriggerNode): Record<string, unknown> | undefined {
  const fields = callFieldsOf(node);
  return fields && Object.fromEntries(fields.map(({ name, type }) => [name, VALUES[type]]));
}

const VALUES: Readonly<Record<CallField['type'], unknown>> = {
  text: 'text',
  number: 1042,
  boolean: true,
  time: '2026-01-05T09:00:00.000Z',
  list: [],
  object: {},
  any: null,
};
