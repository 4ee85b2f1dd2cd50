/** Finds the `{{ }}` holes of a template string. Pure; braces inside quotes do not end a hole. */

export interface Hole {
  /** First character of `{{`. */
  readonly from: number;
  /** Behind `}}`. */
  readonly to: number;
  readonly expression: string;
}

/** Closed holes, in order. */
export function holesOf(text: string): Hole[] {
  const holes: Hole[] = [];
  for (let from = text.indexOf('{{'); from !== -1;) {
    const end = endOfHole(text, from + 2);
    if (end === -1) break;
    holes.push({ from, to: end + 2, expression: text.slice(from + 2, end).trim() });
    from = text.indexOf('{{', end + 2);
  }
  return holes;
}

function endOfHole(text: string, start: number): number {
  let quote: string | undefined;
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    const char = text[index];
    if (quote !== undefined) {
      if (char === '\\') index += 1;
      else if (char === quote) quote = undefined;
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '{') depth += 1;
    else if (char === '}' && depth > 0) depth -= 1;
    else if (char === '}' && text[index + 1] === '}') return index;
  }
  return -1;
}

/** Whether a position lies inside a hole, closed or not; gives where its expression starts. */
export function holeAround(text: string, position: number): { start: number } | undefined {
  const open = text.lastIndexOf('{{', position - 1);
  if (open === -1 || open + 2 > position) return undefined;
  const close = endOfHole(text, open + 2);
  return close === -1 || position <= close ? { start: open + 2 } : undefined;
}
