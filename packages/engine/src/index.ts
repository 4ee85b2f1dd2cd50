export { compileWorkflow } from './compile.ts';
export type { CompiledNode, Program } from './compile.ts';
export { execute } from './execute.ts';
export type { ExecuteOptions } from './execute.ts';
export type { EffectRequest, EffectResult, Host } from './host.ts';
export type { RetryStopReason, RunOutcome, StepRecord, StepStatus } from './journal.ts';
export { resumeFrom } from './resume-from.ts';
export { standings } from './standings.ts';
export type { Standing } from './standings.ts';
