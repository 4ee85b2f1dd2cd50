/** How a process of ours fares, measured inside it: a loop that stands still can be timed by nobody else. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a process tells about itself. */
export interface Vitals {
  /** By how much its event loop was late since the last time it was asked, milliseconds. */
  readonly loopDelayP99: number;
  readonly loopDelayMax: number;
  /** Memory it holds, and the most it ever held, megabytes. */
  readonly rssMb: number;
  readonly peakRssMb: number;
}

/** What a process is asked with, and answers with. */
export const ASK_VITALS = 'vitals';

/** Begins to measure, and answers whoever started this process. */
export function tellVitals(): void {
  // Its figures have the time between two looks in them.
  const betweenMs = 10;
  const delays = monitorEventLoopDelay({ resolution: betweenMs });
  delays.enable();
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - betweenMs);
  process.on('message', (message) => {
    if (message !== ASK_VITALS) return;
    const vitals: Vitals = {
      loopDelayP99: late(delays.percentile(99)),
      loopDelayMax: late(delays.max),
      rssMb: process.memoryUsage.rss() / 1024 ** 2,
      peakRssMb: process.resourceUsage().maxRSS / 1024,
    };
    delays.reset();
    process.send?.(vitals);
  });
}
