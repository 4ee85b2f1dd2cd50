/** A cURL command as the request it makes, and what of it cannot be taken over. Pure. */
import { curlOption } from './curl-options.ts';
import type { CurlAct } from './curl-options.ts';
import { readShellLine } from './shell-words.ts';
import type { ShellWord } from './shell-words.ts';

export type CurlHeader = readonly [name: string, value: string];

/** One `-F`. */
export interface CurlPart {
  readonly name: string;
  readonly value: string;
  /** The file whose content is sent, as a path on the computer the command was written on. */
  readonly file?: string;
}

/** A request as a command describes it. */
export interface CurlRequest {
  readonly method: string;
  /** Without user and password, with what `-G` and `--url-query` add. */
  readonly url: string;
  readonly headers: readonly CurlHeader[];
  /** What `-d` and its like send; undefined when the command has none. */
  readonly data: string | undefined;
  readonly parts: readonly CurlPart[];
  /** `user:password` of `-u` or of the address. */
  readonly user: string | undefined;
  readonly bearer: string | undefined;
  readonly seconds: number | undefined;
  /** Names the shell would have put values for, as written. */
  readonly variables: readonly string[];
  /** What is not taken over and why, one sentence each. */
  readonly notes: readonly string[];
}

/** The request of a command, or why there is none. */
export function parseCurl(text: string): { readonly request: CurlRequest } | { readonly problem: string } {
  const line = readShellLine(text);
  if ('problem' in line) return line;
  const start = line.words.findIndex(isCurl);
  if (start === -1 || line.words.slice(0, start).some((word) => !isBeforeCurl(word)))
    return { problem: 'This is not a cURL command: it does not begin with curl.' };
  const reading = new Reading();
  const words = line.words.slice(start + 1);
  const end = words.findIndex((word) => (word.isFirstOnLine && isCurl(word)) || (!word.isQuoted && word.text === '--next'));
  reading.read(end === -1 ? words : words.slice(0, end));
  if (end !== -1) reading.note('Only the first of several requests is taken over.');
  if (line.stoppedAt !== undefined) reading.note(`What follows “${line.stoppedAt}” is left out.`);
  return reading.result([...new Set(line.variables)]);
}

function isCurl({ text, isQuoted }: ShellWord): boolean {
  return !isQuoted && /(^|[\\/])curl(\.exe)?$/i.test(text);
}

/** A prompt, `sudo`, or a variable set for the command. */
function isBeforeCurl({ text }: ShellWord): boolean {
  return /^([$%>#]|sudo|time|[A-Za-z_]\w*=.*)$/s.test(text);
}

/** Goes through the words and keeps what they say. */
class Reading {
  #method: string | undefined;
  #address: string | undefined;
  readonly #headers: CurlHeader[] = [];
  readonly #data: string[] = [];
  #json: string | undefined;
  readonly #parts: CurlPart[] = [];
  readonly #query: string[] = [];
  #user: string | undefined;
  #bearer: string | undefined;
  #seconds: number | undefined;
  #isGet = false;
  #isHead = false;
  #isUpload = false;
  readonly #idle: string[] = [];
  readonly #notes: string[] = [];

  note(text: string): void {
    this.#notes.push(text);
  }

  read(words: readonly ShellWord[]): void {
    const left = [...words];
    for (let word = left.shift(); word !== undefined; word = left.shift()) {
      const { text } = word;
      if (text === '--') {
        for (const rest of left.splice(0)) this.#take('address', rest.text);
      } else if (text.startsWith('--')) this.#readLong(text, left);
      else if (text.startsWith('-') && text.length > 1) this.#readShort(text, left);
      else this.#take('address', text);
    }
  }

  #readLong(text: string, left: ShellWord[]): void {
    const [name = text, ...after] = text.split('=');
    const isJoined = after.length > 0 && curlOption(text) === undefined && curlOption(name)?.takesValue === true;
    this.#apply(isJoined ? name : text, () => (isJoined ? after.join('=') : left.shift()?.text));
  }

  /** Short options may stand together, and a value may follow at once: `-sXPOST`. */
  #readShort(text: string, left: ShellWord[]): void {
    for (let index = 1; index < text.length; index += 1) {
      const name = `-${text[index] ?? ''}`;
      const rest = text.slice(index + 1);
      const takesValue = curlOption(name)?.takesValue === true;
      this.#apply(name, () => (rest === '' ? left.shift()?.text : rest));
      if (takesValue) return;
    }
  }

  #apply(name: string, takeValue: () => string | undefined): void {
    const option = curlOption(name);
    if (option === undefined) return this.note(`${name} is not known here and is left out.`);
    const value = option.takesValue ? takeValue() : '';
    if (value === undefined) return this.note(`${name} has no value and is left out.`);
    switch (option.act) {
      case 'given':
        return;
      case 'idle':
        this.#idle.push(name);
        return;
      case 'refused':
        return this.note(`${name} is left out: ${option.reason}.`);
      default:
        return this.#take(option.act, value, name);
    }
  }

  // One line for each act; they have nothing in common.
  #take(act: CurlAct, value: string, name = ''): void {
    switch (act) {
      case 'method':
        this.#method = value.toUpperCase();
        return;
      case 'header':
        return this.#takeHeader(value);
      case 'data':
        if (value.startsWith('@')) return this.#noteFile(name, value.slice(1));
        this.#data.push(value);
        return;
      case 'dataRaw':
        this.#data.push(value);
        return;
      case 'dataUrlencode':
        return this.#takeEncoded(value, (text) => this.#data.push(text), name);
      case 'json':
        if (value.startsWith('@')) return this.#noteFile(name, value.slice(1));
        this.#json = (this.#json ?? '') + value;
        return;
      case 'form':
        return this.#takePart(value);
      case 'formString': {
        const [part = '', ...rest] = value.split('=');
        this.#parts.push({ name: part, value: rest.join('=') });
        return;
      }
      case 'user':
        this.#user = value;
        return;
      case 'bearer':
        this.#bearer = value;
        return;
      case 'get':
        this.#isGet = true;
        return;
      case 'head':
        this.#isHead = true;
        return;
      case 'cookie':
        if (value.includes('=')) this.#headers.push(['Cookie', value]);
        else this.note(`${name} reads cookies from the file “${value}”, which cannot be read here.`);
        return;
      case 'agent':
        this.#headers.push(['User-Agent', value]);
        return;
      case 'referer':
        this.#headers.push(['Referer', value.replace(/;auto$/, '')]);
        return;
      case 'address':
        if (this.#address === undefined) this.#address = value;
        else this.note(`“${value}” is left out: there is an address already.`);
        return;
      case 'query':
        return this.#takeEncoded(value.startsWith('+') ? value.slice(1) : value, (text) => this.#query.push(text), name);
      case 'seconds': {
        const seconds = Math.ceil(Number(value));
        if (seconds > 0) this.#seconds = Math.min(seconds, 600);
        return;
      }
      case 'upload':
        this.#isUpload = true;
        return this.#noteFile(name, value);
    }
  }

  #noteFile(name: string, file: string): void {
    this.note(`${name} sends the file “${file}”, which cannot be read here: map the content or file of an earlier step.`);
  }

  /** `Name: value`; `Name:` would take a header of curl's own away, and `Name;` sends an empty one. */
  #takeHeader(line: string): void {
    if (line.startsWith('@')) return this.#noteFile('-H', line.slice(1));
    const border = line.indexOf(':');
    if (border > 0) {
      const value = line.slice(border + 1).trim();
      if (value !== '') this.#headers.push([line.slice(0, border).trim(), value]);
    } else if (line.trim().endsWith(';')) this.#headers.push([line.trim().slice(0, -1), '']);
    else this.note(`The header “${line}” is left out: it has no value.`);
  }

  /** `content`, `=content`, `name=content`, `@file`, `name@file`: the content is encoded, the name is not. */
  #takeEncoded(value: string, keep: (text: string) => void, name: string): void {
    const [, part = '', sign, content = ''] = /^([^=@]*)([=@])([\s\S]*)$/.exec(value) ?? [];
    if (sign === undefined) return keep(encodeURIComponent(value));
    if (sign === '@') return this.#noteFile(name, content);
    keep(part === '' ? encodeURIComponent(content) : `${part}=${encodeURIComponent(content)}`);
  }

  #takePart(value: string): void {
    const border = value.indexOf('=');
    if (border === -1) return this.note(`-F “${value}” is left out: it has no value.`);
    const name = value.slice(0, border);
    const given = value.slice(border + 1);
    const [content = '', ...settings] = given.startsWith('"') ? splitQuoted(given) : given.split(';');
    const file = /^[@<]/.test(content) ? content.slice(1) : undefined;
    if (file === undefined)
      this.#parts.push({ name, value: settings.some(isPartSetting) ? content : given.replace(/^"([\s\S]*)"$/, '$1') });
    else {
      this.#parts.push({ name, value: '', file });
      this.note(`The part “${name}” is the file “${file}”, which cannot be read here: map a file of an earlier step.`);
    }
  }

  result(variables: readonly string[]): { readonly request: CurlRequest } | { readonly problem: string } {
    if (this.#address === undefined || this.#address === '') return { problem: 'There is no address in this command.' };
    const address = splitUser(withScheme(this.#address));
    const data = this.#data.length === 0 ? undefined : this.#data.join('&');
    const query = [...this.#query, ...(this.#isGet && data !== undefined ? [data] : [])];
    const body = this.#json ?? (this.#isGet ? undefined : data);
    const headers = this.#json === undefined ? this.#headers : withJsonHeaders(this.#headers);
    if (this.#idle.length > 0) this.note(`${[...new Set(this.#idle)].join(', ')}: of use on a command line only.`);
    return {
      request: {
        method: this.#method ?? this.#usualMethod(body !== undefined),
        url: query.reduce(withQuery, address.url),
        headers,
        data: body,
        parts: this.#parts,
        user: this.#user ?? address.user,
        bearer: this.#bearer,
        seconds: this.#seconds,
        variables,
        notes: this.#notes,
      },
    };
  }

  #usualMethod(hasBody: boolean): string {
    if (this.#isHead) return 'HEAD';
    if (this.#isUpload) return 'PUT';
    return (hasBody || this.#parts.length > 0) && !this.#isGet ? 'POST' : 'GET';
  }
}

function isPartSetting(setting: string): boolean {
  return /^\s*(type|filename|headers|encoder)=/i.test(setting);
}

/** `"a;b";type=text/plain`: what stands in quotes is one content. */
function splitQuoted(given: string): string[] {
  const [, content, rest = ''] = /^"((?:[^"\\]|\\.)*)"([\s\S]*)$/.exec(given) ?? [];
  return content === undefined ? given.split(';') : [content.replace(/\\(["\\])/g, '$1'), ...rest.split(';').slice(1)];
}

/** As curl itself completes an address. */
function withScheme(address: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`;
}

function splitUser(url: string): { readonly url: string; readonly user: string | undefined } {
  const [, scheme = '', user, rest = ''] = /^([a-z][a-z\d+.-]*:\/\/)(?:([^/?#@]*)@)?([\s\S]*)$/i.exec(url) ?? [];
  if (user === undefined) return { url, user: undefined };
  try {
    return { url: `${scheme}${rest}`, user: decodeURIComponent(user) };
  } catch {
    return { url: `${scheme}${rest}`, user }; // A lone percent sign.
  }
}

function withQuery(url: string, query: string): string {
  const [before = '', ...fragment] = url.split('#');
  const joined = `${before}${before.includes('?') ? (/[?&]$/.test(before) ? '' : '&') : '?'}${query}`;
  return fragment.length === 0 ? joined : `${joined}#${fragment.join('#')}`;
}

/** `--json` brings two headers along, unless the command sets its own. */
function withJsonHeaders(headers: readonly CurlHeader[]): CurlHeader[] {
  const has = (name: string): boolean => headers.some(([given]) => given.toLowerCase() === name);
  return [
    ...headers,
    ...(has('content-type') ? [] : [['Content-Type', 'application/json'] as const]),
    ...(has('accept') ? [] : [['Accept', 'application/json'] as const]),
  ];
}
