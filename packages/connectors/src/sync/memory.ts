/** What is remembered of a pair of records: how each side looked when both last agreed, or was about to. */
import { WeftError, type CallContext, type KeyValueStore } from '@weft/connector-kit';
import { z } from 'zod';

/** Fingerprints kept per side: what was expected of a write, what it gave, and one before. */
const KEPT = 4;

const memorySchema = z.object({
  v: z.literal(1),
  sides: z.record(z.string(), z.array(z.object({ print: z.string(), at: z.number() }))),
});
export type PairMemory = z.infer<typeof memorySchema>;

const keyOf = (pair: string): string => `sync:${pair}`;

/** The workspace's values. Throws `bug` where a call has none. */
function storeOf(context: CallContext): KeyValueStore {
  if (context.store === undefined)
    throw new WeftError({ class: 'bug', code: 'store_missing', message: 'What was synchronised is only known while a workflow runs.' });
  return context.store;
}

/** What is known under any of a pair's keys, newest first. */
export async function recall(context: CallContext, pairs: readonly string[]): Promise<PairMemory[]> {
  const found = await Promise.all(pairs.map((pair) => storeOf(context).get(keyOf(pair))));
  return found.flatMap((value) => {
    const memory = memorySchema.safeParse(value);
    return memory.success ? [memory.data] : [];
  });
}

/** Adds how the sides looked, under every key of the pair. The same look twice is kept once. */
export async function memorise(context: CallContext, pairs: readonly string[], prints: Readonly<Record<string, string>>): Promise<void> {
  const store = storeOf(context);
  for (const pair of pairs) {
    const [before] = await recall(context, [pair]);
    const sides = { ...before?.sides };
    for (const [side, print] of Object.entries(prints)) {
      const others = (sides[side] ?? []).filter((known) => known.print !== print);
      sides[side] = [{ print, at: context.now() }, ...others].slice(0, KEPT);
    }
    await store.set(keyOf(pair), { v: 1, sides } satisfies PairMemory);
  }
}
