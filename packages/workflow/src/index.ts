export { behavesAlike, canonicalJson } from './canonical.ts';
export { findOperation } from './catalog.ts';
export type {
  AuthField,
  AuthScheme,
  Catalog,
  Choice,
  ChoicePage,
  ConnectorManifest,
  ConnectorSource,
  JsonSchema,
  OperationInfo,
  Property,
  RecordField,
  RowColumn,
} from './catalog.ts';
export { REVIEW_ROLES, WORKFLOW_FORMAT, idSchema, jsonSchema, workflowSchema } from './document.ts';
export type {
  BranchCase,
  BranchNode,
  CallNode,
  ChoicesFrom,
  ConfigEntry,
  ConnectorNode,
  Duration,
  Edge,
  JsonValue,
  LoopNode,
  LoopPages,
  MapField,
  MapNode,
  NodeKind,
  Retry,
  RespondNode,
  ReviewChoice,
  ReviewNode,
  ReviewRole,
  ScriptNode,
  StopNode,
  TriggerNode,
  WaitNode,
  WorkflowDocument,
  WorkflowNode,
} from './document.ts';
export { availability, graphOf, isBehindError, loopsAround, reachableFrom, topologicalOrder, wouldCycle } from './graph.ts';
export type { Availability, Graph } from './graph.ts';
export { readImportFile } from './import-file.ts';
export type { FileProblem, ImportFile } from './import-file.ts';
export { workflowJsonSchema } from './json-schema.ts';
export { portsOf, resolvedOf, summaryOf, titleOf } from './nodes/index.ts';
export { callFieldSchema, callFieldsOf, isCalledTrigger, isRunFailedTrigger, readCallInput } from './nodes/called.ts';
export type { CallField, CallIssue } from './nodes/called.ts';
export { durationMs, durationWords } from './nodes/duration.ts';
export type { Port } from './nodes/kind.ts';
export { ANSWER_SECONDS, LONGEST_ANSWER_SECONDS, answerModeOf, answerTimeoutMs, headerFault } from './nodes/respond.ts';
export type { AnswerMode } from './nodes/respond.ts';
export { EXPIRED } from './nodes/review.ts';
export { LONGEST_SCRIPT_MS, SCRIPT_ROOTS, SCRIPT_TIMEOUT_MS, scriptScope } from './nodes/script.ts';
export { TIMEOUT, timeOf } from './nodes/wait.ts';
export { renameNode } from './rename.ts';
export { TEMPLATE_FORMAT, makeTemplate, missingConnectors, readTemplate } from './template.ts';
export type { NeededField, Template } from './template.ts';
export { VERSION_UNREADABLE, readVersion } from './validate/read-version.ts';
export { hasErrors, validateWorkflow, validateWorkflowText } from './validate/validate.ts';
export type { Validation } from './validate/validate.ts';
export type { Problem } from './validate/problem.ts';
