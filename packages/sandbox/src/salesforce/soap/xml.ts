/** An element: its name without prefix, its children, its text. */
export interface XmlElement {
  name: string;
  isNil: boolean;
  children: XmlElement[];
  text: string;
}

const TOKEN = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/)?([^\s>/]+)((?:"[^"]*"|'[^']*'|[^>"'])*?)(\/)?>|([^<]+)/g;

/** Reads an XML document as far as SOAP needs; undefined when it is not well-formed. */
export function parseXml(text: string): XmlElement | undefined {
  const root: XmlElement = { name: '', isNil: false, children: [], text: '' };
  const open = [root];
  for (const [, cdata, closing, tag = '', attributes = '', empty, plain] of text.matchAll(TOKEN)) {
    const current = open.at(-1);
    if (!current) return undefined;
    if (cdata !== undefined) current.text += cdata;
    else if (plain !== undefined) current.text += decode(plain);
    else if (closing) {
      if (localName(tag) !== current.name || open.length === 1) return undefined;
      open.pop();
    } else if (tag) {
      const element = { name: localName(tag), isNil: /\bnil\s*=\s*["']true["']/.test(attributes), children: [], text: '' };
      current.children.push(element);
      if (!empty) open.push(element);
    }
  }
  return open.length === 1 ? root.children[0] : undefined;
}

/** The first descendant by that path of names. */
export function elementAt(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((current, name) => current?.children.find((child) => child.name === name), element);
}

/** Text of a child; undefined when absent, nil or empty. */
export function childText(element: XmlElement, name: string): string | undefined {
  const child = element.children.find((candidate) => candidate.name === name);
  return child && !child.isNil && child.text !== '' ? child.text : undefined;
}

/** Text made safe for XML and HTML, in content and in attributes. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

function localName(tag: string): string {
  return tag.slice(tag.indexOf(':') + 1);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex: string | undefined, number: string | undefined, name: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return number === undefined ? (ENTITIES[name] ?? all) : String.fromCodePoint(Number(number));
  });
}
