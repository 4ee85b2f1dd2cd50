/** A vendor's error answers as data: status or vendor code → class. */
import { WeftError, type ErrorClass, type Issue } from '@weft/errors';
import { retryAfterOf } from '../retry-after.ts';
import type { HttpResponse } from './response.ts';

/** What a vendor's error body says, read by the connector. */
export interface VendorFault {
  /** The vendor's own code, the most telling one. */
  readonly code?: string;
  readonly message?: string;
  readonly issues?: readonly Issue[];
  readonly detail?: unknown;
}

/** One row. All given conditions must hold; the first row that fits decides. */
export interface HttpErrorRule {
  /** Status, or a range with both ends included. */
  readonly status?: number | readonly [number, number];
  readonly vendorCode?: string | RegExp;
  /** Tested against the vendor's message. */
  readonly text?: RegExp;
  readonly class: ErrorClass;
  /** Our code; default the vendor's, else `http_<status>`. */
  readonly code?: string;
  /** Wait when the answer itself names none, milliseconds. */
  readonly retryAfterMs?: number;
  /** What to do, appended to the vendor's words. */
  readonly advice?: string;
  /** The credentials are refused: what needs the account waits until a person has reconnected it. */
  readonly reconnect?: boolean;
}

export interface HttpErrorTable {
  /** As people know the vendor: begins every message. */
  readonly vendor: string;
  readonly rules: readonly HttpErrorRule[];
  /** Reads the vendor's body; must not throw. */
  read(response: HttpResponse): VendorFault;
}

/** Applies when no row of the vendor does. */
const DEFAULT_RULES: readonly HttpErrorRule[] = [
  { status: 401, class: 'auth' },
  { status: 403, class: 'auth' },
  { status: 404, class: 'notFound' },
  { status: 410, class: 'notFound' },
  { status: 408, class: 'transient' },
  { status: 409, class: 'conflict' },
  { status: 412, class: 'conflict' },
  { status: 425, class: 'transient' },
  { status: 429, class: 'throttled' },
  { status: [400, 499], class: 'invalid' },
  { status: [500, 599], class: 'transient' },
];

/** Facts of a failure, however it arrived. */
export interface FaultFacts extends VendorFault {
  /** The record the call was about, as people know it: `Account "Acme"`. */
  readonly subject?: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly nowMs?: number;
  readonly cause?: unknown;
}

/** Turns facts into a `WeftError` by the table. An answer outside 400–599 that nothing names is class `transient`. */
export function mapFault(table: Pick<HttpErrorTable, 'vendor' | 'rules'>, facts: FaultFacts): WeftError {
  const rule = [...table.rules, ...DEFAULT_RULES].find((candidate) => fits(candidate, facts));
  const said = facts.message?.trim();
  const waitMs = retryAfterOf(facts.headers ?? {}, facts.nowMs ?? Date.now()) ?? rule?.retryAfterMs;
  return new WeftError({
    class: rule?.class ?? 'transient',
    code: rule?.code ?? facts.code ?? `http_${facts.status}`,
    message: [
      `${table.vendor} answered ${facts.status}${facts.subject === undefined ? '' : ` for ${facts.subject}`}${said === undefined || said === '' ? '.' : `: ${ended(said)}`}`,
      rule?.advice,
    ]
      .filter(Boolean)
      .join(' '),
    // The vendor's own words stand by themselves too, apart from what we make of them.
    ...detailOf(facts.detail ?? (said === undefined || said === '' ? undefined : { said }), rule?.reconnect === true),
    ...(facts.issues === undefined || facts.issues.length === 0 ? {} : { issues: facts.issues }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    ...(facts.cause === undefined ? {} : { cause: facts.cause }),
  });
}

/** {@link needsReconnect} reads the mark. */
function detailOf(detail: unknown, isReconnect: boolean): { detail?: unknown } {
  if (!isReconnect) return detail === undefined ? {} : { detail };
  return { detail: typeof detail === 'object' && detail !== null ? { ...detail, reconnect: true } : { reconnect: true } };
}

/**
 * Turns an answer into a `WeftError`. Call it for answers that are failures to the operation. `subject`: the record the
 * call was about, as people know it.
 */
export function mapHttpError(table: HttpErrorTable, response: HttpResponse, nowMs?: number, subject?: string): WeftError {
  return mapFault(table, {
    ...table.read(response),
    status: response.status,
    headers: response.headers,
    ...(nowMs === undefined ? {} : { nowMs }),
    ...(subject === undefined ? {} : { subject }),
  });
}

function fits(rule: HttpErrorRule, facts: FaultFacts): boolean {
  return (
    statusFits(rule.status, facts.status) &&
    codeFits(rule.vendorCode, facts.code) &&
    (rule.text === undefined || rule.text.test(facts.message ?? ''))
  );
}

function statusFits(wanted: HttpErrorRule['status'], status: number): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'number' ? wanted === status : status >= wanted[0] && status <= wanted[1];
}

function codeFits(wanted: HttpErrorRule['vendorCode'], code: string | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === code : code !== undefined && wanted.test(code);
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
