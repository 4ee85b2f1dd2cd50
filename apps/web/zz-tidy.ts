import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { tidy } from './src/features/canvas/document/layout.ts';
for (const file of process.argv.slice(2)) {
  const t = JSON.parse(readFileSync(file, 'utf8'));
  t.workflows = t.workflows.map((w: never) => tidy(w));
  writeFileSync(`templates/${basename(file)}`, JSON.stringify(t, null, 2));
}
