/** Reads what processes and the database have used. Linux only: the figures come from /proc. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Clock ticks per second: what /proc/<pid>/stat counts in; 100 on every Linux for PCs and servers. */
const TICKS = 100;

/** Processor seconds used so far by these processes, all their descendants, and those of them that have ended. */
export function cpuSeconds(pids: readonly number[]): number {
  return secondsOf(pids.flatMap(below));
}

/** Processor seconds used so far by these processes, and by those of their children that have ended. */
export function secondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) / TICKS;
}

/** Seconds of all processors that were not idle since start, whoever used them. */
export function machineBusySeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS;
}

/** MiB of memory that these processes and their descendants hold; pages that several share are counted in parts. */
export function memoryMiB(pids: readonly number[]): number {
  return pids.flatMap(below).reduce((sum, pid) => sum + pssMiB(pid), 0);
}

/** A process and all its descendants. */
export function below(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number),
    );
    return [pid, ...children.flatMap(below)];
  } catch {
    return []; // it has ended
  }
}

function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold blanks: state is the first, utime the 12th, then stime, cutime, cstime.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  } catch {
    return 0; // it has ended; its parent counts it from then on
  }
}

/** MiB of one process, likewise. */
export function pssMiB(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has ended, or belongs to a user whose memory we may not see
  }
}

/** Resident MiB of one process. */
export function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** Whether it is a process of Node. */
export function isNode(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).endsWith('/node');
  } catch {
    return false; // it has ended
  }
}

/** What a process of Node runs. */
export function scriptOf(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return words.slice(1).find((word) => word !== '' && !word.startsWith('-')) ?? words.join(' ').trim();
}
