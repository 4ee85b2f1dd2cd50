/** Records and lists as XML text. */
import { doNotRetry } from '@weft/connector-kit';
import { MAX_DEPTH } from './reading.ts';

export interface WriteOptions {
  /** The declaration in the first line. */
  readonly declaration: boolean;
  /** Each element on a line of its own. */
  readonly pretty: boolean;
  /** Names of elements in the order in which they stand beside each other; all others follow as they come. */
  readonly order: readonly string[];
}

/** XML 1.0, production 5, without the ranges nobody uses. */
const NAME = /^[\p{L}_][\p{L}\p{N}_.\-·]*(?::[\p{L}_][\p{L}\p{N}_.\-·]*)?$/u;
/** What is no character of XML 1.0, production 2, halves of characters included. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Writes a document with one root element. Throws `invalid`, naming the place, for what XML cannot hold. */
export function writeXml(root: { readonly name: string; readonly value: unknown }, options: WriteOptions): string {
  const lines = elementLines(root, { path: root.name, depth: 0, order: new Map(options.order.map((name, at) => [name, at])) });
  const body = options.pretty
    ? lines.map(({ depth, text }) => `${'  '.repeat(depth)}${text}\n`).join('')
    : lines.map(({ text }) => text).join('');
  return `${options.declaration ? `<?xml version="1.0" encoding="UTF-8"?>${options.pretty ? '\n' : ''}` : ''}${body}`;
}

interface Line {
  readonly depth: number;
  readonly text: string;
}

/** Where an element stands, and what is the same for all. */
interface Place {
  readonly path: string;
  readonly depth: number;
  readonly order: ReadonlyMap<string, number>;
}

/** The lines of an element; one that holds text beside elements is one line, for spaces would become part of it. */
function elementLines({ name, value }: { readonly name: string; readonly value: unknown }, place: Place): Line[] {
  const { path, depth } = place;
  if (depth >= MAX_DEPTH) throw doNotRetry(`The value is nested more than ${MAX_DEPTH} levels deep.`, { code: 'xml_too_deep' });
  checkName(name, path);
  if (Array.isArray(value))
    throw doNotRetry(`"${path}" is a list inside a list; XML needs a name for each level.`, { code: 'xml_unnamed' });
  if (typeof value !== 'object' || value === null) return [{ depth, text: simple(name, '', escapeText(value, path)) }];
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const attributes = members
    .filter(([key]) => key.startsWith('@'))
    .map(([key, member]) => attributeText(key.slice(1), member, `${path}.${key}`))
    .join('');
  const text = members
    .filter(([key]) => key === '#text')
    .map(([key, member]) => escapeText(member, `${path}.${key}`))
    .join('');
  const children = members
    .filter(([key]) => !key.startsWith('@') && key !== '#text')
    .flatMap(([key, member]) => elementsOf(key, member, place));
  const rank = (child: Child): number => place.order.get(child.name) ?? place.order.size;
  const lines = children
    .toSorted((one, other) => rank(one) - rank(other))
    .flatMap((child) => elementLines(child, { ...place, path: child.path, depth: depth + 1 }));
  if (lines.length === 0) return [{ depth, text: simple(name, attributes, text) }];
  if (text !== '') return [{ depth, text: `<${name}${attributes}>${text}${lines.map((line) => line.text).join('')}</${name}>` }];
  return [{ depth, text: `<${name}${attributes}>` }, ...lines, { depth, text: `</${name}>` }];
}

interface Child {
  readonly name: string;
  readonly value: unknown;
  readonly path: string;
}

/** A list is the same element several times. */
function elementsOf(name: string, member: unknown, { path }: Place): Child[] {
  if (!Array.isArray(member)) return [{ name, value: member, path: `${path}.${name}` }];
  return (member as unknown[]).map((value, at) => ({ name, value, path: `${path}.${name}[${at}]` }));
}

function simple(name: string, attributes: string, text: string): string {
  return text === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${text}</${name}>`;
}

function attributeText(name: string, value: unknown, path: string): string {
  checkName(name, path);
  const text = escapeText(value, path).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
  return ` ${name}="${text}"`;
}

function escapeText(value: unknown, path: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') throw doNotRetry(`"${path}" must be text, a number, or true or false.`, { code: 'xml_not_text' });
  const text = String(value as string | number | boolean);
  const bad = FORBIDDEN.exec(text)?.[0];
  if (bad !== undefined)
    throw doNotRetry(
      `The text at "${path}" holds the character U+${(bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}, which XML cannot hold. Take it out first.`,
      {
        code: 'xml_character',
      },
    );
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

function checkName(name: string, path: string): void {
  if (NAME.test(name)) return;
  throw doNotRetry(
    `"${name.slice(0, 100)}" (at "${path.slice(0, 200)}") cannot be the name of an XML element or attribute: a letter first, then letters, digits, "-", "_" or ".".`,
    {
      code: 'xml_name',
    },
  );
}
