/** When runs come to their end, seen from outside. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from './bench.ts';

/** How a run ended. */
export interface Ending {
  readonly status: string;
  /** Monotonic milliseconds at which it was seen. */
  readonly at: number;
}

/** Looks again and again until all have ended, or the time is up. Those that have not are missing in what it gives. */
export async function watchEndings(bench: Bench, runIds: readonly string[], withinMs: number): Promise<Map<string, Ending>> {
  const endings = new Map<string, Ending>();
  const until = performance.now() + withinMs;
  for (;;) {
    const open = runIds.filter((id) => !endings.has(id));
    const { rows } = await bench.db.pool.query<{ id: string; status: string }>(
      'SELECT id, status FROM run_history WHERE id = ANY($1::uuid[])',
      [open],
    );
    const at = performance.now();
    for (const { id, status } of rows) endings.set(id, { status, at });
    if (endings.size === runIds.length || at > until) return endings;
    await delay(10);
  }
}
