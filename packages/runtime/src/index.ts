export type { Actor, Ctx } from './ctx.ts';
export { createLogger, logLevelFrom } from './logger.ts';
export type { LogFacts, LogLevel, Logger, LoggerOptions } from './logger.ts';
export { PERMISSIONS, ROLES, mayRole, requireRole } from './permissions.ts';
export type { Permission, Role } from './permissions.ts';
export { requiredEnv, runProcess, timeOf } from './process.ts';
export type { Running } from './process.ts';
export { giveBackStartMemory } from './start-memory.ts';
export { createWorkerClient } from './rpc/client.ts';
export type { WorkerClientOptions } from './rpc/client.ts';
export type {
  BeginSignInRequest,
  ChoicesRequest,
  CompleteSignInRequest,
  ConnectionCheckResult,
  ConnectionSaved,
  CreateConnectionRequest,
  ExamplesRequest,
  FieldValuesRequest,
  FieldsRequest,
  ObjectsRequest,
  PushReceived,
  ReceivePushRequest,
  ResumeAddressRequest,
  ScriptTrial,
  SignedInAccount,
  TestConnectionRequest,
  TryScriptRequest,
  UpdateConnectionRequest,
  WorkerClient,
} from './rpc/contract.ts';
export { acceptRuns } from './runs/accept-runs.ts';
export type { AcceptEvent, Accepted } from './runs/accept-runs.ts';
export { openWorkerLinks } from './hand-over/worker-links.ts';
export type { WorkerLinks } from './hand-over/worker-links.ts';
export { createAnswerDesk } from './ingress/answer-desk.ts';
export type { AnswerDesk } from './ingress/answer-desk.ts';
export { createHookReceiver } from './ingress/receive-hook.ts';
export type { HookAnswer, HookMeans, HookReceiver } from './ingress/receive-hook.ts';
export type { HookHttpRequest } from './ingress/hook-payload.ts';
export { keyTemplatesOf, runKeysOf } from './triggers/run-keys.ts';
export { requestRunCancel } from './runs/cancel-run.ts';
export { bootstrap } from './setup/bootstrap.ts';
export { actorOfToken, createToken, listTokens, revokeToken } from './setup/tokens.ts';
export type { TokenView } from './setup/tokens.ts';
export { overview } from './home/overview.ts';
export type { Overview, WorkflowActivity } from './home/overview.ts';
export { listConnections, listConnectors } from './connections/list-connections.ts';
export type { ConnectionSummary } from './connections/list-connections.ts';
export { createConnection, deleteConnection, testConnection, updateConnection } from './connections/manage-connections.ts';
export { abandonSignIn, beginSignIn, completeSignIn } from './connections/sign-in.ts';
export { callbackAddress } from './rpc/callback-address.ts';
export { lookupChoices, lookupFieldValues, lookupFields, lookupObjects, triggerBacklog, triggerExamples } from './connections/look-ups.ts';
export { tryScript } from './scripts/try-script.ts';
export type { TryScriptInput } from './scripts/try-script.ts';
export { getTemplate, listTemplates } from './templates/list-templates.ts';
export type { TemplateView } from './templates/list-templates.ts';
export { checkTemplateNeeds } from './templates/check-needs.ts';
export type { NeedCheck } from './templates/check-needs.ts';
export { exportTemplate } from './templates/export-template.ts';
export { installTemplate } from './templates/install-template.ts';
export { answerReview } from './waits/answer-review.ts';
export type { AnswerReviewInput } from './waits/answer-review.ts';
export { countReviews, getReview, listReviews } from './waits/list-reviews.ts';
export { createAnswerReceiver } from './waits/receive-answer.ts';
export { resumeWait, waitAddress } from './waits/resume-wait.ts';
export type { ReviewDecision, ReviewView } from './waits/review-view.ts';
export type { CalledRunView, CallerView, RunLinks, WaitView } from './waits/run-links.ts';
export { cancelRun } from './runs/cancel.ts';
export { getRun, listSteps } from './runs/get-run.ts';
export { listRuns } from './runs/list-runs.ts';
export { replayRun } from './runs/replay-run.ts';
export { startRun } from './runs/start-run.ts';
export type { RunDetail, RunSummary, StepView } from './runs/view.ts';
export { createWorkflow } from './workflows/create-workflow.ts';
export { deleteWorkflow } from './workflows/delete-workflow.ts';
export { exportWorkflow } from './workflows/export-workflow.ts';
export { getWorkflow } from './workflows/get-workflow.ts';
export { importFile, previewImport } from './workflows/import-file.ts';
export type { ImportPreview, ImportedWorkflow } from './workflows/import-file.ts';
export { importWorkflow, validateWorkflowText } from './workflows/import-workflow.ts';
export { listCallable } from './workflows/list-callable.ts';
export type { CallableWorkflow } from './workflows/list-callable.ts';
export { listWorkflows } from './workflows/list-workflows.ts';
export { publishWorkflow } from './workflows/publish-workflow.ts';
export { renameWorkflow } from './workflows/rename-workflow.ts';
export { saveDraft } from './workflows/save-draft.ts';
export { setWorkflowBindings } from './workflows/set-workflow-bindings.ts';
export { setWorkflowConfig } from './workflows/set-workflow-config.ts';
export { setWorkflowEnabled } from './workflows/set-workflow-enabled.ts';
export { getVersion, listVersions } from './workflows/versions.ts';
export type { VersionView } from './workflows/versions.ts';
export type { RunCounts, TriggerView, WorkflowDetail, WorkflowMade, WorkflowSummary } from './workflows/view.ts';
