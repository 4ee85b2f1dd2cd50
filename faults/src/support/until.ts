import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 20_000;

/** Waits until something is so. Throws, naming it, when it never is. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > patienceMs) throw new Error(`Waited ${patienceMs / 1000} s in vain until ${what}`);
    await delay(20);
  }
}
