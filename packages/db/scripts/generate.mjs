// Generates the Prisma client from prisma/schema.prisma. Works without network: the client of Prisma 7 needs no
// engine, but its command line looks for one, so it is shown a binary that exists.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../../..');
const prisma = createRequire(import.meta.url).resolve('prisma/package.json');
const result = spawnSync(
  process.execPath,
  [path.join(path.dirname(prisma), 'build/index.js'), 'generate', '--no-hints', `--schema=${path.join(root, 'prisma/schema.prisma')}`],
  {
    cwd: path.dirname(here),
    encoding: 'utf8',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
      PRISMA_ENGINES_CHECKSUM_IGNORE_MISSING: '1',
    },
  },
);
if (result.status !== 0) process.stderr.write(`${result.stdout}\n${result.stderr}\n`);
process.exit(result.status ?? 1);
