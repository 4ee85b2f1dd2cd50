'use client';
/** What nodes and edges may ask of the canvas around them. Stable for the life of a canvas. */
import type { WorkflowDocument } from '@weft/workflow';
import { createContext, use } from 'react';
import type { Place } from './document/add-node.ts';

export interface CanvasActions {
  readonly isReadOnly: boolean;
  /** The document as it is now, for checks during a drag. */
  document(): WorkflowDocument;
  /** Opens the list of nodes to add, at a point of the screen. */
  openAddList(place: Place, at: { x: number; y: number }): void;
  rename(id: string, title: string): void;
}

export const CanvasContext = createContext<CanvasActions | undefined>(undefined);

export function useCanvasActions(): CanvasActions {
  const actions = use(CanvasContext);
  if (actions === undefined) throw new Error('Nodes are drawn inside a canvas.');
  return actions;
}
