/** What `npm run new-connector` makes is right at once: rules, types, lint, format, and its own contract test. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeConnector, readArgs } from './new-connector.ts';
import { root } from './settings.ts';

let copy: string;
const list = (): string => readFileSync(join(copy, 'packages/connectors/src/index.ts'), 'utf8');
const make = (...args: string[]): string[] => makeConnector(copy, readArgs(args));

/** Runs a tool of ours in the copy; gives what it said when it was not content. */
function complaints(tool: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'node_modules', tool), ...args], { cwd: copy, env: { ...process.env, NO_COLOR: '1' } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve(code === 0 ? '' : `${tool}: ${said}`)));
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'weft-new-connector-'));
  const source = join(copy, 'packages/connectors/src');
  mkdirSync(source, { recursive: true });
  for (const file of ['tsconfig.base.json', '.oxlintrc.json', '.oxfmtrc.json', 'vitest.config.ts', 'package.json'])
    cpSync(join(root, file), join(copy, file));
  for (const file of ['package.json', 'tsconfig.json', 'src/manual', 'src/webhook'])
    cpSync(join(root, 'packages/connectors', file), join(copy, 'packages/connectors', file), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  symlinkSync(join(root, 'packages/connectors/node_modules'), join(copy, 'packages/connectors/node_modules'));
  const entries = ['manual', 'webhook'].map((id) => `import { ${id} } from './${id}/index.ts';\n`).join('');
  const text = readFileSync(join(root, 'packages/connectors/src/index.ts'), 'utf8')
    .replace(/^import \{.*index\.ts';\n/gm, '')
    .replace(/^(import type.*\n)/m, `$1${entries}`)
    .replace(/= \[[^\]]*\]/, '= [manual, webhook]');
  writeFileSync(join(source, 'index.ts'), text);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('ids', () => {
  test.each([
    ['My-App', /"My-App" is no id .* such as "myApp"/],
    ['snipe_it', /such as "snipeIt"/],
    ['9lives', /such as "myService"/],
    ['a', /camelCase/],
    ['Manual', /such as "manual"/],
    ['manual', /already, in packages\/connectors\/src\/manual/],
    ['manuaL', /There is a connector "manual" already/],
    ['delete', /Choose another id, such as "deleteApi"/],
    ['test', /such as "testApi"/],
    ['date', /such as "dateApi"/],
    ['../evil', /such as "evil"/],
  ])('%s is refused, and nothing is made', (id, sentence) => {
    const before = list();
    expect(() => make(id)).toThrow(sentence);
    expect(list()).toBe(before);
  });

  test.each([
    [[], /Give one id/],
    [['one', 'two'], /Give one id/],
    [['acme', '--auth=oauth7'], /--auth=oauth7 is unknown; it takes one of key, basic, none/],
    [['acme', '--titel=x'], /--titel/],
    [['acme', `--title=It's`], /is no title/],
  ])('%j is refused', (args, sentence) => {
    expect(() => readArgs(args)).toThrow(sentence);
  });
});

test('what is made keeps every rule, with each kind of account', { timeout: 120_000 }, async () => {
  const files = [...make('snipeIt'), ...make('zammad', '--auth=basic', '--title=Zammad'), ...make('ntfy', '--auth=none')];
  expect(files).toContain('packages/connectors/src/snipeIt/snipe-it.contract.test.ts');
  expect(list()).toMatch(/import \{ manual \}.*\nimport \{ ntfy \}.*\nimport \{ snipeIt \}.*\nimport \{ webhook \}.*\nimport \{ zammad \}/);
  expect(list()).toContain('= [manual, ntfy, snipeIt, webhook, zammad];');
  const text = files.map((file) => readFileSync(join(copy, file), 'utf8')).join('\n');
  expect(text).not.toMatch(/acme/i);
  expect(text).toContain("title: 'Snipe It'");
  const said = await Promise.all([
    complaints('typescript/bin/tsc', '-p', 'packages/connectors'),
    complaints('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', 'packages'),
    complaints('oxfmt/bin/oxfmt', '--check', 'packages'),
    complaints('vitest/vitest.mjs', 'run', '--project=integration'),
  ]);
  expect(said.join('')).toBe('');
  expect(() => make('snipeIt')).toThrow('There is a connector "snipeIt" already');
  expect(existsSync(join(copy, 'packages/connectors/src/snipeIt/README.md'))).toBe(true);
});
