/**
 * Builds what has to be built: the Prisma client and the web app. The other processes run from their sources, which
 * Node 24 reads as they are. Each part is built once and again only when one of its inputs changed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Part {
  readonly name: string;
  /** Files and folders that it is made of. */
  readonly inputs: readonly string[];
  /** Something that exists once it is built. */
  readonly output: string;
  readonly command: readonly string[];
  readonly cwd: string;
}

const PARTS: readonly Part[] = [
  {
    name: 'database client',
    inputs: ['prisma/schema.prisma', 'pnpm-lock.yaml', 'packages/db/scripts'],
    output: 'packages/db/src/generated',
    command: ['scripts/generate.mjs'],
    cwd: 'packages/db',
  },
  {
    name: 'web app',
    inputs: [
      'apps/web/src',
      'apps/web/public',
      'apps/web/package.json',
      'apps/web/next.config.ts',
      'apps/web/postcss.config.mjs',
      'apps/web/tsconfig.json',
      'packages/errors/src',
      'packages/expression/src',
      'packages/workflow/src',
      'packages/engine/src',
      'packages/runtime/src',
      'packages/db/src',
      'packages/queue/src',
      'packages/ui/src',
      'pnpm-lock.yaml',
    ],
    output: 'apps/web/.next/BUILD_ID',
    command: ['node_modules/next/dist/bin/next', 'build'],
    cwd: 'apps/web',
  },
];

/** Builds all parts that changed since they were built last. `onlyClient` leaves the web app out. */
export function build(options: { say: (line: string) => void; onlyClient?: boolean }): void {
  for (const part of options.onlyClient ? PARTS.slice(0, 1) : PARTS) buildPart(part, options.say);
}

/** Whether {@link build} would have nothing to do. */
export function isBuilt(): boolean {
  return PARTS.every((part) => isCurrent(part, fingerprint(part)));
}

function markerOf(part: Part): string {
  return join(root, 'node_modules', `.weft-built-${part.name.replaceAll(' ', '-')}`);
}

function isCurrent(part: Part, wanted: string): boolean {
  const marker = markerOf(part);
  return existsSync(marker) && readFileSync(marker, 'utf8') === wanted && existsSync(join(root, part.output));
}

function buildPart(part: Part, say: (line: string) => void): void {
  const marker = markerOf(part);
  const wanted = fingerprint(part);
  if (isCurrent(part, wanted)) return;
  say(`Building the ${part.name} …`);
  const started = performance.now();
  const result = spawnSync(process.execPath, [...part.command], {
    cwd: join(root, part.cwd),
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) throw new Error(`The ${part.name} could not be built:\n${result.stdout}\n${result.stderr}`);
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, wanted);
  say(`Built the ${part.name} in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
}

function fingerprint(part: Part): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of part.inputs.flatMap((input) => filesOf(join(root, input)))) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('generated') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build({ say: (line) => console.log(line) });
