/**
 * A second build to run beside this one: the code of an earlier commit, as it is while a new version is rolled out. Where
 * there is no history (a shallow clone), a copy of this build.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyCode } from '../mutants/mutant.ts';
import { REPOSITORY } from './processes.ts';

/** What the processes run; what is installed stays that of this build. */
const CODE = ['packages', 'apps/ingress', 'faults'];

export interface OlderBuild extends Disposable {
  readonly code: string;
  /** Which it is, for the table. */
  readonly name: string;
}

/** Makes it: the build so many commits of the code ago. */
export function makeOlderBuild(commitsAgo: number): OlderBuild {
  const code = mkdtempSync(join(tmpdir(), 'weft-older-'));
  copyCode(code);
  const commit = commitOf(commitsAgo);
  if (commit !== undefined) putCommit(code, commit);
  return {
    code,
    name: commit === undefined ? 'a copy of this one' : `${commit.slice(0, 7)}, ${commitsAgo} commits of its code ago`,
    [Symbol.dispose]: () => rmSync(code, { recursive: true, force: true }),
  };
}

function commitOf(commitsAgo: number): string | undefined {
  try {
    const commit = git('rev-list', '-n', '1', `--skip=${commitsAgo}`, 'HEAD', '--', ...CODE).trim();
    return commit === '' ? undefined : commit;
  } catch {
    // Not a clone at all: then it is a copy.
    return undefined;
  }
}

function putCommit(code: string, commit: string): void {
  for (const file of git('ls-files', '-z', ...CODE).split('\0')) if (file !== '') rmSync(join(code, file), { force: true });
  const archive = execFileSync('git', ['archive', commit, ...CODE], { cwd: REPOSITORY, maxBuffer: 1024 ** 3 });
  execFileSync('tar', ['-x', '-C', code], { input: archive });
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 ** 2 });
}
