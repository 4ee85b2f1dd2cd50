/** What interfaces are told of a workflow. Plain JSON: times are ISO text. */
import type { StoredError } from '@weft/errors';
import type { Problem, WorkflowDocument } from '@weft/workflow';

/** A line of the list of workflows. */
export interface WorkflowSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly publishedVersion: number | null;
  /** The draft holds changes that are not published. */
  readonly draftAhead: boolean;
  readonly templateId: string | null;
  /** Connectors it uses, the trigger's first. */
  readonly connectors: readonly string[];
  /** Names of the accounts that must be reconnected before it goes on. */
  readonly waitsFor: readonly string[];
  readonly lastRun: { readonly id: string; readonly status: string; readonly at: string } | null;
  readonly counts24h: RunCounts;
  readonly updatedAt: string;
}

/** Runs by how they ended; `running` holds all that are under way. */
export interface RunCounts {
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly running: number;
}

/** How the trigger of an enabled workflow stands. */
export interface TriggerView {
  readonly mode: string;
  readonly hookUrl?: string;
  readonly activatedAt: string | null;
  readonly nextDueAt: string | null;
  readonly lastPolledAt: string | null;
  readonly lastError: StoredError | null;
  /** What the last search beside a vendor's deliveries found and mended. */
  readonly lastFound: { readonly message: string; readonly at: string } | null;
  /** The accounts that must be reconnected before the workflow goes on; empty while nothing holds it up. */
  readonly waitsFor: readonly { readonly id: string; readonly name: string }[];
}

/** A workflow as the builder opens it. */
export interface WorkflowDetail {
  readonly id: string;
  readonly name: string;
  readonly draft: WorkflowDocument;
  readonly revision: number;
  readonly publishedVersion: number | null;
  readonly publishedRevision: number | null;
  readonly enabled: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  /** slot → connection id */
  readonly bindings: Readonly<Record<string, string>>;
  readonly trigger: TriggerView | null;
  readonly templateId: string | null;
}

/** A workflow that was made, with what is wrong with it and which accounts it asks for. */
export interface WorkflowMade {
  readonly id: string;
  readonly problems: readonly Problem[];
  readonly needs: readonly { readonly slot: string; readonly connector: string }[];
}
