'use client';
/** What the fields of one node share: how pills look, what completes, where the data panel opens. */
import { createContext, use } from 'react';
import type { CompleteExpression } from './completion.ts';
import type { PillFace } from './pill-view.ts';
import type { WritePath } from '../data/describe-path.ts';

export interface OpenField {
  readonly key: string;
  readonly label: string;
  /** Where on the screen the field is. */
  readonly element: HTMLElement;
  /** How a value is written in it; as an expression when absent. */
  readonly write?: WritePath;
  insert(text: string): void;
}

export interface NodeFields {
  readonly nodeId: string;
  /** The loop the node is in, for `item` and `index`. */
  readonly loop: string | undefined;
  readonly face: (expression: string) => PillFace;
  readonly complete: CompleteExpression;
  readonly activeKey: string | undefined;
  /** Opens the data panel for a field. */
  open(field: OpenField): void;
}

export const NodeFieldsContext = createContext<NodeFields | undefined>(undefined);

export function useNodeFields(): NodeFields {
  const fields = use(NodeFieldsContext);
  if (fields === undefined) throw new Error('Fields belong to a node.');
  return fields;
}
