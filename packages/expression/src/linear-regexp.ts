/**
 * What JSONata needs of `RegExp`, on an engine whose time is linear in its input: no pattern can hang the process.
 * JSONata hands over a native RegExp that it never runs, and then sets `lastIndex` and calls `exec`.
 */
import { RE2JS } from 're2js';

export class LinearRegExp {
  lastIndex = 0;
  readonly #pattern: RE2JS;

  constructor(source: RegExp) {
    const flags = (source.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (source.multiline ? RE2JS.MULTILINE : 0);
    try {
      this.#pattern = RE2JS.compile(source.source, flags);
    } catch (cause) {
      // Back-references and look-around have no linear engine.
      throw {
        code: 'D1004',
        message: `The pattern /${source.source}/ cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      };
    }
  }

  /** The next match from `lastIndex` on, as RegExp gives it. */
  exec(text: string): (RegExpExecArray & { index: number }) | null {
    const matcher = this.#pattern.matcher(text);
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
    this.lastIndex = matcher.end();
    return Object.assign(groups, { index: matcher.start(), input: text }) as unknown as RegExpExecArray;
  }
}
