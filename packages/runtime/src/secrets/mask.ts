/**
 * Masking by value: what a step stores may quote what it was given, but never a secret.
 */

const MASK = '••••';
/** Shorter ones would mask ordinary words. */
const LEAST_LENGTH = 6;

/** A copy of a JSON value in which the secrets are masked; the value itself when it holds none. */
export function maskSecrets(value: unknown, secrets: readonly string[]): unknown {
  const worth = secrets.filter((secret) => secret.length >= LEAST_LENGTH);
  return worth.length === 0 ? value : mask(value, worth);
}

function mask(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string')
    return secrets.reduce((text, secret) => (text.includes(secret) ? text.replaceAll(secret, MASK) : text), value);
  if (Array.isArray(value)) return value.map((item) => mask(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mask(member, secrets)]));
}
