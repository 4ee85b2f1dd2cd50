/** `npm run sizes`: how long our files are, package by package, and the ten longest. It informs; nothing fails on it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './settings.ts';

/** Prints the distribution. */
export function sizes(): void {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && !/\.(test|spec|fuzz)\.|\/test\//.test(file))
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }));
  const groups = Map.groupBy(files, ({ file }) => file.split('/').slice(0, 2).join('/'));
  console.log('where'.padEnd(28), 'files', 'median', '  p90', '  max');
  for (const [group, members] of [...groups, ['all', files] as const]) {
    const lines = members.map(({ lines: count }) => count).toSorted((a, b) => a - b);
    const at = (share: number): string => String(lines[Math.min(lines.length - 1, Math.floor(share * lines.length))]).padStart(5);
    console.log(group.padEnd(28), String(lines.length).padStart(5), at(0.5).padStart(6), at(0.9), at(1));
  }
  console.log('\nThe ten longest');
  for (const { file, lines } of files.toSorted((a, b) => b.lines - a.lines).slice(0, 10)) console.log(String(lines).padStart(6), file);
}
