/**
 * Dragging from the palette: what is dragged, and what it would land on.
 *
 * A tiny store of its own, since the browser hides a drag's data until it is dropped and nodes must light up
 * before.
 */
import { useSyncExternalStore } from 'react';

/** What the palette offers: enough to make a node. */
export type Offer =
  | { readonly kind: 'map' | 'branch' | 'loop' | 'stop' | 'wait' | 'review' | 'call' | 'script' | 'respond' }
  | { readonly kind: 'trigger' | 'connector'; readonly connector: string; readonly operation: string };

export type DropTarget =
  | { readonly on: 'edge'; readonly edge: string }
  | { readonly on: 'port'; readonly node: string; readonly port: string }
  | { readonly on: 'canvas' };

interface DragState {
  readonly offer: Offer | undefined;
  readonly target: DropTarget | undefined;
}

let state: DragState = { offer: undefined, target: undefined };
const listeners = new Set<() => void>();

function set(next: DragState): void {
  state = next;
  for (const listener of listeners) listener();
}

export function beginDrag(offer: Offer): void {
  set({ offer, target: undefined });
}

export function endDrag(): void {
  set({ offer: undefined, target: undefined });
}

export function draggedOffer(): Offer | undefined {
  return state.offer;
}

/** Notes what is under the pointer. */
export function hoverTarget(target: DropTarget | undefined): void {
  if (JSON.stringify(target) !== JSON.stringify(state.target)) set({ ...state, target });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A slice of the drag; it must be a plain value. */
export function useDrag<Slice extends string | boolean | undefined>(pick: (current: DragState) => Slice): Slice {
  return useSyncExternalStore(
    subscribe,
    () => pick(state),
    () => pick({ offer: undefined, target: undefined }),
  );
}

/** The edge or port under a point of the screen. */
export function targetAt(x: number, y: number): DropTarget {
  for (const element of document.elementsFromPoint(x, y)) {
    const port = element.closest<HTMLElement>('[data-drop-port]');
    if (port?.dataset['dropNode'] !== undefined && port.dataset['dropPort'] !== undefined)
      return { on: 'port', node: port.dataset['dropNode'], port: port.dataset['dropPort'] };
    const edge = element.closest<SVGElement>('.react-flow__edge')?.getAttribute('data-id');
    if (edge !== null && edge !== undefined) return { on: 'edge', edge };
  }
  return { on: 'canvas' };
}
