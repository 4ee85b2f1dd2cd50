/**
 * `npm run conformance`: what both vendors were seen to do, case by case. Runs every test that names a case in its title
 * and prints one table: case, what is expected, what was got. A case that fails, or that no test names, is red.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from './run-tests.ts';
import type { TestResult } from './run-tests.ts';
import { root } from './settings.ts';

const CASE = /\b(?:CW|SF|JS|T)-\d{2,3}\b/g;
const cases = JSON.parse(readFileSync(join(root, 'scripts/conformance-cases.json'), 'utf8')) as Readonly<Record<string, string>>;

interface Row {
  readonly id: string;
  readonly expected: string;
  readonly got: string;
  readonly isRed: boolean;
}

/** Test files that name a case, by path. */
function filesWithCases(): string[] {
  const folders = ['packages', 'apps'];
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .filter((path) => readFileSync(join(root, path), 'utf8').match(CASE) !== null);
}

/** The row of a case: red with the failing tests, or what the most particular of its tests got. */
function rowOf(id: string, expected: string, results: readonly TestResult[]): Row {
  const named = results.filter(({ title }) => title.match(CASE)?.includes(id));
  if (named.length === 0) return { id, expected, got: 'no test', isRed: true };
  const failed = named.filter(({ status }) => status !== 'passed');
  if (failed.length > 0) {
    const got = failed.map(({ title, status, messages }) => `${status}: ${bare(title)} – ${messages[0]?.split('\n')[0] ?? ''}`);
    return { id, expected, got: got.join('; '), isRed: true };
  }
  // What the vendors' stand-in answers to a test for this case alone says most.
  const telling = named.toSorted((a, b) => weightOf(a) - weightOf(b))[0];
  const others = named.length > 1 ? ` (+${named.length - 1} tests)` : '';
  return { id, expected, got: `${telling?.got ?? 'as expected'}${others}`, isRed: false };
}

function weightOf({ file, title, got }: TestResult): number {
  const isOfClient = file.includes('/packages/sandbox/') ? 0 : 5;
  return (title.match(CASE)?.length ?? 0) + isOfClient + (got === undefined || got === 'no call' ? 10 : 0);
}

function bare(title: string): string {
  return title.replaceAll(CASE, '').replace(/\s+/g, ' ').trim();
}

/** Three columns, the last two broken at words. */
function print(rows: readonly Row[]): void {
  const paint = (text: string, isRed: boolean): string => (process.stdout.isTTY ? `\u001b[${isRed ? 31 : 32}m${text}\u001b[0m` : text);
  const total = Math.max(100, Math.min(process.stdout.columns ?? 150, 170));
  const width = Math.floor((total - 12) / 2);
  const line = (cells: readonly [string, string, string], isRed = false): void =>
    void process.stdout.write(
      `${paint(cells[0].padEnd(8), isRed)}${cells[1].padEnd(width + 2)}${isRed ? paint(cells[2], true) : cells[2]}\n`,
    );
  process.stdout.write('\n');
  line(['case', 'expected', 'got']);
  line(['─'.repeat(6), '─'.repeat(width), '─'.repeat(width)]);
  for (const { id, expected, got, isRed } of rows) {
    const left = broken(expected, width);
    const right = broken(isRed ? `RED ${got}` : got, width);
    for (let at = 0; at < Math.max(left.length, right.length); at += 1) line([at === 0 ? id : '', left[at] ?? '', right[at] ?? ''], isRed);
  }
}

function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Runs the cases and prints the table; resolves with the exit code: 1 when a row is red. */
export async function conformance(): Promise<number> {
  const results: TestResult[] = [];
  // vitest.config.ts sets up scripts/conformance-got.ts in the tests when this is there.
  process.env['WEFT_CONFORMANCE'] = '1';
  await runTests(['--only=unit', ...filesWithCases()], (result) => results.push(result));
  await runTests(['--only=integration', ...filesWithCases()], (result) => results.push(result));
  const rows = Object.entries(cases).map(([id, expected]) => rowOf(id, expected, results));
  print(rows);
  const red = rows.filter(({ isRed }) => isRed).map(({ id }) => id);
  const named = results.filter(({ title }) => title.match(CASE) !== null);
  const unknown = [...new Set(named.flatMap(({ title }) => title.match(CASE) ?? []))].filter((id) => cases[id] === undefined);
  if (unknown.length > 0) process.stdout.write(`\nNot in the list of cases: ${unknown.join(', ')}\n`);
  process.stdout.write(`\n${rows.length} cases, ${named.length} tests, ${red.length} red${red.length > 0 ? `: ${red.join(' ')}` : ''}\n`);
  return red.length + unknown.length > 0 ? 1 : 0;
}
