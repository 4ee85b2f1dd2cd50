export { WeftError, fromStoredError, invalid, isWeftError, notFound, toStoredError, toWeftError } from '@weft/errors';
export type { ErrorClass, Issue, StoredError } from '@weft/errors';
export { defineConnector, defineOperation } from './connector.ts';
export type {
  ActionContext,
  ActionDefinition,
  AuthDefinition,
  AuthSchemeInfo,
  ApiUsage,
  CallProgress,
  AuthFieldInfo,
  CallContext,
  ChoicesRequest,
  ConnectionCheck,
  ConnectionHandle,
  ConnectionValues,
  ConnectorDefinition,
  EffectSafety,
  FieldValuesRequest,
  HookRequest,
  ItemPage,
  KeyValueStore,
  ManualTriggerDefinition,
  MissedTimes,
  OAuthDefinition,
  OperationDefinition,
  OverlapOfRuns,
  PagedDefinition,
  PollResult,
  PollTriggerDefinition,
  PushTriggerDefinition,
  ScheduleTriggerDefinition,
  SharedStateRequest,
  TriggerDefinition,
  TriggerEvent,
  WebhookTriggerDefinition,
} from './connector.ts';
export type { Choice, ChoicePage, PropertyInfo, PropertyKind, RecordField, RowColumn } from './property.ts';
export { createActionContext, createCallContext, limiterFor } from './context.ts';
export type { CallOptions } from './context.ts';
export { isPublicAddress } from './http/addresses.ts';
export type { EgressPolicy } from './http/addresses.ts';
export { EGRESS_DENIED, checkUrl, createGuardedAgent } from './http/egress.ts';
export { connectGuarded } from './tcp.ts';
export type { TcpClient, TcpSocket, TcpTarget } from './tcp.ts';
export { createHttpClient } from './http/client.ts';
export type { HttpClient, HttpClientOptions, HttpMethod, HttpRequest } from './http/client.ts';
export type { HttpResponse } from './http/response.ts';
export { mapFault, mapHttpError } from './http/errors.ts';
export type { FaultFacts, HttpErrorRule, HttpErrorTable, VendorFault } from './http/errors.ts';
export { idleDuplex } from './http/stream.ts';
export { MAX_FILE_BYTES, file, fileBytes, isFileValue, safeFileName, toFileValue } from './file-value.ts';
export type { FileValue } from './file-value.ts';
export { MAX_TEXT_CHARS, TEXT_ENCODINGS, readText, textOrFile } from './text-source.ts';
export { itemReader } from './item-path.ts';
export type { ItemReader } from './item-path.ts';
export { flag, integer, keyValues, nameList, optional, optionalText, record, text, textFault } from './input.ts';
export {
  countBacklog,
  findOperation,
  nextTime,
  parseInput,
  runAction,
  runActivate,
  runDeactivate,
  runExamples,
  runPage,
  runPoll,
  runReconcile,
  runReceive,
  runVerify,
} from './invoke.ts';
export type { Invocation } from './invoke.ts';
export { dueTimes } from './due-times.ts';
export type { DueTimes } from './due-times.ts';
export { toManifest } from './manifest.ts';
export type { NativeManifest, OperationManifest } from './manifest.ts';
export { burstOf, createRateLimiter } from './rate-limit.ts';
export type { Allowance, RateLimiter, RateLimiterOptions } from './rate-limit.ts';
export { createRecorder } from './recorder.ts';
export type { RecordedExchange, Recorder, RecorderOptions } from './recorder.ts';
export { retryAfterOf } from './retry-after.ts';
export { authSchemes } from './auth-schemes.ts';
export { publicValues, secretValues } from './secrets.ts';
export { createConnectionHandle } from './session.ts';
export type { ConnectionHandleOptions } from './session.ts';
export type { HmacAlgorithm } from './signature.ts';
export { basicAuth, equalInConstantTime, hmac, hmacSha256Base64, sha256, sha256Hex } from './signature.ts';
export { doNotRetry, needsReconnect, reconnect, retryAfter } from './signals.ts';
export { sinceOf, startFromInput, startFromProperties } from './start-from.ts';
export { beginSweep, sweep } from './sweep.ts';
export type { FreshRow, SweepSource } from './sweep.ts';
export { OVERLAP_MS, sweepCursorSchema } from './sweep-cursor.ts';
export type { SweepCursor } from './sweep-cursor.ts';
export { foldToAscii, normalName, phoneDigits, telltaleWord, webDomain } from './same-name.ts';
export { MAX_MATCHING, matchMemory } from './match-memory.ts';
export type { MatchMemory } from './match-memory.ts';
export { examplesOfSeveral, pollSeveral } from './poll-several.ts';
