/** The account of the stub, and how the stub knows it. */
import { basicAuth } from '@weft/connector-kit';
import type { StubRequest } from '@weft/connector-kit/testing';

const PASSWORD = 'stub-password-0123456789';

/** What a person would fill in to connect it. */
export const stubValues = (url: string): Record<string, string> => ({ site: url, username: 'ann', password: PASSWORD });

/** Values that are wrong, by the field the connection test must name. */
export const WRONG_VALUES: readonly (readonly [field: string, changed: Record<string, string>])[] = [
  ['password', { password: 'wrong-password-0123456789' }],
  ['site', { site: 'http://127.0.0.1:1' }],
];

/** Whether a request comes from the account. */
export function isAuthorised(request: StubRequest): boolean {
  return request.headers['authorization'] === basicAuth('ann', PASSWORD);
}
