/** What can be added, as searchable groups. Pure. */
import { answerModeOf } from '@weft/workflow';
import type { Catalog, ConnectorManifest, NodeKind, OperationInfo, WorkflowDocument } from '@weft/workflow';
import { find } from '../../canvas/document/wiring.ts';
import type { Offer } from '../../canvas/drop-target.ts';

export interface OfferItem {
  readonly key: string;
  readonly offer: Offer;
  readonly kind: NodeKind;
  readonly title: string;
  readonly summary: string;
  readonly connector: ConnectorManifest | undefined;
}

export interface OfferGroup {
  readonly key: string;
  readonly title: string;
  readonly connector: ConnectorManifest | undefined;
  readonly items: readonly OfferItem[];
}

export const LOGIC_OFFERS: readonly OfferItem[] = [
  {
    key: 'logic-branch',
    offer: { kind: 'branch' },
    kind: 'branch',
    title: 'Branch',
    summary: 'Go different ways by condition',
    connector: undefined,
  },
  {
    key: 'logic-map',
    offer: { kind: 'map' },
    kind: 'map',
    title: 'Map',
    summary: 'Build one object from earlier data',
    connector: undefined,
  },
  {
    key: 'logic-loop',
    offer: { kind: 'loop' },
    kind: 'loop',
    title: 'Loop',
    summary: 'Do something for each item of a list',
    connector: undefined,
  },
  {
    key: 'logic-stop',
    offer: { kind: 'stop' },
    kind: 'stop',
    title: 'Stop',
    summary: 'End the run: done, skipped or failed',
    connector: undefined,
  },
  {
    key: 'logic-wait',
    offer: { kind: 'wait' },
    kind: 'wait',
    title: 'Wait',
    summary: 'For a time, until a time, or for a call back',
    connector: undefined,
  },
  {
    key: 'logic-review',
    offer: { kind: 'review' },
    kind: 'review',
    title: 'Review',
    summary: 'Ask a person to decide',
    connector: undefined,
  },
  {
    key: 'logic-call',
    offer: { kind: 'call' },
    kind: 'call',
    title: 'Call',
    summary: 'Run another workflow and use what it gives',
    connector: undefined,
  },
  {
    key: 'logic-respond',
    offer: { kind: 'respond' },
    kind: 'respond',
    title: 'Respond',
    summary: 'Respond to the web request that started the run',
    connector: undefined,
  },
  {
    key: 'logic-script',
    offer: { kind: 'script' },
    kind: 'script',
    title: 'Script',
    summary: 'JavaScript for what a map cannot say',
    connector: undefined,
  },
];

/** The logic that fits a workflow: only what a web request starts can answer one. */
export function logicOffers(document: WorkflowDocument): readonly OfferItem[] {
  const isRequested = document.nodes.some((node) => node.kind === 'trigger' && answerModeOf(node) !== undefined);
  return isRequested ? LOGIC_OFFERS : LOGIC_OFFERS.filter(({ kind }) => kind !== 'respond');
}

/** An operation as an item. */
export function operationItem(connector: ConnectorManifest, operation: OperationInfo): OfferItem {
  const kind = operation.kind === 'trigger' ? 'trigger' : 'connector';
  return {
    key: `${connector.id}-${operation.id}`,
    offer: { kind, connector: connector.id, operation: operation.id },
    kind,
    title: operation.title,
    summary: operation.summary,
    connector,
  };
}

/** One group per connector that has something of the wanted sort. */
export function connectorGroups(catalog: Catalog, sort: 'trigger' | 'action'): OfferGroup[] {
  return catalog
    .connectors()
    .map((connector) => ({
      key: connector.id,
      title: connector.title,
      connector,
      items: connector.operations.filter((operation) => operation.kind === sort).map((operation) => operationItem(connector, operation)),
    }))
    .filter((group) => group.items.length > 0)
    .sort((a, b) => Number(isCore(a.connector)) - Number(isCore(b.connector)) || a.title.localeCompare(b.title));
}

function isCore(connector: ConnectorManifest): boolean {
  return connector.category === 'core' || connector.category === 'web';
}

/** Items whose title, summary or connector hold every word of the query; titles that start with it first. */
export function searchItems(items: readonly OfferItem[], query: string): OfferItem[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const text = (item: OfferItem) => `${item.title} ${item.connector?.title ?? 'logic'} ${item.summary}`.toLowerCase();
  const rank = (item: OfferItem) =>
    item.title.toLowerCase().startsWith(words[0] ?? '') ? 0 : item.title.toLowerCase().includes(words[0] ?? '') ? 1 : 2;
  return items.filter((item) => words.every((word) => text(item).includes(word))).sort((a, b) => rank(a) - rank(b));
}

/** What people likely add after a node: writes of the connectors this workflow uses, and a branch after a search. */
export function likelyAfter(document: WorkflowDocument, catalog: Catalog, nodeId: string | undefined): OfferItem[] {
  const used = new Set(document.nodes.flatMap((node) => (node.kind === 'connector' || node.kind === 'trigger' ? [node.connector] : [])));
  const done = new Set(document.nodes.flatMap((node) => (node.kind === 'connector' ? [`${node.connector}-${node.operation}`] : [])));
  const node = nodeId === undefined ? undefined : find(document, nodeId);
  const near = node?.kind === 'connector' || node?.kind === 'trigger' ? node.connector : undefined;
  const items = catalog
    .connectors()
    .filter((connector) => used.has(connector.id) && connector.category !== 'core')
    .flatMap((connector) =>
      connector.operations
        .filter((operation) => operation.kind === 'action' && !done.has(`${connector.id}-${operation.id}`))
        .map((operation) => operationItem(connector, operation)),
    );
  return items.sort((a, b) => Number(a.connector?.id !== near) - Number(b.connector?.id !== near)).slice(0, 3);
}
