/** What a record looked like, as a short text that two looks can be compared by. */
import { sha256Hex } from '@weft/connector-kit';

/**
 * The fingerprint of the values a mapping reads or writes. Order of fields does not matter; absent, null and empty are
 * the same; texts are compared without blanks at their ends, and numbers like their texts, since one system keeps as text
 * what the other keeps as a number.
 */
export function fingerprint(values: Readonly<Record<string, unknown>>): string {
  return sha256Hex(JSON.stringify(plain(values) ?? {})).slice(0, 32);
}

function plain(value: unknown): unknown {
  if (value === null || value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim().replace(/\r\n/g, '\n');
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((member) => plain(member) ?? null);
  const members = Object.entries(value)
    .map(([name, member]) => [name, plain(member)] as const)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
