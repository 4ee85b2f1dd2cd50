/**
 * Loaded into a process of ours by `--import`: writes how late its event loop was and how much of its heap it uses, twice a second, into the file that
 * `FAULTS_LOOP_DELAY` names. It changes nothing of what the process does.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env['FAULTS_LOOP_DELAY'];
// Threads and children of the process inherit how it was started; only the process itself is meant.
delete process.env['FAULTS_LOOP_DELAY'];
if (file) {
  const resolutionMs = 5;
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  setInterval(() => {
    writeFileSync(
      file,
      JSON.stringify({ p99: late(delays.percentile(99)), max: late(delays.max), heapMb: process.memoryUsage().heapUsed / 1_048_576 }),
    );
    // What it did while it started counts no more once it is at work.
    if (process.uptime() < 2) delays.reset();
  }, 500).unref();
}
