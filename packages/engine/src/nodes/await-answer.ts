/** Waiting for something outside of the run: registered once, looked at again when the run is resumed. */
import type { Host, OpenWait, WaitRequest, WaitState } from '../host.ts';
import { Parked } from '../parked.ts';
import { MAX_INLINE_WAIT_MS } from './attempts.ts';
import '../signal.ts';

/** What a wait needs of the execution around it. */
export interface WaitMeans {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly maxInlineWaitMs: number | undefined;
  /** Waits that were open when the run was taken up. An answer since then resumes the run once more. */
  readonly open: ReadonlyMap<string, OpenWait> | undefined;
  /** Whether nothing new may begin. */
  readonly isHalted: () => boolean;
  /** Resolves when all that was recorded before is durable. */
  readonly durable: () => Promise<void>;
}

/** How a wait ended. */
export type WaitEnd = Exclude<WaitState, { readonly state: 'open' }>;

/**
 * How a wait ended, or undefined when it was halted before. Waits here for a time that is near, else throws
 * {@link Parked}. Throws what the host does.
 */
export async function awaitAnswer(request: WaitRequest, means: WaitMeans): Promise<WaitEnd | undefined> {
  const { host, signal } = means;
  const { kind, path, nodeId } = request;
  await means.durable();
  await host.reached?.('wait.before', path);
  if (means.isHalted()) return undefined;
  const known = means.open?.get(path);
  let state: WaitState = known ? { state: 'open', ...known } : await host.wait(request);
  while (state.state === 'open') {
    await host.reached?.('wait.open', path);
    const parked = new Parked([{ kind, path, nodeId, ...(state.dueAt === undefined ? {} : { until: state.dueAt }) }]);
    const ms = (state.dueAt ?? Infinity) - host.now();
    if (ms > (means.maxInlineWaitMs ?? MAX_INLINE_WAIT_MS)) throw parked;
    // Whether the time is over is for the host to say, whose clock is the one that counts.
    await host.sleep(Math.max(1, ms), signal).catch(() => {
      if (!signal.aborted) throw parked;
    });
    if (means.isHalted()) return undefined;
    state = await host.wait(request);
  }
  return state;
}
