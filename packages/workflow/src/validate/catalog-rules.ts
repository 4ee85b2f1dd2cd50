/** Rules that connectors bring: operations exist, required properties are set, slots fit. */
import { findOperation } from '../catalog.ts';
import type { Catalog, OperationInfo } from '../catalog.ts';
import type { JsonValue, WorkflowDocument, WorkflowNode } from '../document.ts';
import { didYouMean, error, warning } from './problem.ts';
import type { Problem } from './problem.ts';

/** All findings about connectors, operations and slots. */
export function checkCatalog(document: WorkflowDocument, catalog: Catalog): Problem[] {
  return [
    ...slots(document, catalog),
    ...questions(document, catalog),
    ...document.nodes.flatMap((node) => {
      const use = operationUse(node);
      if (use) return operation(use, document, catalog);
      if (node.kind === 'map' && node.target && !Object.hasOwn(document.slots, node.target.slot)) {
        return [error(`nodes.${node.id}.target.slot`, 'unknown_slot', unknownSlot(node.target.slot, document))];
      }
      return [];
    }),
  ];
}

function slots(document: WorkflowDocument, catalog: Catalog): Problem[] {
  return Object.entries(document.slots).flatMap(([id, { connector }]) =>
    catalog.connector(connector) ? [] : [error(`slots.${id}.connector`, 'unknown_connector', unknownConnector(connector, catalog))],
  );
}

/** A question may offer the choices of an account: of a slot that exists, and there of an operation and a property that exist. */
function questions(document: WorkflowDocument, catalog: Catalog): Problem[] {
  return Object.entries(document.config).flatMap(([key, { choicesFrom: from }]) => {
    if (!from || 'list' in from) return [];
    const path = `config.${key}.choicesFrom`;
    const slot = Object.hasOwn(document.slots, from.slot) ? document.slots[from.slot] : undefined;
    if (!slot) return [error(`${path}.slot`, 'unknown_slot', unknownSlot(from.slot, document))];
    const connector = catalog.connector(slot.connector);
    if (!connector || !('operation' in from)) return []; // the slot is judged by itself, an object's fields by the account
    const info = findOperation(catalog, slot.connector, from.operation);
    const operations = connector.operations.map(({ id }) => id);
    if (!info)
      return [
        error(
          `${path}.operation`,
          'unknown_operation',
          `${connector.title} has no operation “${from.operation}”.${didYouMean(from.operation, operations)}`,
        ),
      ];
    const names = info.properties.map(({ name }) => name);
    if (names.includes(from.property)) return [];
    return [
      error(`${path}.property`, 'unknown_property', `“${info.title}” has no field “${from.property}”.${didYouMean(from.property, names)}`),
    ];
  });
}

/** An operation that a node uses, and where in the node. */
interface OperationUse {
  /** Where its members stand. */
  readonly path: string;
  readonly wanted: 'trigger' | 'action' | 'pages';
  readonly connector: string;
  readonly operation: string;
  readonly slot?: string | undefined;
  readonly input: Readonly<Record<string, JsonValue>>;
}

function operationUse(node: WorkflowNode): OperationUse | undefined {
  const path = `nodes.${node.id}`;
  if (node.kind === 'trigger') return { ...node, path, wanted: 'trigger' };
  if (node.kind === 'connector') return { ...node, path, wanted: 'action' };
  return node.kind === 'loop' && node.pages ? { ...node.pages, path: `${path}.pages`, wanted: 'pages' } : undefined;
}

function fits({ kind, paged }: OperationInfo, wanted: OperationUse['wanted']): boolean {
  return wanted === 'pages' ? paged !== undefined : kind === wanted;
}

const WANTED = { trigger: 'trigger', action: 'action', pages: 'action with pages' } as const;

function operation(use: OperationUse, document: WorkflowDocument, catalog: Catalog): Problem[] {
  const { path, wanted } = use;
  const connector = catalog.connector(use.connector);
  if (!connector) return [error(`${path}.connector`, 'unknown_connector', unknownConnector(use.connector, catalog))];
  const fitting = connector.operations.filter((info) => fits(info, wanted)).map(({ id }) => id);
  const info = findOperation(catalog, use.connector, use.operation);
  if (!info || !fits(info, wanted)) {
    const offered = fitting.length > 0 ? `it has ${fitting.join(', ')}` : 'it has none';
    return [
      error(
        `${path}.operation`,
        'unknown_operation',
        `${connector.title} has no ${WANTED[wanted]} “${use.operation}”; ${offered}.${didYouMean(use.operation, fitting)}`,
      ),
    ];
  }
  return [...slot(use, { info, document, title: connector.title }), ...properties(use, info)];
}

function slot(use: OperationUse, about: { info: OperationInfo; document: WorkflowDocument; title: string }): Problem[] {
  const path = `${use.path}.slot`;
  if (use.slot === undefined)
    return about.info.needsConnection ? [error(path, 'no_slot', `It needs an account of ${about.title}; choose one.`)] : [];
  const found = Object.hasOwn(about.document.slots, use.slot) ? about.document.slots[use.slot] : undefined;
  if (!found) return [error(path, 'unknown_slot', unknownSlot(use.slot, about.document))];
  if (found.connector === use.connector) return [];
  return [error(path, 'wrong_slot', `The slot “${use.slot}” holds an account of ${found.connector}; ${about.title} needs one of its own.`)];
}

function properties(use: OperationUse, info: OperationInfo): Problem[] {
  const path = `${use.path}.input`;
  const useless = use.wanted === 'pages' ? (info.paged?.without ?? []) : [];
  const known = info.properties.map(({ name }) => name).filter((name) => !useless.includes(name));
  const unknown = Object.keys(use.input)
    .filter((name) => !known.includes(name))
    .map((name) =>
      warning(`${path}.${name}`, 'unknown_property', `“${info.title}” has no field “${name}”; it is not used.${didYouMean(name, known)}`),
    );
  const missing = info.properties
    .filter(({ name, required }) => required && known.includes(name) && isEmpty(use.input[name]))
    .map(({ name, label }) => error(`${path}.${name}`, 'missing_property', `“${label}” is required.`));
  const wrong = info.properties.flatMap(({ name, label, choices, remote, kind }) => {
    const value = use.input[name];
    if (kind !== 'select' || remote || !choices || typeof value !== 'string' || value.includes('{{') || value === '') return [];
    const values = choices.map((choice) => choice.value);
    if (values.includes(value)) return [];
    return [
      error(
        `${path}.${name}`,
        'wrong_choice',
        `“${label}” cannot be “${value}”; it is one of ${values.join(', ')}.${didYouMean(value, values)}`,
      ),
    ];
  });
  return [...unknown, ...missing, ...wrong];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function unknownConnector(id: string, catalog: Catalog): string {
  const known = catalog.connectors().map((connector) => connector.id);
  return `The connector “${id}” is not installed here.${didYouMean(id, known)}`;
}

function unknownSlot(id: string, document: WorkflowDocument): string {
  return `There is no slot “${id}” in this workflow.${didYouMean(id, Object.keys(document.slots))}`;
}
