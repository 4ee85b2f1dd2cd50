/** Which slot a node of a connector uses whose account is a choice of each node, such as a web service of its own. Pure. */
import type { WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { freeSlot, updateNode, withOptional } from './edit-node.ts';
import { withoutUnusedSlots } from './remove-nodes.ts';

/** An account for a node. */
export interface NodeAccount {
  readonly connector: { readonly id: string; readonly title: string };
  readonly connectionId: string;
  /** Slot → connection id, as they are. */
  readonly bindings: Readonly<Record<string, string>>;
}

/**
 * Gives a node a slot that may be bound to the account: the one that is already, else one that no other node uses, so
 * that nobody else's account changes with it.
 */
export function withAccount(
  document: WorkflowDocument,
  nodeId: string,
  account: NodeAccount,
): { document: WorkflowDocument; slot: string } {
  const { connector, connectionId, bindings } = account;
  const own = Object.entries(document.slots).flatMap(([slot, entry]) => (entry.connector === connector.id ? [slot] : []));
  const free = own.filter((slot) => usersOf(document, slot).every((id) => id === nodeId));
  const present = document.nodes.find((node) => node.id === nodeId);
  const mine = present !== undefined && 'slot' in present ? free.find((slot) => slot === present.slot) : undefined;
  const slot = own.find((candidate) => bindings[candidate] === connectionId) ?? mine ?? free[0] ?? freeSlot(document, connector.id);
  const slots =
    document.slots[slot] === undefined
      ? { ...document.slots, [slot]: { connector: connector.id, title: connector.title } }
      : document.slots;
  return { document: withSlot({ ...document, slots }, nodeId, slot), slot };
}

/** Takes the account from a node. */
export function withoutAccount(document: WorkflowDocument, nodeId: string): WorkflowDocument {
  return withSlot(document, nodeId, undefined);
}

function withSlot(document: WorkflowDocument, nodeId: string, slot: string | undefined): WorkflowDocument {
  const changed = updateNode(document, nodeId, (node) =>
    node.kind === 'trigger' || node.kind === 'connector' ? withOptional(node, 'slot', slot) : node,
  );
  return withoutUnusedSlots(document, changed);
}

function slotOf(node: WorkflowNode): string | undefined {
  if (node.kind === 'map') return node.target?.slot;
  if (node.kind === 'loop') return node.pages?.slot;
  return node.kind === 'trigger' || node.kind === 'connector' ? node.slot : undefined;
}

/** Nodes that call with a slot's account or are shaped for it; a question that refers to it counts as one. */
function usersOf(document: WorkflowDocument, slot: string): string[] {
  const nodes = document.nodes.flatMap((node) => {
    return slotOf(node) === slot ? [node.id] : [];
  });
  const questions = Object.entries(document.config).flatMap(([key, { choicesFrom }]) =>
    choicesFrom && 'slot' in choicesFrom && choicesFrom.slot === slot ? [`config.${key}`] : [],
  );
  return [...nodes, ...questions];
}
