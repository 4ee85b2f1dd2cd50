/** The guide for authors of connectors, followed literally: its commands, and every block into the file it names. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyForConnectors, type ConnectorCopy } from './connector-copy.ts';
import { makeConnector, readArgs } from './new-connector.ts';
import { root } from './settings.ts';

const GUIDE = join(root, 'docs/connectors/README.md');
const guide = readFileSync(GUIDE, 'utf8');
const blocks = [...guide.matchAll(/^```(\w*)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(([, language, file, text]) => ({
  language,
  file,
  text: text ?? '',
}));
let copy: ConnectorCopy;

beforeAll(() => {
  copy = copyForConnectors();
});
afterAll(() => copy.remove());

/** Does what a command of the guide does in the copy; what only looks is left to the end. */
function follow(line: string): void {
  const [command, ...args] = line.split(' ');
  if (line.startsWith('npm run new-connector -- ')) makeConnector(copy.path, readArgs(line.split(' ').slice(4)));
  else if (command === 'rm') for (const file of args) rmSync(join(copy.path, file));
  else if (!/^npm (test|run check)/.test(line)) throw new Error(`The guide has a command this test does not know: ${line}`);
}

test('what it leads to keeps the contract, and every rule', { timeout: 120_000 }, async () => {
  for (const { language, file, text } of blocks) {
    if (file !== undefined) writeFileSync(join(copy.path, file), text);
    else if (language === 'sh') for (const line of text.trim().split('\n')) follow(line);
  }
  expect(blocks.filter(({ file }) => file !== undefined).length).toBeGreaterThan(10);
  expect(await copy.complaints()).toBe('');
});

test('every link leads somewhere', () => {
  const anchors = new Set(
    [...guide.matchAll(/^#+ (.*)$/gm)].map(
      ([, title]) =>
        `#${(title ?? '')
          .toLowerCase()
          .replace(/[^\w ]/g, '')
          .replaceAll(' ', '-')}`,
    ),
  );
  const links = [...guide.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link]) => link ?? '');
  const broken = links.filter((link) => (link.startsWith('#') ? !anchors.has(link) : !existsSync(join(GUIDE, '..', link))));
  expect(links.length).toBeGreaterThan(5);
  expect(broken).toEqual([]);
});
