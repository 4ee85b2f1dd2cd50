'use client';
/** What every part of an open builder shares: the catalogue, the accounts, the findings, the sample. */
import type { Catalog } from '@weft/workflow';
import { createContext, use } from 'react';
import type { Samples } from '../preview/samples.tsx';
import type { ConnectionSummary, WorkflowDetail } from './api-types.ts';
import type { Finding } from './findings.ts';

export interface BuilderShared {
  readonly workflowId: string;
  readonly workflow: WorkflowDetail;
  readonly catalog: Catalog;
  readonly connections: readonly ConnectionSummary[];
  /** Slot → connection id. */
  readonly bindings: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  readonly samples: Samples;
  bind(slot: string, connectionId: string): void;
}

export const BuilderContext = createContext<BuilderShared | undefined>(undefined);

export function useBuilder(): BuilderShared {
  const shared = use(BuilderContext);
  if (shared === undefined) throw new Error('This belongs inside a builder.');
  return shared;
}
