/** Which pages may send changes: ours only. */
import { isIP } from 'node:net';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The public origin of this instance. */
export function publicOrigin(): string {
  return new URL(process.env['WEFT_PUBLIC_URL'] ?? `http://localhost:${process.env['WEFT_PORT'] ?? 7263}`).origin;
}

/**
 * Whether an `Origin` header names this instance: its public address, or the very host that was asked when that is a
 * loopback name or a bare IP address. Other names are refused even if they match the host, since any name can be made
 * to resolve to this machine.
 */
export function isOwnOrigin(origin: string | null, host: string | null): boolean {
  if (origin === null) return false;
  if (origin === publicOrigin()) return true;
  const url = URL.parse(origin);
  if (!url || url.host !== host) return false;
  return LOOPBACK.has(url.hostname) || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0;
}

/** Whether a request that changes something comes from a page of ours. */
export function isSameOriginRequest(headers: Headers): boolean {
  return isOwnOrigin(headers.get('origin'), headers.get('host'));
}
