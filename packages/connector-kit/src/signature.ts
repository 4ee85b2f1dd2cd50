/** The little cryptography connectors need, without reaching for the platform themselves. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** SHA-256 as raw bytes. */
export function sha256(data: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest();
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** HMAC-SHA256 as base64. */
export function hmacSha256Base64(key: Uint8Array, message: Uint8Array): string {
  return createHmac('sha256', key).update(message).digest('base64');
}

/** Algorithms that senders sign with. */
export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** An HMAC as text. */
export function hmac(algorithm: HmacAlgorithm, key: Uint8Array, message: Uint8Array, encoding: 'hex' | 'base64'): string {
  return createHmac(algorithm, key).update(message).digest(encoding);
}

/** Compares in a time that does not depend on where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/** The value of an `Authorization: Basic` header. */
export function basicAuth(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}
