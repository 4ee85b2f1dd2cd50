/** What a template's documents tell about it. */
import type { ConnectorManifest, WorkflowDocument } from '@weft/workflow';

/** Accounts that the documents need: slot → connector, all documents together. */
export function slotsOf(
  documents: readonly WorkflowDocument[],
): ReadonlyMap<string, { readonly connector: string; readonly title?: string | undefined }> {
  return new Map(documents.flatMap((document) => Object.entries(document.slots)));
}

/** Questions that the documents ask: key → entry, all documents together. */
export function questionsOf(documents: readonly WorkflowDocument[]): ReadonlyMap<string, WorkflowDocument['config'][string]> {
  return new Map(documents.flatMap((document) => Object.entries(document.config)));
}

/** One thing that a workflow writes. */
export interface WrittenThing {
  readonly connector: string;
  /** The operation's title, such as `Create ticket`. */
  readonly title: string;
}

/** The operations of the documents that may change something at a vendor. */
export function writesOf(
  documents: readonly WorkflowDocument[],
  connectors: ReadonlyMap<string, ConnectorManifest>,
): readonly WrittenThing[] {
  const found = new Map<string, WrittenThing>();
  for (const node of documents.flatMap((document) => document.nodes)) {
    if (node.kind !== 'connector') continue;
    const operation = connectors.get(node.connector)?.operations.find((candidate) => candidate.id === node.operation);
    if (operation?.access !== 'write') continue;
    const object = typeof node.input['object'] === 'string' ? ` (${node.input['object']})` : '';
    const title = node.title ?? `${operation.title}${object}`;
    found.set(`${node.connector}:${title}`, { connector: node.connector, title });
  }
  return [...found.values()];
}
