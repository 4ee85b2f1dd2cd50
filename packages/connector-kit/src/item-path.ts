/**
 * Paths into the items of a list, as people write them: `account.name`, `lines[0].total`, `` `odd.name`.x ``. Only own
 * members are read, so `constructor` and `__proto__` are names like any other.
 */
import { doNotRetry } from './signals.ts';

/** Reads one value of an item; undefined when anything on the way is missing. */
export type ItemReader = (item: unknown) => unknown;

const STEP = /^(?:`([^`]*)`|\[(-?\d+)\]|\[(?:"([^"]*)"|'([^']*)')\]|([^.[\]`]+))/;

/**
 * Makes the reader of a path. Empty, or a dot alone, means the item itself. A member that is called exactly like the
 * whole path goes first: the columns of a CSV file may hold dots and brackets. Throws `invalid` for what is no path.
 */
export function itemReader(path: string | undefined): ItemReader {
  const text = (path ?? '').trim();
  if (text === '' || text === '.') return (item) => item;
  const steps = stepsOf(text);
  if (steps === undefined)
    return (item) => {
      if (hasOwn(item, text)) return item[text];
      throw notAPath(text);
    };
  return (item) => (hasOwn(item, text) ? item[text] : steps.reduce<unknown>(stepInto, item));
}

/** The steps of a path; undefined when it is none. A whole number stands for a place in a list. */
function stepsOf(text: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  for (let rest = text; rest !== '';) {
    const found = STEP.exec(rest);
    if (found === null) return undefined;
    const [whole, quoted, index, double, single, plain] = found;
    steps.push(index === undefined ? (quoted ?? double ?? single ?? plain ?? '') : Number(index));
    rest = rest.slice(whole.length);
    if (rest.startsWith('.') && rest.length > 1) rest = rest.slice(1);
    else if (rest !== '' && !rest.startsWith('[')) return undefined;
  }
  return steps;
}

function stepInto(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' || /^-?\d+$/.test(step) ? value.at(Number(step)) : undefined;
  return hasOwn(value, String(step)) ? value[String(step)] : undefined;
}

function hasOwn(value: unknown, name: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name);
}

function notAPath(text: string): Error {
  return doNotRetry(`"${text.slice(0, 100)}" is not a path. Write names with dots between them, such as account.name or lines[0].total.`, {
    code: 'path_malformed',
  });
}
