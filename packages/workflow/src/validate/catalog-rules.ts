/** Rules that connectors bring: operations exist, required properties are set, slots fit. */
import { findOperation } from '../catalog.ts';
import type { Catalog, OperationInfo } from '../catalog.ts';
import type { ConnectorNode, TriggerNode, WorkflowDocument } from '../document.ts';
import { didYouMean, error, warning } from './problem.ts';
import type { Problem } from './problem.ts';

/** All findings about connectors, operations and slots. */
export function checkCatalog(document: WorkflowDocument, catalog: Catalog): Problem[] {
  return [
    ...slots(document, catalog),
    ...questions(document, catalog),
    ...document.nodes.flatMap((node) => {
      if (node.kind === 'trigger' || node.kind === 'connector') return operation(node, document, catalog);
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

function operation(node: TriggerNode | ConnectorNode, document: WorkflowDocument, catalog: Catalog): Problem[] {
  const path = `nodes.${node.id}`;
  const connector = catalog.connector(node.connector);
  if (!connector) return [error(`${path}.connector`, 'unknown_connector', unknownConnector(node.connector, catalog))];
  const wanted = node.kind === 'trigger' ? 'trigger' : 'action';
  const fitting = connector.operations.filter(({ kind }) => kind === wanted).map(({ id }) => id);
  const info = findOperation(catalog, node.connector, node.operation);
  if (!info || info.kind !== wanted) {
    const offered = fitting.length > 0 ? `it has ${fitting.join(', ')}` : 'it has none';
    return [
      error(
        `${path}.operation`,
        'unknown_operation',
        `${connector.title} has no ${wanted} “${node.operation}”; ${offered}.${didYouMean(node.operation, fitting)}`,
      ),
    ];
  }
  return [...slot(node, { info, document, title: connector.title }), ...properties(node, info)];
}

function slot(node: TriggerNode | ConnectorNode, about: { info: OperationInfo; document: WorkflowDocument; title: string }): Problem[] {
  const path = `nodes.${node.id}.slot`;
  if (node.slot === undefined)
    return about.info.needsConnection ? [error(path, 'no_slot', `It needs an account of ${about.title}; choose one.`)] : [];
  const found = Object.hasOwn(about.document.slots, node.slot) ? about.document.slots[node.slot] : undefined;
  if (!found) return [error(path, 'unknown_slot', unknownSlot(node.slot, about.document))];
  if (found.connector === node.connector) return [];
  return [
    error(path, 'wrong_slot', `The slot “${node.slot}” holds an account of ${found.connector}; ${about.title} needs one of its own.`),
  ];
}

function properties(node: TriggerNode | ConnectorNode, info: OperationInfo): Problem[] {
  const path = `nodes.${node.id}.input`;
  const known = info.properties.map(({ name }) => name);
  const unknown = Object.keys(node.input)
    .filter((name) => !known.includes(name))
    .map((name) =>
      warning(`${path}.${name}`, 'unknown_property', `“${info.title}” has no field “${name}”; it is not used.${didYouMean(name, known)}`),
    );
  const missing = info.properties
    .filter(({ name, required }) => required && isEmpty(node.input[name]))
    .map(({ name, label }) => error(`${path}.${name}`, 'missing_property', `“${label}” is required.`));
  const wrong = info.properties.flatMap(({ name, label, choices, remote, kind }) => {
    const value = node.input[name];
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
