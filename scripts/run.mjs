#!/usr/bin/env node
// Runs one of the smaller commands under Node 24 with the packages installed: bench, check, conformance, faults, new-connector, sandbox, sizes.
import { fileURLToPath } from 'node:url';
import { ensureInstalled, ensureNode } from './bootstrap.mjs';

const args = process.argv.slice(2);
await ensureNode(fileURLToPath(import.meta.url), args);
ensureInstalled();

const commands = {
  bench: () => import('../bench/bench.ts').then((module) => module.bench(args.slice(1))),
  check: () => import('./check.ts').then((module) => module.check(args.slice(1))),
  faults: () => import('./faults.ts').then(async (module) => process.exit(await module.faults(args.slice(1)))),
  conformance: () => import('./conformance.ts').then(async (module) => process.exit(await module.conformance())),
  'new-connector': () => import('./new-connector.ts').then((module) => process.exit(module.newConnector(args.slice(1)))),
  sandbox: () => import('../packages/sandbox/src/main.ts'),
  sizes: () => import('./sizes.ts').then((module) => module.sizes()),
};
const command = commands[args[0]];
if (!command) {
  console.error(`Unknown command "${args[0] ?? ''}". One of: ${Object.keys(commands).join(', ')}.`);
  process.exit(2);
}
await command();
