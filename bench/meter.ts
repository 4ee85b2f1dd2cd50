/** Reads what processes and the database have used. Linux only: the figures come from /proc. */
import { readFileSync, readdirSync } from 'node:fs';
import type pg from 'pg';

/** Clock ticks per second: what /proc/<pid>/stat counts in; 100 on every Linux for PCs and servers. */
const TICKS = 100;

/** Processor seconds used so far by these processes, all their descendants, and those of them that have ended. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.flatMap(below).reduce((sum, pid) => sum + ticksOf(pid), 0) / TICKS;
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

function pssMiB(pid: number): number {
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

/** What a database has done so far. */
export interface DatabaseUse {
  readonly commits: number;
  /** Of the whole server: nothing else may write meanwhile. */
  readonly walBytes: number;
}

/** Reads it. Waits a little over a second first, for sessions tell of their commits that late. */
export async function databaseUse(client: pg.Client): Promise<DatabaseUse> {
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const { rows } = await client.query<{ commits: string; wal: string }>(
    `SELECT xact_commit AS commits, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS wal FROM pg_stat_database WHERE datname = current_database()`,
  );
  return { commits: Number(rows[0]?.commits), walBytes: Number(rows[0]?.wal) };
}
