/** The values of a workspace in memory, for tests of connectors. */
import { WeftError } from '@weft/errors';
import type { KeyValueStore } from './connector.ts';

/** A store that forgets with the process. */
export function memoryStore(now: () => number): KeyValueStore {
  const entries = new Map<string, { value: unknown; until: number }>();
  const counted = new Map<string, number>();
  const living = (key: string): { value: unknown; until: number } | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.until > now() ? entry : undefined;
  };
  const put = (key: string, value: unknown, ttlMs?: number): void =>
    void entries.set(key, { value: structuredClone(value), until: ttlMs === undefined ? Infinity : now() + ttlMs });
  return {
    get: async (key) => living(key)?.value,
    set: async (key, value, ttlMs) => put(key, value, ttlMs),
    async setIfAbsent(key, value, ttlMs) {
      const entry = living(key);
      if (entry) return { stored: false, value: entry.value };
      put(key, value, ttlMs);
      return { stored: true, value };
    },
    async remove(key) {
      const wasThere = living(key) !== undefined;
      entries.delete(key);
      return wasThere;
    },
    async increment(key, by, { once, ttlMs }) {
      const before = counted.get(once);
      if (before !== undefined) return before;
      const present = living(key)?.value ?? 0;
      if (typeof present !== 'number')
        throw new WeftError({
          class: 'invalid',
          code: 'not_a_number',
          message: `“${key}” holds no number, so nothing can be added to it.`,
        });
      put(key, present + by, ttlMs);
      counted.set(once, present + by);
      return present + by;
    },
    list: async (prefix, { limit, after = '' }) =>
      [...entries.keys()]
        .filter((key) => key.startsWith(prefix) && key > after && living(key) !== undefined)
        .toSorted()
        .slice(0, limit)
        .map((key) => ({ key, value: living(key)?.value })),
  };
}
