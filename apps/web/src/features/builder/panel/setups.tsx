'use client';
/** The setup of each kind of node. */
import type { NodeKind, WorkflowNode } from '@weft/workflow';
import type { ComponentType } from 'react';
import { BranchSetup } from '../branch/branch-setup.tsx';
import { MapSetup } from '../mapping/map-setup.tsx';
import { ScriptSetup } from '../script/script-setup.tsx';
import { CallSetup } from './call-setup.tsx';
import { LoopSetup } from './loop-setup.tsx';
import { OperationSetup } from './operation-setup.tsx';
import { RespondSetup } from './respond-setup.tsx';
import { ReviewSetup } from './review-setup.tsx';
import { StopSetup } from './stop-setup.tsx';
import { TriggerSetup } from './trigger-setup.tsx';
import { WaitSetup } from './wait-setup.tsx';

type SetupTable = { readonly [Kind in NodeKind]: ComponentType<{ readonly node: Extract<WorkflowNode, { kind: Kind }> }> };

export const SETUPS = {
  trigger: TriggerSetup,
  connector: OperationSetup,
  map: MapSetup,
  branch: BranchSetup,
  loop: LoopSetup,
  stop: StopSetup,
  wait: WaitSetup,
  review: ReviewSetup,
  call: CallSetup,
  script: ScriptSetup,
  respond: RespondSetup,
} as const satisfies SetupTable;
