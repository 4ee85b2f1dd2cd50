/** What the worker and its expression processes say to each other. */

/** One evaluation. */
export interface EvaluateRequest {
  readonly expression: string;
  readonly scope: Readonly<Record<string, unknown>>;
}

/** Its answer; `error` is a stored error. */
export type EvaluateAnswer = { readonly value: unknown } | { readonly error: unknown };
