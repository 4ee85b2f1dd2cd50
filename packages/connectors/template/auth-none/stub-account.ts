/** The account of the stub: its address. */
import type { StubRequest } from '@weft/connector-kit/testing';

/** What a person would fill in to connect it. */
export const stubValues = (url: string): Record<string, string> => ({ site: url });

/** Values that are wrong, by the field the connection test must name. */
export const WRONG_VALUES: readonly (readonly [field: string, changed: Record<string, string>])[] = [
  ['site', { site: 'http://127.0.0.1:1' }],
];

/** Whether a request comes from the account: the service is open. */
export function isAuthorised(_request: StubRequest): boolean {
  return true;
}
