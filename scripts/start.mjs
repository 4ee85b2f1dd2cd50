#!/usr/bin/env node
// `npm start`: from a fresh clone to a running Weft. The work is done in up.ts, once Node 24 and the packages are there.
import { fileURLToPath } from 'node:url';
import { ensureInstalled, ensureNode } from './bootstrap.mjs';

const args = process.argv.slice(2);
await ensureNode(fileURLToPath(import.meta.url), args);
ensureInstalled();
const { up } = await import('./up.ts');
await up({ isDev: args.includes('--dev') });
