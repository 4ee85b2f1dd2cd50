/** A disk of its own, small enough to be filled up, to which the tables of a test's database are moved. Linux and root only. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.ts';

export interface SmallDisk extends AsyncDisposable {
  /** Takes all that is free. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  /** Bytes. */
  readonly available: number;
}

/** Mounts the disk and moves tables and indexes there. Gives the reason when it cannot be done on this machine. */
export async function moveToSmallDisk(bench: Bench, megabytes: number): Promise<SmallDisk | string> {
  const owner = serverUser();
  if (typeof owner === 'string') return owner;
  const dir = mkdtempSync(join(tmpdir(), 'weft-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    rmSync(dir, { recursive: true });
    return `mount: ${mounted.error?.message ?? mounted.stderr.trim()}`;
  }
  chmodSync(dir, 0o755);
  const [space, filler] = [join(dir, 'space'), join(dir, 'filler')];
  mkdirSync(space);
  chownSync(space, owner.uid, owner.gid);
  const name = `faults_${process.pid}_disk`;
  const { pool } = bench.db;
  await pool.query(`CREATE TABLESPACE ${name} LOCATION '${space}'`);
  const move = async (from: string, to: string): Promise<void> => {
    for (const kind of ['TABLE', 'INDEX']) await pool.query(`ALTER ${kind} ALL IN TABLESPACE ${from} SET TABLESPACE ${to}`);
  };
  await move('pg_default', name);
  const available = (): number => {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize;
  };
  return {
    fill: () => writeFileSync(filler, Buffer.alloc(available())),
    free: () => rmSync(filler, { force: true }),
    get available() {
      return available();
    },
    [Symbol.asyncDispose]: async () => {
      rmSync(filler, { force: true });
      await move(name, 'pg_default');
      await pool.query(`DROP TABLESPACE ${name}`);
      spawnSync('umount', [dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The server does not run as root but as the user `postgres`. */
function serverUser(): { readonly uid: number; readonly gid: number } | string {
  if (process.getuid?.() !== 0) return 'only root may mount a disk';
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout));
  return uid && gid ? { uid, gid } : 'there is no user "postgres"';
}
