/** What is said between the builder and the worker that evaluates expressions. Plain data. */
import type { JsonValue, WorkflowDocument } from '@weft/workflow';

/** Sample data that expressions see. */
export interface SampleScope {
  readonly trigger: unknown;
  readonly steps: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly run: Readonly<Record<string, unknown>>;
  /** Item and index by loop id. */
  readonly items: Readonly<Record<string, unknown>>;
  /** Addresses of waits by node id. */
  readonly resume?: Readonly<Record<string, string>>;
}

export type PreviewRequest =
  | { readonly kind: 'scope'; readonly scope: SampleScope }
  /** Resolves a value whose strings may be templates. */
  | { readonly kind: 'value'; readonly id: number; readonly value: JsonValue; readonly loop: string | undefined }
  /** Evaluates bare expression text. */
  | { readonly kind: 'expression'; readonly id: number; readonly text: string; readonly loop: string | undefined }
  /** Fills in what the given samples say nothing about: maps, branches, loops. */
  | { readonly kind: 'derive'; readonly id: number; readonly document: WorkflowDocument; readonly scope: SampleScope };

export interface PreviewFailure {
  readonly ok: false;
  /** One sentence. */
  readonly message: string;
  /** Where in the text, counted in characters from its start. */
  readonly position?: number;
}

export type PreviewResult = { readonly ok: true; readonly value: unknown } | PreviewFailure;

/** The first thing a worker says. */
export interface PreviewReady {
  readonly isUp: true;
}

export interface PreviewAnswer {
  readonly id: number;
  readonly result: PreviewResult;
}
