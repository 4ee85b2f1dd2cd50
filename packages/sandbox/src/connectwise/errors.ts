/** One entry of `errors[]` in a ConnectWise 400. */
export interface ValidationError {
  code: string;
  message: string;
  resource?: string;
  field?: string;
}

/** A refusal in ConnectWise's own words: status and body exactly as sent. */
export class ConnectWiseError extends Error {
  readonly status: number;
  readonly body: { code: string; message: string; errors?: ValidationError[] | null };

  constructor(status: number, body: { code: string; message: string; errors?: ValidationError[] | null }) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** 400 with `errors[]`: "<resource> object is invalid". */
export function invalidObject(resource: string, errors: ValidationError[]): ConnectWiseError {
  return new ConnectWiseError(400, { code: 'InvalidObject', message: `${resource} object is invalid`, errors });
}

/** 400 for a condition; no `errors` member, as logged from a live server. */
export function badCondition(message: string): ConnectWiseError {
  return new ConnectWiseError(400, { code: 'ApiFindCondition', message });
}

/** 400 from the JSON reader: `errors` is null here. */
export function badBody(message: string): ConnectWiseError {
  return new ConnectWiseError(400, { code: 'ConnectWiseApi', message, errors: null });
}

/** 400 for a PATCH document that cannot be applied. */
export function badPatch(message: string): ConnectWiseError {
  return new ConnectWiseError(400, { code: 'InvalidPatch', message });
}

/** 404 for a record. */
export function recordNotFound(label: string, id: number | string): ConnectWiseError {
  return new ConnectWiseError(404, { code: 'NotFound', message: `${label} ${id} not found` });
}

/** 404 for a path. */
export function noEndpoint(): ConnectWiseError {
  return new ConnectWiseError(404, { code: 'ConnectWiseApi', message: 'The endpoint does not exist.' });
}
