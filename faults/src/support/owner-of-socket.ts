/** Which process made a connection: found by the port it comes from. Linux only, as is the suite. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** The process with a TCP socket on this local port; undefined when there is none of those. */
export function ownerOfSocket(localPort: number, candidates: readonly number[]): number | undefined {
  const inode = inodeOf(localPort);
  return inode === undefined ? undefined : candidates.find((pid) => socketsOf(pid).has(`socket:[${inode}]`));
}

/** A process and all below it. */
export function processTree(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
    return [pid, ...children.flatMap(processTree)];
  } catch {
    return []; // it has ended
  }
}

function inodeOf(localPort: number): string | undefined {
  const wanted = localPort.toString(16).toUpperCase().padStart(4, '0');
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(`:${wanted}`)) return columns[9];
  }
  return undefined;
}

function socketsOf(pid: number): Set<string> {
  try {
    return new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return new Set(); // it has ended, or closed one meanwhile
  }
}
