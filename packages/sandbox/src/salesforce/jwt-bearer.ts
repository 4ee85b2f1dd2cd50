import { createPublicKey, verify } from 'node:crypto';
import { isObject, type Json } from '../http.ts';

/** Longest life of an assertion, and how far two clocks may differ. */
const MAX_LIFE_S = 180;
const LEEWAY_S = 30;

/** What an assertion is checked against. */
export interface AssertionContext {
  clientId: string;
  publicKey: string | undefined;
  /** Hosts an assertion may be meant for. */
  audiences: string[];
  /** Epoch milliseconds. */
  now: number;
}

/** Checks a signed assertion; gives the username it speaks for, or why it is refused. */
export function checkAssertion(
  assertion: string,
  context: AssertionContext,
): { username: string } | { refusal: [error: string, text: string] } {
  const [head = '', claims = '', signature = ''] = assertion.split('.');
  const header = readPart(head);
  const payload = readPart(claims);
  if (!header || !payload) return { refusal: ['invalid_grant', 'invalid assertion'] };
  if (payload['iss'] !== context.clientId) return { refusal: ['invalid_client_id', 'client identifier invalid'] };
  if (header['alg'] !== 'RS256' || context.publicKey === undefined || !isSigned(`${head}.${claims}`, signature, context.publicKey))
    return { refusal: ['invalid_grant', 'invalid assertion'] };
  const audiences = Array.isArray(payload['aud']) ? payload['aud'] : [payload['aud']];
  if (!audiences.some((audience) => context.audiences.includes(String(audience).replace(/\/$/, ''))))
    return { refusal: ['invalid_grant', 'audience is invalid'] };
  const left = Number(payload['exp']) - context.now / 1000;
  if (!(left > -LEEWAY_S)) return { refusal: ['invalid_grant', 'expired authorization code'] };
  if (left > MAX_LIFE_S + LEEWAY_S) return { refusal: ['invalid_grant', 'assertion expiration time is too far in the future'] };
  return { username: String(payload['sub'] ?? payload['prn'] ?? '') };
}

function readPart(part: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSigned(text: string, signature: string, pem: string): boolean {
  try {
    return verify('RSA-SHA256', Buffer.from(text), createPublicKey(pem), Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
