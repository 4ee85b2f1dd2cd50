'use client';
/** Copy, cut, paste and duplicate of the selection. */
import { toast } from '@weft/ui';
import { CLIPBOARD_FORMAT, copyNodes, pasteNodes, readClipboard } from '../../canvas/document/clipboard.ts';
import { deleteNodes } from '../../canvas/document/remove-nodes.ts';
import { find } from '../../canvas/document/wiring.ts';
import type { DraftStore } from './draft-store.ts';

function count(number: number): string {
  return number === 1 ? '1 node' : `${number} nodes`;
}

/** The selection as text; undefined when there is nothing to copy. */
export function copySelection(store: DraftStore): string | undefined {
  const copied = copyNodes(store.document, store.get().selection);
  return copied.nodes.length === 0 ? undefined : JSON.stringify(copied, null, 2);
}

export function cutSelection(store: DraftStore): string | undefined {
  const text = copySelection(store);
  if (text !== undefined) {
    const ids = store.get().selection.filter((id) => find(store.document, id)?.kind !== 'trigger');
    store.apply({ name: `Cut ${count(ids.length)}`, change: (current) => deleteNodes(current, ids) });
  }
  return text;
}

/** Pastes copied text; gives the new nodes' ids, or undefined when the text is not ours. */
export function pasteText(store: DraftStore, text: string): readonly string[] | undefined {
  const clipboard = text.includes(CLIPBOARD_FORMAT) ? readClipboard(text) : undefined;
  if (clipboard === undefined) return undefined;
  const pasted = pasteNodes(store.document, clipboard, { offset: [40, 40] });
  store.apply({ name: `Pasted ${count(pasted.ids.length)}`, change: () => pasted.document });
  toast(`Pasted ${count(pasted.ids.length)}`);
  return pasted.ids;
}

export function duplicateSelection(store: DraftStore, ids: readonly string[]): readonly string[] {
  const copied = copyNodes(store.document, ids);
  if (copied.nodes.length === 0) return ids;
  const parent = find(store.document, ids[0] ?? '')?.parent;
  const pasted = pasteNodes(store.document, copied, { offset: [40, 40], parent });
  store.apply({ name: `Duplicated ${count(pasted.ids.length)}`, change: () => pasted.document });
  return pasted.ids;
}
