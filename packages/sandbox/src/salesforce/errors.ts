/** One entry of a Salesforce error array. `fields` is sent with DML errors, even empty, and not with query errors. */
export interface SalesforceProblem {
  message: string;
  errorCode: string;
  fields?: string[];
  /** Single records spell the key of a duplicate report this way; collections spell it right. */
  duplicateResut?: unknown;
}

/** A refusal in Salesforce's own words. */
export class SalesforceError extends Error {
  readonly status: number;
  readonly problems: SalesforceProblem[];

  constructor(status: number, problem: SalesforceProblem) {
    super(problem.message);
    this.status = status;
    this.problems = [problem];
  }
}

/** An error of a write: status 400 and a `fields` member. */
export function dmlError(errorCode: string, message: string, fields: string[] = []): SalesforceError {
  return new SalesforceError(400, { message, errorCode, fields });
}

/** An error of a query or of the request itself: no `fields`. */
export function requestError(status: number, errorCode: string, message: string): SalesforceError {
  return new SalesforceError(status, { message, errorCode });
}

/** 404 for a path or a record. */
export function notFound(): SalesforceError {
  return requestError(404, 'NOT_FOUND', 'The requested resource does not exist');
}

/** 404 for a record that was there once. */
export function entityIsDeleted(): SalesforceError {
  return new SalesforceError(404, { message: 'entity is deleted', errorCode: 'ENTITY_IS_DELETED', fields: [] });
}

/** 405 for a method a resource does not have. */
export function methodNotAllowed(method: string, allowed: readonly string[]): SalesforceError {
  return requestError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${method}' not allowed. Allowed are ${allowed.join(',')}`);
}
