// Plain JavaScript without dependencies: it must run on any Node from 20 on, before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const NODE_VERSION = readFileSync(join(root, '.node-version'), 'utf8').trim();
const PNPM_VERSION = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config.pnpm;
const NODE_MAJOR = 24;

/** Prints one line of progress. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Goes on under Node 24 when this one is older: fetches it as the npm package `node`, runs the same script with it,
 * hands over signals, and ends with its exit code. Returns only when this process may go on itself.
 */
export async function ensureNode(script, args) {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return;
  if (process.env.WEFT_NODE_FETCHED) throw new Error(`Expected Node ${NODE_MAJOR}, got ${process.version}`);
  const node = fetchNode();
  const child = spawn(node, [script, ...args], {
    // The channel tells the child when we are killed, so that it does not live on alone.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...quietNpm(), WEFT_NODE_FETCHED: '1', PATH: `${dirname(node)}${delimiter}${binFolder(node)}${delimiter}${process.env.PATH}` },
  });
  // A Ctrl-C in a terminal reaches the whole group by itself; we only have to outlive the child.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) => child.on('exit', (exit, signal) => resolve(exit ?? (signal ? 130 : 1))));
  process.exit(code);
}

/** The path of a Node 24, fetched into npm's own cache. Remembered, because asking npx takes a second. */
function fetchNode() {
  const memory = join(root, 'node_modules', '.weft-node');
  if (existsSync(memory)) {
    const remembered = readFileSync(memory, 'utf8');
    if (existsSync(remembered)) return remembered;
  }
  say(`Node ${process.version} is older than Weft needs; going on under Node ${NODE_VERSION} (npm package "node").`);
  const fetched = spawnSync(npx(), ['-y', '-p', `node@${NODE_VERSION}`, '-p', `pnpm@${PNPM_VERSION}`, 'node', '-p', 'process.execPath'], {
    cwd: root,
    env: quietNpm(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const path = fetched.stdout?.trim().split('\n').at(-1) ?? '';
  if (fetched.status !== 0 || !existsSync(path)) {
    throw new Error(`Node ${NODE_VERSION} could not be fetched from the npm registry. Install Node ${NODE_MAJOR} and try again.`);
  }
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, path);
  return path;
}

/** Where npx put the commands of the packages it fetched together with that Node: pnpm is among them. */
function binFolder(node) {
  const cache = node.slice(0, node.indexOf(`${sep}node_modules${sep}`));
  return join(cache, 'node_modules', '.bin');
}

/** Installs from the lockfile, unless what is installed came from the same one. */
export function ensureInstalled() {
  const marker = join(root, 'node_modules', '.weft-installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .update(process.version)
    .digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  say('Installing packages from the lockfile …');
  const started = performance.now();
  pnpm(['install', '--frozen-lockfile', '--reporter=silent']);
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, wanted);
  say(`Installed in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
}

/** Runs the pinned pnpm and throws when it fails. */
export function pnpm(args) {
  const found = process.env.WEFT_NODE_FETCHED ? ['pnpm', args] : [npx(), ['-y', `pnpm@${PNPM_VERSION}`, ...args]];
  const result = spawnSync(found[0], found[1], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: quietNpm() });
  if (result.status !== 0) throw new Error(`pnpm ${args.join(' ')} failed. Is the npm registry reachable?`);
}

function npx() {
  return process.platform === 'win32' ? 'npx.cmd' : 'npx';
}

function quietNpm() {
  // Set by an npx around us, it would make this npx take the package for a command.
  const { npm_config_package: _outer, ...env } = process.env;
  return { ...env, npm_config_update_notifier: 'false', npm_config_fund: 'false', npm_config_loglevel: 'error' };
}
