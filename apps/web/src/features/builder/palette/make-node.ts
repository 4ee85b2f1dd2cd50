/** Turns an offer of the palette into a node, with the slot for its account. Pure. */
import { answerModeOf, findOperation } from '@weft/workflow';
import type { Catalog, JsonValue, OperationInfo, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { addNode, freeId } from '../../canvas/document/add-node.ts';
import type { Place } from '../../canvas/document/add-node.ts';
import { slotFor } from '../../canvas/document/edit-node.ts';
import type { Offer } from '../../canvas/drop-target.ts';

/** The document with a new node in place, and the node's id. */
export function addOffer(
  document: WorkflowDocument,
  offer: Offer,
  options: { readonly catalog: Catalog; readonly place: Place },
): { document: WorkflowDocument; id: string } {
  const made = makeNode(document, offer, options.catalog);
  return { document: addNode(made.document, made.node, options.place), id: made.node.id };
}

function makeNode(document: WorkflowDocument, offer: Offer, catalog: Catalog): { document: WorkflowDocument; node: WorkflowNode } {
  switch (offer.kind) {
    case 'map':
      return { document, node: { kind: 'map', id: freeId(document, 'map'), fields: [] } };
    case 'branch':
      return { document, node: { kind: 'branch', id: freeId(document, 'branch'), cases: [{ port: 'yes', label: 'Yes', when: '' }] } };
    case 'loop':
      return { document, node: { kind: 'loop', id: freeId(document, 'loop'), items: '', concurrency: 1, onItemError: 'stop' } };
    case 'stop':
      return { document, node: { kind: 'stop', id: freeId(document, 'stop'), outcome: 'skipped', message: '' } };
    case 'wait':
      return {
        document,
        node: { kind: 'wait', id: freeId(document, 'wait'), mode: 'duration', duration: { amount: 1, unit: 'hours' } },
      };
    case 'review':
      return { document, node: newReview(freeId(document, 'review')) };
    case 'call':
      return { document, node: { kind: 'call', id: freeId(document, 'call'), workflowId: '', workflowName: '', input: {}, waits: true } };
    case 'script':
      return { document, node: { kind: 'script', id: freeId(document, 'script'), code: '' } };
    case 'respond':
      return { document: waitingForAnswer(document), node: { kind: 'respond', id: freeId(document, 'respond'), status: 200, headers: {} } };
    case 'trigger':
    case 'connector':
      return makeOperationNode(document, offer, catalog);
  }
}

/** Lets the requests that start the workflow wait for its answer. */
function waitingForAnswer(document: WorkflowDocument): WorkflowDocument {
  const nodes = document.nodes.map((node) =>
    node.kind === 'trigger' && answerModeOf(node) !== undefined ? { ...node, input: { ...node.input, respond: 'custom' } } : node,
  );
  return { ...document, nodes };
}

/** A question with the usual two answers. */
function newReview(id: string): WorkflowNode {
  return {
    kind: 'review',
    id,
    subject: '',
    details: '',
    facts: [],
    choices: [
      { port: 'approved', label: 'Approve' },
      { port: 'rejected', label: 'Reject' },
    ],
    comment: 'optional',
    role: 'operator',
  };
}

function makeOperationNode(
  document: WorkflowDocument,
  offer: Extract<Offer, { kind: 'trigger' | 'connector' }>,
  catalog: Catalog,
): { document: WorkflowDocument; node: WorkflowNode } {
  const connector = catalog.connector(offer.connector);
  const operation = findOperation(catalog, offer.connector, offer.operation);
  const slot = connector !== undefined && operation?.needsConnection === true ? slotFor(document, connector) : undefined;
  const wanted = offer.kind === 'trigger' ? 'trigger' : camelCase(offer.operation);
  // `trigger` is also the word expressions use; an id of the same name would be confusing.
  const id = freeId(document, wanted === 'trigger' ? 'start' : wanted);
  const node = {
    kind: offer.kind,
    id,
    connector: offer.connector,
    operation: offer.operation,
    ...(slot === undefined ? {} : { slot: slot.slot }),
    input: initialInput(operation),
  };
  return { document: slot?.document ?? document, node };
}

/** The input a form starts with. */
export function initialInput(operation: OperationInfo | undefined): Record<string, JsonValue> {
  const entries = (operation?.properties ?? []).flatMap((property) =>
    property.initial === undefined ? [] : [[property.name, property.initial] as const],
  );
  return Object.fromEntries(entries);
}

/** Any identifier as a node id: letters and digits, first one lower case, 40 at most. */
export function camelCase(text: string): string {
  const joined = text.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase()).replace(/^[^A-Za-z]+/, '');
  const id = joined.charAt(0).toLowerCase() + joined.slice(1, 40);
  return id === '' ? 'step' : id;
}
