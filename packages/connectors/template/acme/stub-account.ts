/** The account of the stub, and how the stub knows it. */
import type { StubRequest } from '@weft/connector-kit/testing';

const API_KEY = 'stub-key-0123456789';

/** What a person would fill in to connect it. */
export const stubValues = (url: string): Record<string, string> => ({ site: url, apiKey: API_KEY });

/** Values that are wrong, by the field the connection test must name. */
export const WRONG_VALUES: readonly (readonly [field: string, changed: Record<string, string>])[] = [
  ['apiKey', { apiKey: 'wrong-key-0123456789' }],
  ['site', { site: 'http://127.0.0.1:1' }],
];

/** Whether a request comes from the account. */
export function isAuthorised(request: StubRequest): boolean {
  return request.headers['authorization'] === `Bearer ${API_KEY}`;
}
