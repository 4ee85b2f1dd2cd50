#!/usr/bin/env node
// `npm test`: installs what the tests need and runs them all. The work is done in run-tests.ts.
import { fileURLToPath } from 'node:url';
import { ensureInstalled, ensureNode } from './bootstrap.mjs';

const args = process.argv.slice(2);
await ensureNode(fileURLToPath(import.meta.url), args);
ensureInstalled();
const { runTests } = await import('./run-tests.ts');
process.exit(await runTests(args));
