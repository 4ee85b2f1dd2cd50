/** The templates that ship with Weft, read from their folder once. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invalid } from '@weft/errors';
import { readTemplate } from '@weft/workflow';
import type { Template } from '@weft/workflow';

const read = new Map<string, Promise<readonly Template[]>>();

/** All templates, by name. A file that cannot be read is an error that names it: it ships with us. */
export function shippedTemplates(): Promise<readonly Template[]> {
  const dir = process.env['WEFT_TEMPLATES_DIR'] ?? defaultDir();
  const known = read.get(dir) ?? readAll(dir);
  read.set(dir, known);
  known.catch(() => read.delete(dir));
  return known;
}

/** The web app is built into one folder; its working folder is then apps/web. From sources the path is fixed. */
function defaultDir(): string {
  const root = process.env['WEFT_ROOT'];
  return root ? join(root, 'templates') : fileURLToPath(new URL('../../../../templates', import.meta.url));
}

async function readAll(dir: string): Promise<readonly Template[]> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.json')).toSorted();
  const templates = await Promise.all(files.map((file) => readOne(join(dir, file))));
  return templates.toSorted((a, b) => a.name.localeCompare(b.name));
}

async function readOne(path: string): Promise<Template> {
  const { template, problems } = readTemplate(JSON.parse(await readFile(path, 'utf8')));
  if (template) return template;
  throw invalid('template_invalid', `The template ${path} cannot be read: ${problems.map((problem) => `${problem.path}: ${problem.message}`).join(' ')}`);
}
