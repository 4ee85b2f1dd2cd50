import { isWeftError, mapFault, type FaultFacts, type HttpErrorRule, type Issue, type WeftError } from '@weft/connector-kit';

/** The allowance is that of a rolling day: some of it comes back all the time. */
export const LIMIT_PAUSE_MS = 15 * 60_000;

/**
 * Codes: developer.salesforce.com, REST API "Status Codes and Error Responses" and SOAP API "StatusCode".
 * The daily limit answers 403; its window is a rolling day, so there is no sense in knocking again soon.
 */
const SALESFORCE_RULES: readonly HttpErrorRule[] = [
  {
    vendorCode: 'REQUEST_LIMIT_EXCEEDED',
    class: 'throttled',
    retryAfterMs: LIMIT_PAUSE_MS,
    advice: 'The org has used up its API calls; it is tried again when there may be some.',
  },
  {
    vendorCode: /^(UNABLE_TO_LOCK_ROW|SERVER_UNAVAILABLE|QUERY_TIMEOUT|REQUEST_RUNNING_TOO_LONG|TXN_SECURITY_METERING_ERROR)$/,
    class: 'transient',
  },
  {
    vendorCode: /^(INVALID_SESSION_ID|INVALID_AUTH_HEADER|USER_DEACTIVATED)$/,
    class: 'auth',
    advice: 'Reconnect the account.',
    reconnect: true,
  },
  {
    vendorCode:
      /^(INSUFFICIENT_ACCESS|INSUFFICIENT_ACCESS_OR_READONLY|INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY|API_DISABLED_FOR_ORG|FUNCTIONALITY_NOT_ENABLED)$/,
    class: 'auth',
    advice: 'Give the integration user the permission.',
  },
  { vendorCode: /^(ENTITY_IS_DELETED|INVALID_QUERY_LOCATOR)$/, class: 'notFound' },
  { vendorCode: 'NOT_FOUND', text: /external ID field/i, class: 'invalid' },
  { vendorCode: 'NOT_FOUND', class: 'notFound' },
  { vendorCode: 'DUPLICATES_DETECTED', class: 'conflict', advice: 'A duplicate rule of the org has stopped it.' },
  { vendorCode: 'DUPLICATE_VALUE', class: 'conflict' },
  { vendorCode: 'MULTIPLE_CHOICES', class: 'conflict', advice: 'Make the external id unique, or merge the records.' },
  { vendorCode: /^INVALID_FIELD_FOR_INSERT_UPDATE$/, class: 'invalid', advice: 'The field is read-only for the integration user.' },
  {
    vendorCode: 'CANNOT_UPDATE_CONVERTED_LEAD',
    class: 'invalid',
    advice: 'The lead is converted and read-only: write to its contact, account or opportunity instead.',
  },
  {
    text: /does not support JWT-based access tokens/,
    class: 'invalid',
    code: 'jwt_tokens',
    advice: 'Switch off JWT-based access tokens in the app, or use API version 68.0.',
  },
  { vendorCode: /^ERROR_HTTP_5\d\d$/, class: 'transient' },
];

/** One error row of the vendor, as jsforce hands it on in `data`. */
export interface VendorRow {
  readonly message?: string;
  readonly errorCode?: string;
  readonly statusCode?: string;
  readonly fields?: readonly string[];
  /** The single-record answer misspells it, collections do not. */
  readonly duplicateResut?: unknown;
  readonly duplicateResult?: unknown;
}

/** What the transport saw last: jsforce drops status and headers. */
export interface LastAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Turns what jsforce threw into a `WeftError` that names the record and the fields; one of ours passes unchanged. */
export function salesforceError(
  thrown: unknown,
  call: {
    readonly last: LastAnswer | undefined;
    readonly nowMs: number;
    readonly subject?: string | undefined;
    readonly sent?: SentRecord | undefined;
  },
): WeftError {
  if (isWeftError(thrown)) return thrown;
  const { errorCode, message, data } = (thrown ?? {}) as { errorCode?: string; message?: string; data?: unknown };
  const isChoice = errorCode === 'MULTIPLE_CHOICES';
  const rows = isChoice ? [] : rowsOf(data);
  const choices = isChoice && Array.isArray(data) ? data.map((url) => String(url).split('/').pop() ?? '') : [];
  // SOAP writes its codes with a prefix: `sf:INVALID_SESSION_ID`.
  const code = (rows[0]?.errorCode ?? rows[0]?.statusCode ?? errorCode)?.replace(/^\w+:/, '');
  const pointers = code === 'INVALID_CROSS_REFERENCE_KEY' && rows.every((row) => !row.fields?.length) ? referencesIn(call.sent ?? {}) : [];
  const told = isChoice
    ? `several records have this external id: ${choices.join(', ')}`
    : rows.length > 0
      ? rows.map(rowText).join('; ')
      : (message ?? 'no reason given').slice(0, 500);
  const said = pointers.length === 0 ? told : `${told}. It points to ${pointers.map(([field, id]) => `${id} by ${field}`).join(', ')}`;
  const facts: FaultFacts = {
    // SOAP says 200 and refuses in the body.
    status: call.last === undefined || call.last.status < 300 ? 400 : call.last.status,
    headers: call.last?.headers ?? {},
    message: said,
    issues: [
      ...rows.flatMap(issuesOf),
      ...pointers.map(([field]) => ({ path: `record.${field}`, message: rows[0]?.message ?? 'points to no record' })),
    ],
    nowMs: call.nowMs,
    cause: thrown,
    ...(call.subject === undefined ? {} : { subject: call.subject }),
    ...(code === undefined ? {} : { code }),
    ...detailOf(rows, choices),
  };
  return mapFault({ vendor: 'Salesforce', rules: SALESFORCE_RULES }, facts);
}

/** Fields of a record that was sent. */
export type SentRecord = Readonly<Record<string, unknown>>;

/** Fields that hold the id of another record, and the id. The org does not say which of them it means. */
function referencesIn(sent: SentRecord): [string, string][] {
  return Object.entries(sent).flatMap(([field, value]): [string, string][] =>
    field !== 'Id' && typeof value === 'string' && /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(value) && /Id$|__c$/i.test(field)
      ? [[field, value]]
      : [],
  );
}

/** The rows of an error's `data`: none, one or several. */
function rowsOf(data: unknown): VendorRow[] {
  if (Array.isArray(data)) return data as VendorRow[];
  return typeof data === 'object' && data !== null ? [data as VendorRow] : [];
}

/** What one row says, with the fields it means and the records a duplicate rule has found. */
export function rowText(row: VendorRow): string {
  const said = withoutLongValue(row.message ?? row.errorCode ?? row.statusCode ?? 'no reason given');
  const unnamed = (row.fields ?? []).filter((field) => !said.includes(field));
  const found = duplicateIds(row);
  return [
    unnamed.length > 0 ? `field ${unnamed.join(', ')}: ${said}` : said,
    found.length > 0 ? `${/[.!?]$/.test(said) ? '' : '.'} Found: ${found.join(', ')}` : '',
  ].join('');
}

/** Most characters of a value that the org repeats in its sentence; all of it stands in the details. */
const SHOWN_VALUE = 60;

/** `Account Name: data value too large: … (max length=255)` repeats the value that is too long. */
function withoutLongValue(said: string): string {
  return said.replace(/(data value too large: )(.*)( \(max length=)/s, (_all, before: string, value: string, after: string) =>
    [before, value.length > SHOWN_VALUE ? `${[...value].slice(0, SHOWN_VALUE).join('')}…` : value, after].join(''),
  );
}

/** The vendor's own rows, and the ids they name. */
function detailOf(rows: readonly VendorRow[], candidates: readonly string[]): { detail?: unknown } {
  const duplicates = rows.flatMap(duplicateIds);
  if (candidates.length > 0) return { detail: { candidates } };
  if (rows.length === 0) return {};
  return { detail: { errors: rows, ...(duplicates.length > 0 ? { duplicates } : {}) } };
}

function issuesOf(row: VendorRow): Issue[] {
  return (row.fields ?? []).map((field) => ({ path: `record.${field}`, message: row.message ?? row.errorCode ?? 'is not valid' }));
}

/** The ids of the records a duplicate rule has found, under either spelling of the vendor. */
export function duplicateIds(row: VendorRow): string[] {
  const result = row.duplicateResut ?? row.duplicateResult;
  const matches = (result as { matchResults?: { matchRecords?: { record?: { Id?: string } }[] }[] } | undefined)?.matchResults ?? [];
  return matches.flatMap((match) =>
    (match.matchRecords ?? []).flatMap((found) => (found.record?.Id === undefined ? [] : [found.record.Id])),
  );
}
