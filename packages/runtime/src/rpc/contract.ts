/**
 * What the web and ingress processes ask of a worker: everything that needs connector code or secrets.
 */
import type { ConsoleLine } from '@weft/engine';
import type { Choice, ChoicePage, RecordField } from '@weft/workflow';

/** What a connection test found: precisely what is wrong, or a label for the account. */
export type ConnectionCheckResult =
  | {
      readonly ok: true;
      readonly account: string;
      readonly detail?: string;
      readonly usage?: { readonly used: number; readonly limit: number; readonly period: string };
      /** When the credentials end, where they tell: ISO 8601. */
      readonly expiresAt?: string;
      /** The answer says nothing of the credentials. */
      readonly unproven?: boolean;
    }
  | {
      readonly ok: false;
      readonly message: string;
      readonly field?: string;
      /** The vendor refuses the credentials: nothing works until a person has reconnected the account. */
      readonly reconnect?: boolean;
      readonly unproven?: boolean;
    };

export interface CreateConnectionRequest {
  readonly workspaceId: string;
  readonly connector: string;
  readonly authScheme: string;
  readonly name: string;
  /** All values of the form, secrets included. */
  readonly values: Readonly<Record<string, string>>;
  /** When the secret or certificate ends, as its owner says: ISO 8601. */
  readonly expiresAt?: string | null;
}

export interface UpdateConnectionRequest {
  readonly workspaceId: string;
  readonly id: string;
  readonly name?: string;
  /** Only the values that change; a secret left out or empty keeps its old value. */
  readonly values?: Readonly<Record<string, string>>;
  /** Null: not known. Left out, it stays. */
  readonly expiresAt?: string | null;
  /** Keep the old values when the new ones do not work. */
  readonly onlyIfItWorks?: boolean;
}

export type TestConnectionRequest =
  | { readonly workspaceId: string; readonly id: string }
  | {
      readonly workspaceId: string;
      readonly connector: string;
      readonly authScheme: string;
      readonly values: Readonly<Record<string, string>>;
    };

/** Somebody leaves for a vendor's sign-in page: for a new account, or for one that is there. */
export type BeginSignInRequest = { readonly workspaceId: string; readonly userId: string } & (
  | Omit<CreateConnectionRequest, 'workspaceId'>
  | Omit<UpdateConnectionRequest, 'workspaceId'>
);

/** Somebody came back from there. */
export interface CompleteSignInRequest {
  readonly workspaceId: string;
  readonly userId: string;
  readonly state: string;
  readonly code: string;
}

export interface ChoicesRequest {
  readonly workspaceId: string;
  /** Absent for connectors that need no account. */
  readonly connectionId?: string;
  readonly connector: string;
  readonly operation: string;
  readonly property: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly search?: string;
  /** The `next` of the page before. */
  readonly page?: string;
}

export interface FieldValuesRequest {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly object: string;
  readonly field: string;
  /** The record as far as it is filled in. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly search?: string;
  readonly page?: string;
}

export interface FieldsRequest {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly object: string;
}

export interface ObjectsRequest {
  readonly workspaceId: string;
  readonly connectionId: string;
}

export interface ExamplesRequest {
  readonly workspaceId: string;
  readonly connectionId?: string;
  readonly connector: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface TryScriptRequest {
  readonly workspaceId: string;
  readonly code: string;
  /** What it can read by name. */
  readonly scope: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

/** What became of a script that was tried. Output above 64 KB stands as `{ truncated, size, preview }`. */
export type ScriptTrial = { readonly console: readonly ConsoleLine[] } & (
  | { readonly ok: true; readonly output: unknown; readonly durationMs: number }
  /** `line`: 1-based, of the script. */
  | { readonly ok: false; readonly message: string; readonly line?: number }
);

export interface ReceivePushRequest {
  readonly bindingId: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that came: a signature is over bytes. */
  readonly rawBodyBase64: string;
}

/** Whose address is asked for. `tokenHash`: what the database knows of it. */
export interface ResumeAddressRequest {
  readonly workspaceId: string;
  readonly runId: string;
  readonly path: string;
  readonly tokenHash: string;
}

export interface ConnectionSaved {
  readonly id: string;
  readonly check: ConnectionCheckResult;
  /** False: the new values do not work, and the account is as it was. */
  readonly saved: boolean;
}

export interface SignedInAccount extends ConnectionSaved {
  readonly name: string;
}

export interface PushReceived {
  readonly runs: readonly { readonly runId: string; readonly duplicate: boolean }[];
}

/** The methods; failures come back as `WeftError`. */
export interface WorkerClient {
  createConnection(request: CreateConnectionRequest): Promise<ConnectionSaved>;
  updateConnection(request: UpdateConnectionRequest): Promise<ConnectionSaved>;
  testConnection(request: TestConnectionRequest): Promise<ConnectionCheckResult>;
  /** Where to send the person's browser. */
  beginSignIn(request: BeginSignInRequest): Promise<{ readonly authorizeUrl: string }>;
  completeSignIn(request: CompleteSignInRequest): Promise<SignedInAccount>;
  choices(request: ChoicesRequest): Promise<ChoicePage>;
  fieldValues(request: FieldValuesRequest): Promise<ChoicePage>;
  fields(request: FieldsRequest): Promise<readonly RecordField[]>;
  objects(request: ObjectsRequest): Promise<readonly Choice[]>;
  examples(request: ExamplesRequest): Promise<readonly unknown[]>;
  /** About how many runs begin at once when the trigger is switched on for the first time. */
  backlog(request: ExamplesRequest): Promise<number | null>;
  /** Runs a script with sample data. */
  tryScript(request: TryScriptRequest): Promise<ScriptTrial>;
  /** Deregisters a push trigger at its vendor; harmless for other bindings. */
  deactivateTrigger(request: { readonly bindingId: string }): Promise<void>;
  receivePush(request: ReceivePushRequest): Promise<PushReceived>;
  /** Verifies a request to a webhook that takes signed ones only. Throws `auth`. */
  verifyHook(request: ReceivePushRequest): Promise<void>;
  /** The address at which a step's wait is answered. */
  resumeAddress(request: ResumeAddressRequest): Promise<{ readonly url: string }>;
  /** Looks for due triggers now rather than at the next tick. */
  wakeTriggers(): Promise<void>;
}
