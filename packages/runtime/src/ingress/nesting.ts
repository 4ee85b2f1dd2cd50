/** How deeply JSON is nested, told without reading it: ten megabytes of brackets would hold up everybody else for seconds. */

/** So many levels a body may have. Far fewer than any walk through a value can bear. */
export const MOST_LEVELS = 1000;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPENING, CLOSING] = [0x7b, 0x7d];
/** Makes a bracket a brace. */
const BRACE_BIT = 0x20;

/** Whether a text that may be JSON has more levels than that. Costs nothing where it is too short to have them. */
export function isTooDeep(text: string): boolean {
  if (text.length <= MOST_LEVELS) return false;
  let levels = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      at = endOfString(text, at + 1);
      continue;
    }
    const brace = character | BRACE_BIT;
    if (brace === OPENING) {
      levels += 1;
      if (levels > MOST_LEVELS) return true;
    } else if (brace === CLOSING) levels -= 1;
  }
  return false;
}

/** Where the string ends that begins there; the end of the text when it has none. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (before >= from && text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 1) return at;
  }
  return text.length;
}
