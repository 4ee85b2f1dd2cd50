/**
 * `npm run check`: format, lint, types, arrows, dead code. `--fix` writes the formatter's and linter's corrections.
 * Every part runs even when an earlier one failed, so that one run shows everything.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.ts';
import { checkArrows } from './check-arrows.ts';
import { root } from './settings.ts';

const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const PURE = ['errors', 'expression', 'workflow', 'engine'];

/** Runs all checks and sets the exit code. */
export async function check(args: readonly string[]): Promise<void> {
  const fix = args.includes('--fix');
  build({ say: console.log, onlyClient: true });
  const parts: [string, () => boolean][] = [
    ['format', () => run(bin('oxfmt'), fix ? ['.'] : ['--check', '.'])],
    ['lint', () => run(bin('oxlint'), ['--type-aware', '--deny-warnings', ...(fix ? ['--fix'] : [])])],
    ['types (Node)', () => run(bin('tsc'), ['-p', 'tsconfig.json'])],
    ['types (web)', () => run(bin('tsc'), ['-p', 'apps/web/tsconfig.json', '--noEmit'])],
    ...PURE.map((name): [string, () => boolean] => [`purity (${name})`, () => run(bin('tsc'), ['-p', `packages/${name}/tsconfig.json`])]),
    ['arrows', () => report(checkArrows())],
    ['compose file', () => run(bin('dclint'), ['docker-compose.yml'])],
    ['dead code', () => run(bin('knip'), ['--no-progress'])],
  ];
  const failed: string[] = [];
  for (const [name, work] of parts) {
    const started = performance.now();
    const isGood = work();
    console.log(`${isGood ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    if (!isGood) failed.push(name);
  }
  if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function run(command: string, args: string[]): boolean {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) process.stdout.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`);
  return result.status === 0;
}

function report(problems: readonly string[]): boolean {
  for (const problem of problems) console.log(problem);
  return problems.length === 0;
}
