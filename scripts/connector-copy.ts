/** For tests of what authors of connectors are told to do: a copy of the repository that is just large enough for it. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './settings.ts';

export interface ConnectorCopy {
  readonly path: string;
  /** What types, lint, format and the contract tests have to complain about; empty when all are content. */
  complaints(): Promise<string>;
  remove(): void;
}

/** The connectors that are copied, so that a list is there to be added to. */
const COPIED = ['manual', 'webhook'];

/** Makes a copy in a temporary folder; packages are those installed here. */
export function copyForConnectors(): ConnectorCopy {
  const path = mkdtempSync(join(tmpdir(), 'weft-connectors-'));
  const source = 'packages/connectors/src';
  mkdirSync(join(path, source), { recursive: true });
  for (const file of ['tsconfig.base.json', '.oxlintrc.json', '.oxfmtrc.json', 'vitest.config.ts', 'package.json'])
    cpSync(join(root, file), join(path, file));
  for (const file of ['packages/connectors/package.json', 'packages/connectors/tsconfig.json', ...COPIED.map((id) => `${source}/${id}`)])
    cpSync(join(root, file), join(path, file), { recursive: true });
  for (const folder of ['node_modules', 'packages/connectors/node_modules']) symlinkSync(join(root, folder), join(path, folder));
  writeFileSync(join(path, source, 'index.ts'), shortened(readFileSync(join(root, source, 'index.ts'), 'utf8')));
  const run = (tool: string, ...args: string[]): Promise<string> => complaintsOf(path, tool, args);
  return {
    path,
    complaints: async () =>
      (
        await Promise.all([
          run('typescript/bin/tsc', '-p', 'packages/connectors'),
          run('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', 'packages'),
          run('oxfmt/bin/oxfmt', '--check', 'packages'),
          run('vitest/vitest.mjs', 'run', '--project=integration'),
        ])
      ).join(''),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** The list of connectors, with the copied ones only. */
function shortened(list: string): string {
  const imports = COPIED.map((id) => `import { ${id} } from './${id}/index.ts';\n`).join('');
  return list
    .replace(/^import \{.*index\.ts';\n/gm, '')
    .replace(/^(import type.*\n)/m, `$1${imports}`)
    .replace(/= \[[^\]]*\]/, `= [${COPIED.join(', ')}]`);
}

function complaintsOf(cwd: string, tool: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'node_modules', tool), ...args], { cwd, env: { ...process.env, NO_COLOR: '1' } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve(code === 0 ? '' : `${tool}: ${said}`)));
}
