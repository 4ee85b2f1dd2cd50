const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Appends the three case-checksum characters to a 15-character id; an 18-character id is returned as it is. */
export function toId18(id: string): string {
  if (id.length !== 15) return id;
  let suffix = '';
  for (const start of [0, 5, 10]) {
    let bits = 0;
    for (let index = 0; index < 5; index += 1) {
      if (/[A-Z]/.test(id.charAt(start + index))) bits |= 1 << index;
    }
    suffix += ALPHABET.charAt(bits);
  }
  return id + suffix;
}

/** True for 15 characters, or for 18 with the right checksum. */
export function isWellFormedId(id: string): boolean {
  if (!/^[A-Za-z0-9]+$/.test(id)) return false;
  return id.length === 15 || (id.length === 18 && toId18(id.slice(0, 15)) === id);
}

/** The 18-character id number `sequence` of an object. */
export function makeId(prefix: string, sequence: number): string {
  let rest = sequence;
  let text = '';
  while (text.length < 6) {
    text = BASE62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return toId18(`${prefix}Wt0000${text}`);
}
