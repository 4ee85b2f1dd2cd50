/** Copying, pasting and duplicating nodes, as JSON that works across workflows and browsers. */
import { renameNode } from '@weft/workflow';
import type { Edge, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { freeId } from './add-node.ts';
import { withBodies } from './remove-nodes.ts';
import { freeSlot } from './edit-node.ts';

/** The format of copied nodes. */
export const CLIPBOARD_FORMAT = 'weft/nodes@1';

/** Copied nodes with the wires between them. */
export interface Clipboard {
  readonly format: typeof CLIPBOARD_FORMAT;
  readonly nodes: readonly WorkflowNode[];
  readonly edges: readonly Edge[];
  readonly layout: WorkflowDocument['layout'];
  readonly slots: WorkflowDocument['slots'];
}

/** The given nodes with the bodies of loops among them. The trigger stays behind: a workflow has one. */
export function copyNodes(document: WorkflowDocument, ids: readonly string[]): Clipboard {
  const taken = withBodies(document, ids);
  const nodes = document.nodes.filter((node) => taken.has(node.id) && node.kind !== 'trigger');
  const kept = new Set(nodes.map((node) => node.id));
  const slots = new Set(nodes.flatMap(slotsOf));
  return {
    format: CLIPBOARD_FORMAT,
    nodes,
    edges: document.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to)),
    layout: Object.fromEntries(Object.entries(document.layout).filter(([id]) => kept.has(id))),
    slots: Object.fromEntries(Object.entries(document.slots).filter(([slot]) => slots.has(slot))),
  };
}

/** Reads copied text; undefined when it is not ours. */
export function readClipboard(text: string): Clipboard | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || (value as { format?: unknown }).format !== CLIPBOARD_FORMAT) return undefined;
    // The format says it is ours; what is wrong inside is reported by the validation of the document.
    return value as Clipboard;
  } catch {
    return undefined;
  }
}

/** A pasted document and the ids the copies got. */
export interface Pasted {
  readonly document: WorkflowDocument;
  readonly ids: readonly string[];
}

/**
 * Adds copies under fresh ids. References from one copied node to another follow the copies; references to
 * nodes that were not copied stay as they are.
 */
export function pasteNodes(
  document: WorkflowDocument,
  clipboard: Clipboard,
  options: { offset: [number, number]; parent?: string | undefined },
): Pasted {
  const mapped = mapSlots(document, clipboard);
  const renamed = renameAll(document, mapped.clipboard);
  const copied = new Set(renamed.nodes.map((node) => node.id));
  const nodes = renamed.nodes.map((node) => rehome(node, copied, options.parent));
  const layout = { ...document.layout };
  for (const node of renamed.nodes) {
    const at = renamed.layout[node.id] ?? [0, 0];
    const isOutermost = node.parent === undefined || !copied.has(node.parent);
    layout[node.id] = isOutermost ? [at[0] + options.offset[0], at[1] + options.offset[1]] : [at[0], at[1]];
  }
  return {
    document: {
      ...document,
      slots: mapped.slots,
      nodes: [...document.nodes, ...nodes],
      edges: [...document.edges, ...renamed.edges],
      layout,
    },
    ids: nodes.map((node) => node.id),
  };
}

function rehome(node: WorkflowNode, copied: ReadonlySet<string>, parent: string | undefined): WorkflowNode {
  if (node.parent !== undefined && copied.has(node.parent)) return node;
  const { parent: _, ...free } = node;
  return parent === undefined ? free : { ...free, parent };
}

/** Gives each copy a free id, rewriting the references among the copies. */
function renameAll(document: WorkflowDocument, clipboard: Clipboard): WorkflowDocument {
  let copies: WorkflowDocument = {
    ...document,
    config: {},
    slots: {},
    settings: {},
    nodes: [...clipboard.nodes],
    edges: [...clipboard.edges],
    layout: { ...clipboard.layout },
  };
  for (const node of clipboard.nodes) {
    const id = freeId({ nodes: [...document.nodes, ...copies.nodes.filter((other) => other.id !== node.id)] }, node.id);
    if (id !== node.id) copies = renameNode(copies, node.id, id);
  }
  return copies;
}

/** Uses a slot of the target that has the same name or the same connector, else brings the copied one along. */
function mapSlots(document: WorkflowDocument, clipboard: Clipboard): { clipboard: Clipboard; slots: WorkflowDocument['slots'] } {
  const slots = { ...document.slots };
  const names = new Map<string, string>();
  for (const [name, slot] of Object.entries(clipboard.slots)) {
    const same =
      slots[name]?.connector === slot.connector ? name : Object.entries(slots).find(([, other]) => other.connector === slot.connector)?.[0];
    const chosen = same ?? (slots[name] === undefined ? name : freeSlot({ ...document, slots }, slot.connector));
    if (same === undefined) slots[chosen] = slot;
    names.set(name, chosen);
  }
  return { slots, clipboard: { ...clipboard, nodes: clipboard.nodes.map((node) => withSlots(node, names)) } };
}

function withSlots(node: WorkflowNode, names: ReadonlyMap<string, string>): WorkflowNode {
  if (node.kind === 'connector' && node.slot !== undefined) return { ...node, slot: names.get(node.slot) ?? node.slot };
  if (node.kind === 'map' && node.target !== undefined)
    return { ...node, target: { ...node.target, slot: names.get(node.target.slot) ?? node.target.slot } };
  if (node.kind === 'loop' && node.pages?.slot !== undefined)
    return { ...node, pages: { ...node.pages, slot: names.get(node.pages.slot) ?? node.pages.slot } };
  return node;
}

function slotsOf(node: WorkflowNode): string[] {
  if (node.kind === 'connector' && node.slot !== undefined) return [node.slot];
  if (node.kind === 'loop') return node.pages?.slot === undefined ? [] : [node.pages.slot];
  return node.kind === 'map' && node.target !== undefined ? [node.target.slot] : [];
}
