/** What a template's documents tell about it. */
import type { ConnectorManifest, ConnectorNode, MapNode, RecordField, WorkflowDocument } from '@weft/workflow';

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

/** Whether data flows both ways: more than one of the systems starts a workflow. */
export function isBothWays({ systems, documents }: { systems: readonly string[]; documents: readonly WorkflowDocument[] }): boolean {
  const starts = documents.flatMap(({ nodes }) => nodes.flatMap((node) => (node.kind === 'trigger' ? [node.connector] : [])));
  return new Set(starts.filter((connector) => systems.includes(connector))).size > 1;
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
    // Without an account nothing is written to anybody: that is Weft's own memory.
    if (node.kind !== 'connector' || node.slot === undefined) continue;
    const operation = connectors.get(node.connector)?.operations.find((candidate) => candidate.id === node.operation);
    if (operation?.access !== 'write') continue;
    const object = typeof node.input['object'] === 'string' ? ` (${node.input['object']})` : '';
    const title = node.title ?? `${operation.title}${object}`;
    found.set(`${node.connector}:${title}`, { connector: node.connector, title });
  }
  return [...found.values()];
}

/** Operations that may make a record of any object, and then need all that the object asks for. */
const MAKES = /^(create|upsert|findOrCreate)/;

/**
 * Required fields of a mapping's target that nobody gives. Only where the mapping goes into an operation that makes a record of
 * any object: one that knows its object (such as “Find or create a company”) sees to the rest by itself.
 */
export function leftOut(document: WorkflowDocument, map: MapNode, fields: readonly RecordField[]): readonly RecordField[] {
  const used = new RegExp(`\\bsteps\\.${map.id}\\b`);
  const makers = document.nodes.filter(
    (node): node is ConnectorNode =>
      node.kind === 'connector' &&
      MAKES.test(node.operation) &&
      node.input['object'] === map.target?.object &&
      used.test(JSON.stringify(node.input)),
  );
  const given = new Set(map.fields.map(({ to }) => rootOf(to)));
  return fields.filter(
    (field) =>
      field.required &&
      field.readOnly !== true &&
      !given.has(rootOf(field.name)) &&
      makers.some((maker) => !givenBeside(maker.input).has(rootOf(field.name))),
  );
}

/** Fields that an operation is given beside the mapping. */
function givenBeside(input: ConnectorNode['input']): ReadonlySet<string> {
  const parts = ['record', 'onlyNew', 'match'].map((name) => input[name]);
  const names = parts.flatMap((part) => (typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.keys(part) : []));
  return new Set([...names, String(input['externalIdField'] ?? '')].map(rootOf));
}

function rootOf(name: string): string {
  return name.split('.')[0] ?? name;
}
