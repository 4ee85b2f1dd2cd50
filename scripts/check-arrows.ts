/**
 * Keeps the dependencies between packages pointing one way: compares what each package.json declares with the table
 * below. With pnpm an undeclared workspace import resolves to nothing, so the declared lists are the real arrows; this
 * also reads the sources, for an import that reaches into another package by a relative path.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');

/** What each package may import of ours. `forTests` are allowed in devDependencies, and in test files only. */
const ARROWS: Readonly<Record<string, { may: readonly string[]; forTests?: readonly string[] }>> = {
  errors: { may: [] },
  expression: { may: ['errors'] },
  workflow: { may: ['errors', 'expression'] },
  engine: { may: ['errors', 'expression', 'workflow'] },
  'connector-kit': { may: ['errors'] },
  connectors: { may: ['connector-kit'], forTests: ['sandbox'] },
  db: { may: ['errors', 'workflow'] },
  queue: { may: ['errors'] },
  runtime: { may: ['errors', 'expression', 'workflow', 'engine', 'connector-kit', 'connectors', 'db', 'queue'], forTests: ['sandbox'] },
  sandbox: { may: [] },
  ui: { may: [] },
  ingress: { may: ['errors', 'runtime', 'db', 'queue'] },
  worker: { may: ['errors', 'runtime', 'db', 'queue', 'connectors'] },
  web: { may: ['errors', 'expression', 'workflow', 'engine', 'runtime', 'db', 'queue', 'ui'] },
  e2e: { may: [] },
  bench: { may: ['db', 'queue', 'runtime', 'workflow'] },
  faults: { may: ['connector-kit', 'connectors', 'db', 'queue', 'runtime', 'sandbox', 'workflow'] },
};

/** Of the web app, code outside `src/server` and route handlers runs in the browser: it may import only these. */
const BROWSER_MAY = new Set(['ui', 'workflow', 'expression', 'errors', 'engine']);

/** All violations, one sentence each. */
export function checkArrows(): string[] {
  const problems: string[] = [];
  for (const folder of packageFolders()) {
    const { name, dependencies = {}, devDependencies = {} } = readJson(join(folder, 'package.json'));
    const id = name.replace('@weft/', '');
    const rule = ARROWS[id];
    if (!rule) {
      problems.push(`${relative(root, folder)}: package "${name}" is not in the table of scripts/check-arrows.ts`);
      continue;
    }
    const allowed = new Set(rule.may);
    const allowedInTests = new Set([...rule.may, ...(rule.forTests ?? [])]);
    for (const wanted of ours(dependencies)) {
      if (!allowed.has(wanted))
        problems.push(`${name} depends on @weft/${wanted}; it may only on: ${rule.may.join(', ') || 'nothing of ours'}`);
    }
    for (const wanted of ours(devDependencies)) {
      if (!allowedInTests.has(wanted)) problems.push(`${name} has @weft/${wanted} as a development dependency; it may not`);
    }
    problems.push(...checkSources(folder, id, { allowed, allowedInTests }));
  }
  return problems;
}

function checkSources(folder: string, id: string, rule: { allowed: Set<string>; allowedInTests: Set<string> }): string[] {
  const problems: string[] = [];
  for (const file of sourcesOf(folder)) {
    const isTest = /\.(test|spec|fuzz)\.|\/test\//.test(file);
    const text = readFileSync(file, 'utf8');
    for (const { specifier, isType } of importsOf(text)) {
      const where = relative(root, file);
      const target = /^@weft\/([\w-]+)(\/.*)?$/.exec(specifier);
      if (target) {
        const wanted = target[1] ?? '';
        if (target[2]?.includes('/src/')) problems.push(`${where}: imports ${specifier}; use what the package exports`);
        else if (wanted !== id && !(isTest ? rule.allowedInTests : rule.allowed).has(wanted))
          problems.push(`${where}: may not import ${specifier}`);
        else if (id === 'web' && !isType && !isTest && isBrowserFile(where) && !BROWSER_MAY.has(wanted)) {
          problems.push(`${where}: runs in the browser and may not import ${specifier} (types are fine)`);
        }
      } else if (
        specifier.startsWith('.') &&
        !resolve(file, '..', specifier).startsWith(`${folder}/`) &&
        !startsServers(id, resolve(file, '..', specifier))
      ) {
        problems.push(`${where}: reaches out of its package with ${specifier}; import the other package by name`);
      }
    }
  }
  return problems;
}

/** Benchmarks stand outside of the product and start its servers as its own commands do. */
function startsServers(id: string, target: string): boolean {
  return id === 'bench' && target.startsWith(join(root, 'scripts/'));
}

function isBrowserFile(path: string): boolean {
  return (
    !path.startsWith('apps/web/src/server/') &&
    !path.endsWith('/route.ts') &&
    !/\/(page|layout)\.tsx$/.test(path) &&
    !path.endsWith('apps/web/src/proxy.ts')
  );
}

/** Static and dynamic imports of a source text. */
function importsOf(text: string): { specifier: string; isType: boolean }[] {
  const found: { specifier: string; isType: boolean }[] = [];
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)) {
    found.push({ specifier: match[2] ?? '', isType: match[1] !== undefined });
  }
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) found.push({ specifier: match[1] ?? '', isType: false });
  return found;
}

function packageFolders(): string[] {
  const below = (parent: string): string[] => readdirSync(join(root, parent)).map((name) => join(root, parent, name));
  return [...below('apps'), ...below('packages'), join(root, 'e2e'), join(root, 'bench'), join(root, 'faults')].filter((folder) =>
    existsSync(join(folder, 'package.json')),
  );
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/node_modules|\.next|generated/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
}

function ours(dependencies: Record<string, string>): string[] {
  return Object.keys(dependencies)
    .filter((name) => name.startsWith('@weft/'))
    .map((name) => name.slice('@weft/'.length));
}

function readJson(file: string): { name: string; dependencies?: Record<string, string>; devDependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(file, 'utf8'));
}
