/** Paths into an answer, as a person writes them: `data.items`, `meta['next page']`, `results[0].id`. */
import { doNotRetry } from '@weft/connector-kit';

/** The names and places of a path. A leading `$.` is taken as the answer itself. Throws `invalid` `path_malformed`. */
export function parsePath(path: string): string[] {
  const steps: string[] = [];
  let rest = path.trim().replace(/^\$\.?/, '');
  while (rest !== '') {
    const [whole, name, place, single, double] = /^\.?(?:([^.[\]'"\s]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\])/.exec(rest) ?? [];
    const step = name ?? place ?? single ?? double;
    if (whole === undefined || step === undefined)
      throw doNotRetry(`"${path}" is not a path. Write one such as data.items or meta.next[0].`, { code: 'path_malformed' });
    steps.push(step);
    rest = rest.slice(whole.length);
  }
  return steps;
}

/** The value at a path, own members only; undefined where it leads nowhere. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string, unknown>)[step];
  }
  return current;
}
