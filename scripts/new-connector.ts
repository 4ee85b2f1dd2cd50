/**
 * `npm run new-connector -- <id>`: makes a connector that works at once, against a stub that comes with it, out of the
 * pattern in packages/connectors/template. What is made is meant to be changed into the connector of a real service.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './settings.ts';

const AUTHS = ['key', 'basic', 'none'] as const;
type Auth = (typeof AUTHS)[number];

/** Words that cannot be names in TypeScript and that the pattern happens not to use. */
const RESERVED = new Set(
  'arguments break case class continue debugger default delete do else enum eval extends false finally function implements in instanceof interface let package private protected public static super switch this true try typeof var void while with yield'.split(
    ' ',
  ),
);

const USAGE = `npm run new-connector -- <id> [--auth=${AUTHS.join('|')}] [--title="What people call it"]`;
const TEMPLATE = join(root, 'packages/connectors/template');

/** What is to be made. */
export interface NewConnector {
  readonly id: string;
  readonly auth: Auth;
  readonly title: string;
}

/** Runs the command; gives the exit code. */
export function newConnector(args: readonly string[]): number {
  try {
    const wanted = readArgs(args);
    const files = makeConnector(root, wanted);
    const [readme = ''] = files.filter((file) => file.endsWith('README.md'));
    console.log(`${files.map((file) => `made    ${file}`).join('\n')}\nchanged packages/connectors/src/index.ts\n`);
    console.log(`It works already, against a stub: npm test -- --only=integration ${wanted.id}`);
    console.log(`Change it into ${wanted.title}: docs/connectors/README.md leads the way, ${readme} says what to write down.`);
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    return 2;
  }
}

/** Something a person can correct. */
export class Refusal extends Error {}

/** Reads the command line. Throws {@link Refusal}. */
export function readArgs(args: readonly string[]): NewConnector {
  const options = { auth: { type: 'string', default: 'key' }, title: { type: 'string' } } as const;
  let read: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    read = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n${USAGE}`);
  }
  const [id, ...more] = read.positionals;
  if (id === undefined || more.length > 0) throw new Refusal(`Give one id for the new connector.\n${USAGE}`);
  const { auth, title } = read.values;
  if (!(AUTHS as readonly string[]).includes(auth)) throw new Refusal(`--auth=${auth} is unknown; it takes one of ${AUTHS.join(', ')}.`);
  if (title !== undefined && !/^[\p{L}\p{N}][\p{L}\p{N} .&+-]{0,39}$/u.test(title))
    throw new Refusal(`"${title}" is no title: letters, digits, spaces and . & + - only, at most 40.`);
  return { id, title: title ?? titleOf(id), auth: auth as Auth };
}

/** Makes a connector below a root and enters it in the list. Gives the files made. Throws {@link Refusal} before it touches anything. */
export function makeConnector(at: string, wanted: NewConnector): string[] {
  const source = join(at, 'packages/connectors/src');
  checkId(source, wanted.id);
  const list = withEntry(readFileSync(join(source, 'index.ts'), 'utf8'), wanted.id);
  const folder = join(source, wanted.id);
  cpSync(join(TEMPLATE, 'acme'), folder, { recursive: true });
  if (wanted.auth !== 'key') cpSync(join(TEMPLATE, `auth-${wanted.auth}`), folder, { recursive: true });
  renameSync(join(folder, 'acme.contract.test.ts'), join(folder, `${kebab(wanted.id)}.contract.test.ts`));
  const files = filesBelow(folder);
  for (const file of files) writeFileSync(file, renamed(readFileSync(file, 'utf8'), wanted));
  writeFileSync(join(source, 'index.ts'), list);
  format([...files, join(source, 'index.ts')]);
  return files.map((file) => relative(at, file));
}

function checkId(source: string, id: string): void {
  if (!/^[a-z][A-Za-z0-9]{1,39}$/.test(id))
    throw new Refusal(`"${id}" is no id for a connector. Write it in camelCase, letters and digits only, such as "${suggestion(id)}".`);
  const taken = readdirSync(source).find((name) => name.toLowerCase() === id.toLowerCase());
  if (taken !== undefined) throw new Refusal(`There is a connector "${taken}" already, in packages/connectors/src/${taken}.`);
  const words = new Set(filesBelow(TEMPLATE).flatMap((file) => readFileSync(file, 'utf8').match(/\w+/g) ?? []));
  if (id !== 'acme' && (words.has(id) || words.has(pascal(id)) || RESERVED.has(id)))
    throw new Refusal(`"${id}" is a word the generated files use themselves. Choose another id, such as "${id}Api".`);
}

/** The list of connectors with one more, in alphabetical order. */
function withEntry(text: string, id: string): string {
  const imported = /^import \{ (\w+) \} from '\.\/\1\/index\.ts';$/gm;
  const entries = [...text.matchAll(imported)];
  const array = /(readonly ConnectorDefinition\[\] = \[)([^\]]*)(\];)/.exec(text);
  if (entries.length === 0 || array === null)
    throw new Refusal('packages/connectors/src/index.ts does not look as expected. Mend it first: one import a line, one array.');
  const line = `import { ${id} } from './${id}/index.ts';\n`;
  const next = entries.find((entry) => (entry[1] ?? '') > id);
  const last = entries.at(-1);
  const place = next?.index ?? (last === undefined ? 0 : last.index + last[0].length + 1);
  const names = [...(array[2] ?? '').split(',').flatMap((name) => name.trim() || []), id].toSorted();
  const listed = text.replace(array[0], `${array[1]}${names.join(', ')}${array[3]}`);
  return listed.slice(0, place) + line + listed.slice(place);
}

/** `acme` is the id, at the beginning of a name as well; `Acme` is the title, and within a name the id with a capital. */
function renamed(text: string, { id, title }: NewConnector): string {
  return text
    .replace(/\bAcme\b/g, title)
    .replace(/Acme(?=[A-Z])|(?<=[a-z])Acme/g, pascal(id))
    .replace(/\bacme\.contract\b/g, `${kebab(id)}.contract`)
    .replace(/\bacme(?=\b|[A-Z])/g, id);
}

function format(files: readonly string[]): void {
  const formatter = join(root, 'node_modules/.bin/oxfmt');
  if (existsSync(formatter))
    spawnSync(formatter, ['--config', join(root, '.oxfmtrc.json'), ...files.filter((file) => file.endsWith('.ts'))]);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

const pascal = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);
const kebab = (id: string): string => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** `snipeIt` → `Snipe It`. */
const titleOf = (id: string): string => pascal(id).replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ');

/** The nearest id to what was given. */
function suggestion(given: string): string {
  const words = given.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.map((word, at) => (at === 0 ? word.charAt(0).toLowerCase() + word.slice(1) : pascal(word))).join('');
  return /^[a-z][A-Za-z0-9]+$/.test(joined) ? joined.slice(0, 40) : 'myService';
}
