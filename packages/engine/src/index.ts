export { compileWorkflow } from './compile.ts';
export type { CompiledNode, Program } from './compile.ts';
export { execute } from './execute.ts';
export type { ExecuteOptions } from './execution.ts';
export { NOT_STARTED } from './host.ts';
export type {
  Answer,
  ChildCall,
  ConsoleLine,
  EffectRequest,
  EffectResult,
  Host,
  OpenWait,
  ReviewQuestion,
  ScriptRequest,
  WaitDue,
  WaitRequest,
  WaitState,
} from './host.ts';
export type { Pending, PendingKind, RetryStopReason, RunOutcome, StepRecord, StepStatus } from './journal.ts';
export { readChildResult } from './nodes/call.ts';
export type { ChildResult } from './nodes/call.ts';
export { recordedInput } from './nodes/attempts.ts';
export { donePagesOf, isForgotten, isPageStep } from './pages.ts';
export type { DonePages } from './pages.ts';
export { resumeFrom } from './resume-from.ts';
export { standings } from './standings.ts';
export type { Standing } from './standings.ts';
