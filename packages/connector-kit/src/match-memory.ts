/** Which records meet a condition, remembered between polls in as little space as will do: for triggers on "starts to meet". */
import { sha256Hex } from './signature.ts';

/** Records remembered; the least recently touched are forgotten first. */
export const MAX_MATCHING = 50_000;
/** Characters kept of each: 36 bits, by which two of 50 000 are confused once in a million. */
const KEY_LENGTH = 6;

/** Records that met the condition when they were last looked at. */
export interface MatchMemory {
  /** Gives whether it was there. */
  delete(id: string): boolean;
  /** Adds one as the last touched. */
  add(id: string): void;
  /** To be stored. */
  packed(): string;
}

/** The memory of a stored text; an empty one remembers nothing. */
export function matchMemory(packed: string): MatchMemory {
  const keys = new Set(
    Array.from({ length: Math.floor(packed.length / KEY_LENGTH) }, (_, at) => packed.slice(at * KEY_LENGTH, (at + 1) * KEY_LENGTH)),
  );
  return {
    delete: (id) => keys.delete(keyOf(id)),
    add: (id) => {
      const key = keyOf(id);
      // Added again at the end: the order is that of the last touch.
      keys.delete(key);
      keys.add(key);
    },
    packed: () => [...keys].slice(-MAX_MATCHING).join(''),
  };
}

function keyOf(id: string): string {
  return Buffer.from(sha256Hex(id).slice(0, 12), 'hex').toString('base64url').slice(0, KEY_LENGTH);
}
