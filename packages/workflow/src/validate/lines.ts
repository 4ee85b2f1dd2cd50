/** The line of a finding in the text it was found in. Follows the path and skips all else, without recursion. */

const BLANK = /\s*/y;
const PLAIN = /[^\s,\]}]*/y;

/**
 * 1-based line on which the value at a finding's path begins, or its nearest parent that is there. `text` is the JSON of
 * `root`; nodes in the path may stand by their id.
 */
export function lineOf(text: string, root: unknown, path: string): number {
  const words = path === '' ? [] : path.split('.');
  let at = skipBlank(text, 0);
  let value = root;
  for (let index = 0; index < words.length; index += 1) {
    const step = stepInto(value, words, index);
    const next = step === undefined ? undefined : childAt(text, at, step.key);
    if (step === undefined || next === undefined) break;
    at = next;
    value = (value as Record<PropertyKey, unknown>)[step.key];
    index += step.words - 1;
  }
  return text.slice(0, at).split('\n').length;
}

/** The member that a path goes on to. A name may itself hold dots, so the longest one that is there is taken. */
function stepInto(value: unknown, words: readonly string[], index: number): { key: string | number; words: number } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const word = words[index] ?? '';
  if (Array.isArray(value)) {
    const position = /^\d+$/.test(word) ? Number(word) : value.findIndex((member) => (member as { id?: unknown } | null)?.id === word);
    return position >= 0 && position < value.length ? { key: position, words: 1 } : undefined;
  }
  for (let end = words.length; end > index; end -= 1) {
    const key = words.slice(index, end).join('.');
    if (Object.hasOwn(value, key)) return { key, words: end - index };
  }
  return undefined;
}

/** Where the value of a member of the object or list at an offset begins. */
function childAt(text: string, start: number, key: string | number): number | undefined {
  const isObject = text[start] === '{';
  let at = skipBlank(text, start + 1);
  for (let position = 0; at < text.length && text[at] !== '}' && text[at] !== ']'; position += 1) {
    let name: string | number = position;
    if (isObject) {
      const end = skipString(text, at);
      name = JSON.parse(text.slice(at, end)) as string;
      at = skipBlank(text, skipBlank(text, end) + 1);
    }
    if (name === key) return at;
    at = skipBlank(text, skipValue(text, at));
    if (text[at] === ',') at = skipBlank(text, at + 1);
  }
  return undefined;
}

function skipValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const char = text[at];
    if (char === '"') at = skipString(text, at);
    else if (char === '{' || char === '[') {
      depth += 1;
      at += 1;
    } else if (char === '}' || char === ']') {
      depth -= 1;
      at += 1;
    } else if (depth === 0) return match(PLAIN, text, at);
    else at += 1;
  } while (depth > 0 && at < text.length);
  return at;
}

function skipString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipBlank(text: string, at: number): number {
  return match(BLANK, text, at);
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
