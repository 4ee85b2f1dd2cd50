/** Finds the line of a path in JSON text. Pure. */

/** 1-based line on which the value at `path` begins; of its nearest parent when it is not there. */
export function locate(text: string, path: readonly PropertyKey[]): number {
  let best = 0;
  let bestDepth = -1;
  walk(text, (at, offset) => {
    const isPrefix = at.length <= path.length && at.every((key, index) => String(key) === String(path[index]));
    if (isPrefix && at.length > bestDepth) {
      bestDepth = at.length;
      best = offset;
    }
  });
  return text.slice(0, best).split('\n').length;
}

/** Visits every value of valid JSON text with its path and offset. */
function walk(text: string, visit: (path: readonly (string | number)[], offset: number) => void): void {
  let at = 0;
  const blank = () => {
    while (/\s/.test(text[at] ?? '')) at += 1;
  };
  const string = (): string => {
    const start = at;
    at += 1;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at += 1;
    return JSON.parse(text.slice(start, at)) as string;
  };
  const members = (path: readonly (string | number)[], close: string, read: (index: number) => void) => {
    at += 1;
    blank();
    for (let index = 0; text[at] !== close && at < text.length; index += 1) {
      read(index);
      blank();
      if (text[at] === ',') at += 1;
      blank();
    }
    at += 1;
  };
  const value = (path: readonly (string | number)[]): void => {
    blank();
    visit(path, at);
    if (text[at] === '{') {
      members(path, '}', () => {
        const key = string();
        blank();
        at += 1;
        value([...path, key]);
      });
    } else if (text[at] === '[') members(path, ']', (index) => value([...path, index]));
    else if (text[at] === '"') string();
    else while (at < text.length && !/[\s,\]}]/.test(text[at] ?? '')) at += 1;
  };
  value([]);
}
