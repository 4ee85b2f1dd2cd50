/**
 * `npm run conformance`: what both vendors were seen to do, case by case. Runs every test that names a case in its title
 * and prints one table: case, what is expected (the test's own title), what was got. A case that no test names is red.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from './run-tests.ts';
import type { TestResult } from './run-tests.ts';
import { root } from './settings.ts';

const CASE = /\b(?:CW|SF|JS|T)-\d{2,3}\b/g;
const cases = JSON.parse(readFileSync(join(root, 'scripts/conformance-cases.json'), 'utf8')) as string[];

interface Row {
  readonly id: string;
  readonly expected: string;
  readonly got: 'as expected' | 'differs' | 'not run' | 'no test';
  readonly why?: string | undefined;
}

/** Test files that name a case, by path. */
function filesWithCases(): string[] {
  const folders = ['packages', 'apps'];
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .filter((path) => readFileSync(join(root, path), 'utf8').match(CASE) !== null);
}

function rowsOf(id: string, results: readonly TestResult[]): Row[] {
  const named = results.filter(({ title }) => title.match(CASE)?.includes(id));
  if (named.length === 0) return [{ id, expected: '', got: 'no test' }];
  return named.map(({ title, status, messages }) => ({
    id,
    expected: title.replaceAll(CASE, '').replace(/\s+/g, ' ').trim(),
    got: status === 'passed' ? 'as expected' : status === 'failed' ? 'differs' : 'not run',
    why: messages[0]?.split('\n')[0],
  }));
}

function print(rows: readonly Row[]): void {
  const paint = (text: string, isRed: boolean): string => (process.stdout.isTTY ? `\u001b[${isRed ? 31 : 32}m${text}\u001b[0m` : text);
  const width = Math.max(...rows.map(({ id }) => id.length));
  process.stdout.write(`\n${'case'.padEnd(width)}  ${'got'.padEnd(11)}  expected\n`);
  for (const { id, got, expected, why } of rows) {
    process.stdout.write(`${id.padEnd(width)}  ${paint(got.padEnd(11), got !== 'as expected')}  ${expected}\n`);
    if (why !== undefined) process.stdout.write(`${' '.repeat(width + 15)}${why}\n`);
  }
}

/** Runs the cases and prints the table; resolves with the exit code: 1 when a row is red. */
export async function conformance(): Promise<number> {
  const results: TestResult[] = [];
  await runTests(['--only=unit', ...filesWithCases()], (result) => results.push(result));
  await runTests(['--only=integration', ...filesWithCases()], (result) => results.push(result));
  const rows = cases.flatMap((id) => rowsOf(id, results));
  print(rows);
  const isRed = (id: string): boolean => rows.some((row) => row.id === id && row.got !== 'as expected');
  const red = cases.filter(isRed);
  const unknown = [...new Set(results.flatMap(({ title }) => title.match(CASE) ?? []))].filter((id) => !cases.includes(id));
  if (unknown.length > 0) process.stdout.write(`\nNot in the list of cases: ${unknown.join(', ')}\n`);
  process.stdout.write(`\n${cases.length} cases, ${rows.length} tests, ${red.length} red${red.length > 0 ? `: ${red.join(' ')}` : ''}\n`);
  return red.length + unknown.length > 0 ? 1 : 0;
}
