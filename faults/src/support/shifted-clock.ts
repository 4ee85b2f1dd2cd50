/**
 * Loaded before a process of ours (`--import`): its wall clock is wrong by `FAULT_CLOCK_MS`, and is set by `FAULT_CLOCK_STEP_MS`
 * more when SIGUSR2 comes, as by a time server. Its monotonic clocks and its timers go on as ever.
 */
import { isMainThread } from 'node:worker_threads';

let offsetMs = Number(process.env['FAULT_CLOCK_MS'] ?? 0);
const realNow = Date.now.bind(Date);
const now = (): number => realNow() + offsetMs;

globalThis.Date = new Proxy(Date, {
  construct: (target, args: unknown[], made) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, made === globalThis.Date ? target : made) as Date,
  apply: (target) => new target(now()).toString(),
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
});

// Threads have clocks of their own, which begin where this one stands.
if (isMainThread) process.on('SIGUSR2', () => (offsetMs += Number(process.env['FAULT_CLOCK_STEP_MS'] ?? 0)));
