/**
 * Plain paths such as `steps.account.record.Name` or `` trigger.rows[0].`Order No` ``, as closures. They follow JSONata's
 * meaning (a step over a list is taken of each of its members, a list of one collapses) and read own properties only.
 */

/** A compiled path: gives the value, or undefined. */
export type PathReader = (scope: Readonly<Record<string, unknown>>) => unknown;

interface Step {
  readonly name: string;
  readonly index: number | undefined;
}

const STEP = /(?:([A-Za-z_][A-Za-z0-9_]*)|`([^`]+)`)(?:\[(-?\d{1,9})\])?/y;
/** Words that JSONata reads as operators or values in this place. */
const RESERVED = new Set(['and', 'or', 'in', 'true', 'false', 'null']);

/** The steps of a plain path, or undefined when the text is more than that. */
export function parsePath(text: string): Step[] | undefined {
  const steps: Step[] = [];
  let at = 0;
  for (;;) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (!match) return undefined;
    const name = match[1] ?? match[2] ?? '';
    if (match[1] !== undefined && RESERVED.has(name)) return undefined;
    steps.push({ name, index: match[3] === undefined ? undefined : Number(match[3]) });
    at = STEP.lastIndex;
    if (at === text.length) return steps;
    if (text[at] !== '.') return undefined;
    at += 1;
  }
}

/** Compiles a plain path. */
export function compilePath(steps: readonly Step[]): PathReader {
  return (scope) => {
    let current: unknown = scope;
    for (const [at, step] of steps.entries()) {
      current = take(current, step, at === steps.length - 1);
      if (current === undefined) return undefined;
    }
    return current;
  };
}

/** Writes a path as an expression: names that are no plain words stand in backticks. */
export function pathToExpression(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const word = /^[A-Za-z_]\w*$/.test(part) && !RESERVED.has(part) ? part : `\`${part.replaceAll('`', "'")}\``;
    return text === '' ? word : `${text}.${word}`;
  }, '');
}

function take(value: unknown, step: Step, isLast: boolean): unknown {
  if (!Array.isArray(value)) return pick(own(value, step.name), step.index);
  const results: unknown[] = [];
  const found = value
    .map((member) => (Array.isArray(member) ? take(member, step, false) : pick(own(member, step.name), step.index)))
    .filter((result) => result !== undefined);
  // At the end of a path, a list that is the only find stays as it is, even empty or with one member.
  if (isLast && step.index === undefined && found.length === 1 && Array.isArray(found[0])) return found[0];
  for (const result of found) {
    if (Array.isArray(result)) for (const one of result) results.push(one);
    else results.push(result);
  }
  if (results.length <= 1) return results[0];
  return results;
}

function pick(value: unknown, index: number | undefined): unknown {
  if (index === undefined || value === undefined) return value;
  const list = Array.isArray(value) ? value : [value];
  return list.at(index);
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || name === '__proto__' || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
