/** Programs that tests need and that do not come from npm. */
import { execFileSync, spawnSync } from 'node:child_process';

/** The path of a command; undefined when it is not on PATH. */
export function find(command: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined; // not on PATH
  }
}

/** Installs a Debian package where there is apt and the right to use it; gives the path of its command. */
export function install(debianPackage: string, command: string): string | undefined {
  if (process.getuid?.() !== 0 || !find('apt-get')) return undefined;
  process.stdout.write(`Installing ${debianPackage} with apt …\n`);
  const apt = (args: string[]): number | null =>
    spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status;
  if (apt(['install', '-y', '--no-install-recommends', debianPackage]) !== 0) {
    apt(['update']);
    apt(['install', '-y', '--no-install-recommends', debianPackage]);
  }
  return find(command);
}
