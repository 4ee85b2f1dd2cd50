/**
 * XML text as records and lists. The parser knows the five entities of the standard and no others, reads no document
 * type and fetches nothing; everything else it meets is refused with line and column.
 */
import { doNotRetry } from '@weft/connector-kit';
import { SaxesParser } from 'saxes';

/** Deepest nesting that is read and written. */
export const MAX_DEPTH = 100;
const MAX_NODES = 500_000;
/** Text is handed to the parser in pieces, so that a limit is noticed before the whole is read. */
const PIECE_CHARS = 64 * 1024;

export interface ReadOptions {
  /** `soap:Body` becomes `Body`. */
  readonly dropPrefixes: boolean;
  /** Keeps spaces around text, and text that is nothing else. */
  readonly keepSpaces: boolean;
  /** Names, or paths from the root, of elements that are lists also when there is one. */
  readonly lists: ReadonlySet<string>;
}

/** An element whose end has not come yet. */
interface Open {
  readonly name: string;
  readonly path: string;
  /** In the order of the document; a name that comes again becomes a list. */
  readonly members: Map<string, unknown[]>;
  readonly attributes: Map<string, string>;
  text: string;
}

/** Reads a document. Gives a record with the root element. Throws `invalid` for what is no XML, or not allowed. */
export function readXml(text: string, options: ReadOptions): Record<string, unknown> {
  const parser = new SaxesParser();
  // Looked up by name: a table without a prototype has no `&constructor;`.
  parser.ENTITIES = Object.assign(Object.create(null) as Record<string, string>, { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" });
  // The parser stands behind the character that it stumbled over and counts columns from zero.
  const place = (): string => `Line ${parser.line}, column ${Math.max(1, parser.column)}`;
  const refuse = (why: string, code = 'xml_malformed'): never => {
    throw doNotRetry(`The XML cannot be read. ${place()}: ${why}`, { code });
  };
  const nameOf = (given: string): string => (options.dropPrefixes ? given.slice(given.indexOf(':') + 1) : given);
  const open: Open[] = [{ name: '', path: '', members: new Map(), attributes: new Map(), text: '' }];
  let nodes = 0;
  const count = (): void => {
    nodes += 1;
    if (nodes > MAX_NODES) refuse(`it has more than ${MAX_NODES} elements and attributes.`, 'xml_too_large');
  };
  const addText = (piece: string): void => {
    const top = open.at(-1);
    if (top !== undefined) top.text += piece;
  };
  parser.on('error', (error) => refuse(`${error.message.replace(/^(?:[^:]*:)?\d+:\d+: /, '').replace(/\.$/, '')}.`));
  parser.on('doctype', (doctype) => {
    // What it would declare (entities, defaults) is never used; a document that brings declarations along means to.
    if (doctype.includes('[')) refuse('a document type with declarations of its own is not read.', 'xml_doctype');
  });
  parser.on('opentag', ({ name: given, attributes }) => {
    const name = nameOf(given);
    const parent = open.at(-1);
    if (open.length > MAX_DEPTH) refuse(`it is nested more than ${MAX_DEPTH} levels deep.`, 'xml_too_deep');
    count();
    const own = new Map<string, string>();
    for (const [attribute, value] of Object.entries(attributes)) {
      count();
      const isDeclaration = attribute === 'xmlns' || attribute.startsWith('xmlns:');
      if (!(options.dropPrefixes && isDeclaration)) own.set(nameOf(attribute), value);
    }
    open.push({
      name,
      path: parent === undefined || parent.path === '' ? name : `${parent.path}.${name}`,
      members: new Map(),
      attributes: own,
      text: '',
    });
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    const parent = open.at(-1);
    if (closed === undefined || parent === undefined) return;
    const known = parent.members.get(closed.name);
    if (known === undefined) parent.members.set(closed.name, [valueOf(closed, options)]);
    else known.push(valueOf(closed, options));
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  for (let at = 0; at < text.length; at += PIECE_CHARS) parser.write(text.slice(at, at + PIECE_CHARS));
  parser.close();
  const [root] = open;
  return Object.fromEntries([...(root?.members ?? [])].map(([name, values]) => [name, memberOf(values, name, name, options)]));
}

/** An element as a value: text when it has nothing else, else a record with `@attributes`, elements and `#text`. */
function valueOf(element: Open, options: ReadOptions): unknown {
  const { members, attributes, path } = element;
  const isBlank = element.text.trim() === '';
  const text = options.keepSpaces ? element.text : element.text.trim();
  if (members.size === 0 && attributes.size === 0) return text;
  // Built from entries: an element called __proto__ stays an element.
  return Object.fromEntries([
    ...[...attributes].map(([name, value]) => [`@${name}`, value] as const),
    ...[...members].map(([name, values]) => [name, memberOf(values, name, `${path}.${name}`, options)] as const),
    ...(isBlank && (members.size > 0 || !options.keepSpaces || text === '') ? [] : [['#text', text] as const]),
  ]);
}

function memberOf(values: readonly unknown[], name: string, path: string, options: ReadOptions): unknown {
  return values.length > 1 || options.lists.has(name) || options.lists.has(path) ? values : values[0];
}

/** The encoding that the first bytes of a document name, if they do. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const beginning = new TextDecoder('iso-8859-1').decode(bytes.subarray(0, 200));
  return /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/i.exec(beginning)?.[1];
}
