/**
 * `defineConnector` and what it takes: a connector is data plus a few functions.
 *
 * An author describes each operation with a Zod schema for its input, a list of properties for its form, and a
 * `run` that is given a context. The context is all a connector may use: the guarded HTTP client (which records
 * exchanges, masks secrets, limits rate, retries nothing by itself beyond what it says) and the connection.
 */
import type { z } from 'zod';
import type { Choice, ChoicePage, PropertyInfo, RecordField } from './property.ts';
import type { HttpClient } from './http/client.ts';
import type { TcpClient } from './tcp.ts';

/** The values of a connection's form, secrets included. Lives in worker memory only. */
export type ConnectionValues = Readonly<Record<string, string>>;

/** A field of the form by which an account is connected. */
export interface AuthFieldInfo {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'secret' | 'select';
  readonly required: boolean;
  readonly help?: string;
  readonly placeholder?: string;
  readonly initial?: string;
  readonly choices?: readonly Choice[];
}

/** One way to authorise an account. */
export interface AuthDefinition {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly AuthFieldInfo[];
}

/** One way to authorise an account, as the form needs to know it. */
export interface AuthSchemeInfo extends AuthDefinition {
  /** Filling in the form is not enough: a person signs in at the vendor's page afterwards. */
  readonly signIn?: 'browser';
}

/** A way to authorise an account that goes through a browser: the authorization code grant with PKCE (RFC 7636, S256). */
export interface OAuthDefinition {
  /** What must be known before a person is sent to the vendor. */
  readonly scheme: AuthDefinition;
  /** Names of the values {@link OAuthDefinition.exchangeCode} gives, to be sealed beside those of the form. */
  readonly obtained: readonly string[];
  /** Where to send the person. `state` comes back unchanged; `codeChallenge` is the base64url SHA-256 of the verifier. */
  authorizeUrl(
    values: ConnectionValues,
    request: { readonly redirectUri: string; readonly state: string; readonly codeChallenge: string },
  ): string;
  /** Redeems the code the person came back with. Gives values to be sealed. Throws `auth` when the vendor refuses it. */
  exchangeCode(
    context: CallContext,
    values: ConnectionValues,
    answer: { readonly code: string; readonly redirectUri: string; readonly codeVerifier: string },
  ): Promise<ConnectionValues>;
}

/** What a connection test found: precisely what is wrong, or a label for the account. */
export type ConnectionCheck =
  | {
      readonly ok: true;
      readonly account: string;
      readonly detail?: string;
      readonly usage?: ApiUsage;
      /** When the credentials end, where they tell: ISO 8601. */
      readonly expiresAt?: string;
      /**
       * The answer says nothing of the credentials: an account that a call has found refused stays so until a person has
       * seen to it.
       */
      readonly unproven?: boolean;
    }
  | {
      readonly ok: false;
      readonly message: string;
      readonly field?: string;
      /** The vendor refuses the credentials: nothing works until a person enters others or signs in again. */
      readonly reconnect?: boolean;
      /** What was refused may be the test rather than the credentials: see above. */
      readonly unproven?: boolean;
    };

/** The account behind a call. */
export interface ConnectionHandle {
  readonly id: string;
  readonly values: ConnectionValues;
  /** What the calls of this connection remember in this process, such as look-ups. Never stored. */
  readonly session: Map<string, unknown>;
  /** Runs `work` once however many callers of this process ask for the same key at the same time; all get its result. */
  refreshOnce<T>(key: string, work: () => Promise<T>): Promise<T>;
  /**
   * What all processes share of the account, such as an access token: what is there when it will do, else what `make`
   * gives, which one process at a time is asked for. One state per connection; plain JSON, sealed where it is stored.
   */
  shared<State>(want: SharedStateRequest<State>): Promise<State>;
  /** Tells how much of the vendor's allowance is used. */
  reportUsage?(usage: ApiUsage): void;
}

/** What a caller of {@link ConnectionHandle.shared} asks for. */
export interface SharedStateRequest<State> {
  /** Whether what is there will do. */
  isGood(state: State): boolean;
  /** Makes it anew from the account's values as they are by then; `replaced` are values that the vendor has replaced. */
  make(values: ConnectionValues): Promise<{ readonly state: State; readonly replaced?: ConnectionValues }>;
  readonly signal: AbortSignal;
}

/** How much of what the vendor allows in a period is used. */
export interface ApiUsage {
  readonly used: number;
  readonly limit: number;
  /** The period: `24 hours`. */
  readonly period: string;
}

/** What workflows keep for themselves between runs: JSON values by key, shared by all workflows of a workspace. */
export interface KeyValueStore {
  get(key: string): Promise<unknown>;
  /** Keeps a value, for `ttlMs` milliseconds when given. Throws `invalid` for keys and values that cannot be kept. */
  set(key: string, value: unknown, ttlMs?: number): Promise<void>;
  /** Keeps a value unless there is one; gives whether it did and what is there now. */
  setIfAbsent(key: string, value: unknown, ttlMs?: number): Promise<{ stored: boolean; value: unknown }>;
  /** Gives whether there was a value. */
  remove(key: string): Promise<boolean>;
  /** Adds to a number, 0 when there is none, and gives the sum; the same `once` counts once only. */
  increment(key: string, by: number, options: { once: string; ttlMs?: number }): Promise<number>;
  /** Keys with a prefix and their values, in order, after a key. */
  list(prefix: string, options: { limit: number; after?: string }): Promise<readonly { key: string; value: unknown }[]>;
}

/** Everything a connector may use during a call. */
export interface CallContext {
  readonly http: HttpClient;
  /** For protocols other than HTTP, such as SMTP. */
  readonly tcp: TcpClient;
  /** Undefined only for operations with `needsConnection: false`. */
  readonly connection: ConnectionHandle | undefined;
  /** The workspace's values. Absent where nothing runs, such as in look-ups for the builder. */
  readonly store?: KeyValueStore;
  readonly signal: AbortSignal;
  /** Present time in epoch milliseconds. */
  now(): number;
}

/** How far a long call is. */
export interface CallProgress {
  /** In a few words, for whoever watches: `Salesforce has loaded 2,000 of 10,000 records`. */
  readonly text: string;
  readonly done?: number;
  /** Of how many, where it is known. */
  readonly total?: number;
}

/** Context of an action. */
export interface ActionContext extends CallContext {
  /** Tells whoever watches the run how far a long call is. May be called often; not all of it is kept. */
  progress(seen: CallProgress): void;
  /** Same for every attempt of the same step: an idempotency key for vendors that take one, or to be stored on the record. */
  readonly idempotencyKey: string;
  /** An earlier attempt may have been applied: look before creating. */
  readonly mayHaveHappened: boolean;
}

/** How an action may be repeated after an outcome nobody saw. */
export type EffectSafety =
  /** Computes from its input alone and calls nobody. */
  | 'pure'
  /** Changes nothing. */
  | 'read'
  /** Same call twice equals once (upsert, PUT, PATCH replace, DELETE). */
  | 'idempotent'
  /** A create that the operation itself looks up by key when `mayHaveHappened`. */
  | 'searchable'
  /** Nobody can tell: an intent row is written first and the run stops as uncertain. */
  | 'blind';

interface OperationBase<Input> {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly needsConnection: boolean;
  readonly properties: readonly PropertyInfo[];
  /** Parses the resolved input; its errors become located messages. */
  readonly input: z.ZodType<Input>;
  /** JSON Schema of the output, for the data panel. */
  readonly output?: Readonly<Record<string, unknown>>;
  readonly sample?: unknown;
}

/** An action: one call that reads or writes. */
export interface ActionDefinition<Input = never> extends OperationBase<Input> {
  readonly kind: 'action';
  readonly safety: EffectSafety;
  /** The safety of one call, where it hangs on the input, which comes resolved but unchecked. Default `safety`. */
  safetyOf?(input: unknown): EffectSafety;
  /** Longest time of an attempt where the step names none, milliseconds; the input comes unchecked. Default: two minutes. */
  longestMs?(input: unknown): number;
  run(context: ActionContext, input: Input): Promise<unknown>;
  /** How a loop goes through all of its items, however many, a page at a time. Only for what changes nothing. */
  readonly paged?: PagedDefinition<Input>;
}

/** Some of the items of an operation, and where the rest begins. */
export interface ItemPage {
  readonly items: readonly unknown[];
  /** The cursor of the page behind it, plain JSON; undefined on the last page. It has to hold for as long as the run may take. */
  readonly next?: unknown;
}

/** Reading an operation's items page by page. */
export interface PagedDefinition<Input = never> {
  /** Properties that mean nothing then, such as how many items are read at most. */
  readonly without: readonly string[];
  /** The page behind a cursor that an earlier page gave; the first one for undefined. What comes and goes meanwhile should move no item from one page to another. */
  page(context: ActionContext, input: Input, cursor: unknown): Promise<ItemPage>;
}

/** One event that a trigger found: one run. */
export interface TriggerEvent {
  /** Same event, same key, however often it is seen: what stops doubles. At most 300 characters. */
  readonly dedupKey: string;
  /** The run's `trigger`. */
  readonly payload: unknown;
}

/** What a poll gives: its events and the cursor to store with them, in one transaction. */
export interface PollResult<Cursor = unknown> {
  readonly events: readonly TriggerEvent[];
  readonly cursor: Cursor;
  /** More is waiting: poll again at once. */
  readonly hasMore?: boolean;
}

/** Asked again and again with the cursor it gave last; `undefined` on first activation ("from now"). */
export interface PollTriggerDefinition<Input = never> extends OperationBase<Input> {
  readonly kind: 'trigger';
  readonly mode: 'poll';
  /** Suggested time between polls, milliseconds. */
  readonly intervalMs: number;
  poll(context: CallContext, input: Input, cursor: unknown): Promise<PollResult>;
  /** How many runs begin at once when it is switched on for the first time: about, and 0 when it begins now. */
  backlog?(context: CallContext, input: Input): Promise<number>;
  /** A few recent records as payloads, for mapping before anything ran. */
  examples(context: CallContext, input: Input): Promise<readonly unknown[]>;
}

/** A request that arrived at a hook, body as the bytes that came. */
export interface HookRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
}

/** A vendor posts to our hook address, which `activate` registers there and `deactivate` removes. */
export interface PushTriggerDefinition<Input = never> extends OperationBase<Input> {
  readonly kind: 'trigger';
  readonly mode: 'push';
  /** Registers `hookUrl` (idempotently) and gives state to keep. */
  activate(context: CallContext, input: Input, hookUrl: string, state: unknown): Promise<unknown>;
  deactivate(context: CallContext, input: Input, state: unknown): Promise<void>;
  /** Time between two calls of `reconcile`, milliseconds. */
  readonly reconcileMs?: number;
  /**
   * Mends the registration and looks for what no delivery told since last time. Gives the state to keep as `cursor`. An
   * event that a delivery tells too has the same key here and there. `found` says in a sentence what was mended.
   */
  reconcile?(context: CallContext, input: Input, hookUrl: string, state: unknown): Promise<PollResult & { readonly found?: string }>;
  /** Verifies and reads one delivery. Throws `auth` when the signature is wrong. */
  receive(context: CallContext, input: Input, request: HookRequest): Promise<readonly TriggerEvent[]>;
  examples(context: CallContext, input: Input): Promise<readonly unknown[]>;
}

/** Any HTTP request to the workflow's own hook address; read by the ingress without connector code. */
export interface WebhookTriggerDefinition<Input = never> extends OperationBase<Input> {
  readonly kind: 'trigger';
  readonly mode: 'webhook';
  /** Asked about requests to a workflow that has chosen an account for this trigger. Throws `auth` when one is not genuine. */
  verify?(context: CallContext, input: Input, request: HookRequest): void | Promise<void>;
}

/** What becomes of times that passed while nobody could fire: none of them, the last one, or all. */
export type MissedTimes = 'skip' | 'last' | 'all';
/** What a time does while the run of an earlier one is going on: starts a run beside it, behind it, none, or in its place. */
export type OverlapOfRuns = 'parallel' | 'queue' | 'skip' | 'cancelPrevious';

/** Fires at times; `next` gives the first time after `after`, or undefined when it never fires again. */
export interface ScheduleTriggerDefinition<Input = never> extends OperationBase<Input> {
  readonly kind: 'trigger';
  readonly mode: 'schedule';
  next(input: Input, after: Date): Date | undefined;
  /** Default: the last missed time, in parallel. */
  policy?(input: Input): { readonly missed: MissedTimes; readonly overlap: OverlapOfRuns };
}

/** Started inside Weft, without code of its own: by a person or an API call, by another workflow, by a run that failed. */
export interface ManualTriggerDefinition<Input = never> extends OperationBase<Input> {
  readonly kind: 'trigger';
  readonly mode: 'manual' | 'call' | 'failure';
}

export type TriggerDefinition<Input = never> =
  | PollTriggerDefinition<Input>
  | PushTriggerDefinition<Input>
  | WebhookTriggerDefinition<Input>
  | ScheduleTriggerDefinition<Input>
  | ManualTriggerDefinition<Input>;

export type OperationDefinition<Input = never> = ActionDefinition<Input> | TriggerDefinition<Input>;

/** A vendor's package of auth, operations and triggers. */
export interface ConnectorDefinition {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly summary: string;
  readonly icon: { readonly glyph: string; readonly color: string };
  readonly category: 'crm' | 'psa' | 'core' | 'web' | 'other';
  readonly auth: readonly AuthDefinition[];
  /** Signing in with a browser, where the vendor offers it. */
  readonly oauth?: OAuthDefinition;
  readonly operations: readonly OperationDefinition[];
  /** Tries the account with an authenticated call. `afresh`: nothing that was obtained before counts, such as an access token. */
  check?(context: CallContext, options?: { readonly afresh?: boolean }): Promise<ConnectionCheck>;
  /** Values of a `remote: 'choices'` property: all of them, or the first. */
  choices?(context: CallContext, request: ChoicesRequest): Promise<readonly Choice[]>;
  /** The same a page at a time, for connectors some of whose lists are long; `page` is the `next` of the page before. */
  choicePage?(context: CallContext, request: ChoicesRequest & { readonly page?: string }): Promise<ChoicePage>;
  /** Values of a field that says `searched`, such as the records a reference may point to. */
  fieldValues?(context: CallContext, request: FieldValuesRequest): Promise<ChoicePage>;
  /** Fields of a vendor's object, for `remote: 'fields'` properties and for the mapper. */
  fields?(context: CallContext, object: string): Promise<readonly RecordField[]>;
  /** Objects that can be mapped to. */
  objects?(context: CallContext): Promise<readonly Choice[]>;
  /** Requests per minute and at once that one connection may make, over all its calls in this process. */
  readonly rateLimit?: { readonly perMinute: number; readonly concurrent: number };
  /** The origins a connection with these values may call; anything else is refused, redirects included. */
  origins?(values: ConnectionValues): readonly string[];
}

/** Which property's values are asked for. */
export interface ChoicesRequest {
  readonly operation: string;
  readonly property: string;
  /** Those of the properties it depends on. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly search?: string;
}

/** Which values of which field are looked for. */
export interface FieldValuesRequest {
  readonly object: string;
  readonly field: string;
  /** The record as far as it is filled in: what one field may hold can hang on another. Fixed values only. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly search?: string;
  /** The `next` of the page before. */
  readonly page?: string;
}

/** Declares a connector. The identity function at run time; it exists for its types and as a place to look. */
export function defineConnector(definition: ConnectorDefinition): ConnectorDefinition {
  return Object.freeze(definition);
}

/** Declares an operation with the type of its input inferred from its schema. */
export function defineOperation<Input, Definition extends OperationDefinition<Input>>(
  definition: Definition & { input: z.ZodType<Input> },
): OperationDefinition {
  // The input's type is only known to the operation itself; callers parse with `input` before they call.
  return definition as unknown as OperationDefinition;
}
