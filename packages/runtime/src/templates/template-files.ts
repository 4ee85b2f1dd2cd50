/** The templates that ship with Weft, read from their folder once. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid } from '@weft/errors';
import { readTemplate } from '@weft/workflow';
import type { Template } from '@weft/workflow';

const read = new Map<string, Promise<readonly Template[]>>();

/** All templates, by name. A file that cannot be read is an error that names it: it ships with us. */
export function shippedTemplates(): Promise<readonly Template[]> {
  const dir = process.env['WEFT_TEMPLATES_DIR'] ?? join(process.cwd(), 'templates');
  const known = read.get(dir) ?? readAll(dir);
  read.set(dir, known);
  known.catch(() => read.delete(dir));
  return known;
}

async function readAll(dir: string): Promise<readonly Template[]> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.json')).toSorted();
  const templates = await Promise.all(files.map((file) => readOne(join(dir, file))));
  return templates.toSorted((a, b) => a.name.localeCompare(b.name));
}

async function readOne(path: string): Promise<Template> {
  const { template, problems } = readTemplate(JSON.parse(await readFile(path, 'utf8')));
  if (template) return template;
  throw invalid(
    'template_invalid',
    `The template ${path} cannot be read: ${problems.map((problem) => `${problem.path}: ${problem.message}`).join(' ')}`,
  );
}
