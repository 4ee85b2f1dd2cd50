/** What the server answers, as types. */
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../../server/trpc/router.ts';

type Outputs = inferRouterOutputs<AppRouter>;

export type WorkflowDetail = Outputs['workflows']['get'];
export type ConnectionSummary = Outputs['connections']['list'][number];
export type RunPage = Outputs['runs']['list'];
export type RunSummary = RunPage['runs'][number];
export type RunDetail = Outputs['runs']['get'];
export type StepView = RunDetail['steps'][number];
