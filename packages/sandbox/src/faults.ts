import { randomUUID } from 'node:crypto';

/** Which half of the sandbox a request belongs to. */
export type Vendor = 'connectwise' | 'salesforce';

/** One disturbance to inject. `times` requests that match are disturbed, then the rule is gone. */
export interface Fault {
  vendor: Vendor;
  method?: string;
  /** A string matches as a part of path + query; a RegExp is tested against the same. */
  path: RegExp | string;
  times: number;
  kind: 'status' | 'reset-after-apply' | 'reset-before' | 'slow' | 'hang' | 'hang-after-apply';
  status?: number;
  body?: unknown;
  /** Seconds, sent as Retry-After. */
  retryAfter?: number;
  delayMs?: number;
}

interface ActiveFault extends Fault {
  id: string;
  left: number;
}

/** The disturbances waiting to happen, oldest first. */
export class Faults {
  #rules: ActiveFault[] = [];

  /** Arms a disturbance; returns its id. */
  add(fault: Fault): string {
    const id = randomUUID();
    this.#rules.push({ ...fault, id, left: fault.times });
    return id;
  }

  /** The first armed disturbance for this request, counted down; undefined when the request may pass. */
  take(request: { vendor: Vendor; method: string; target: string }): Fault | undefined {
    const rule = this.#rules.find(
      (candidate) =>
        candidate.vendor === request.vendor &&
        (candidate.method === undefined || candidate.method.toUpperCase() === request.method) &&
        (typeof candidate.path === 'string' ? request.target.includes(candidate.path) : candidate.path.test(request.target)),
    );
    if (!rule) return undefined;
    rule.left -= 1;
    if (rule.left <= 0) this.#rules = this.#rules.filter((other) => other !== rule);
    return rule;
  }

  /** What is still armed. */
  list(): readonly (Fault & { id: string; left: number })[] {
    return this.#rules;
  }

  /** Disarms one, or all. */
  clear(id?: string): void {
    this.#rules = id === undefined ? [] : this.#rules.filter((rule) => rule.id !== id);
  }
}

/** The body a vendor would send with a bare status, used when a fault names none. */
export function faultBody(fault: Fault): unknown {
  if (fault.body !== undefined) return fault.body;
  const seconds = fault.retryAfter ?? 30;
  if (fault.vendor === 'connectwise') {
    if (fault.status === 429) return { error: 'ConnectWiseAPI', message: `Too many requests. Please try again in ${seconds} seconds.` };
    return CONNECTWISE_BODIES[fault.status ?? 0] ?? { code: 'ConnectWiseApi', message: 'An error occurred while processing the request.' };
  }
  const [errorCode, message] = SALESFORCE_WORDS[fault.status ?? 0] ?? ['SERVER_UNAVAILABLE', 'The server is temporarily unavailable.'];
  return [{ message, errorCode }];
}

const CONNECTWISE_BODIES: Readonly<Record<number, unknown>> = {
  401: { code: 'Unauthorized', message: 'Incorrect public/private key' },
  403: { code: 'Security', message: 'You do not have security permission to perform this action.' },
  404: { code: 'ConnectWiseApi', message: 'The endpoint does not exist.' },
  409: { code: 'Conflict', message: 'The record is in use.' },
};

const SALESFORCE_WORDS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  401: ['INVALID_SESSION_ID', 'Session expired or invalid'],
  403: ['REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'],
  404: ['NOT_FOUND', 'The requested resource does not exist'],
};
