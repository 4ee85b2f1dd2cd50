'use client';
/** The setup of each kind of node. */
import type { NodeKind, WorkflowNode } from '@weft/workflow';
import type { ComponentType } from 'react';
import { BranchSetup } from '../branch/branch-setup.tsx';
import { MapSetup } from '../mapping/map-setup.tsx';
import { LoopSetup } from './loop-setup.tsx';
import { OperationSetup } from './operation-setup.tsx';
import { StopSetup } from './stop-setup.tsx';
import { TriggerSetup } from './trigger-setup.tsx';

type SetupTable = { readonly [Kind in NodeKind]: ComponentType<{ readonly node: Extract<WorkflowNode, { kind: Kind }> }> };

export const SETUPS = {
  trigger: TriggerSetup,
  connector: OperationSetup,
  map: MapSetup,
  branch: BranchSetup,
  loop: LoopSetup,
  stop: StopSetup,
} as const satisfies SetupTable;
