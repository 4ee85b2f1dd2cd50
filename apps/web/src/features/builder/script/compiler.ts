/** How the language service reads a script: the body of an async function, checked against what is in scope. Pure. */

/** TypeScript's compiler options, enums as their numbers. */
export const COMPILER_OPTIONS = {
  allowJs: true,
  checkJs: true,
  noEmit: true,
  allowNonTsExtensions: true,
  strict: false,
  strictNullChecks: true,
  // Latest; names in a script are its own, not the world's.
  target: 99,
  module: 99,
  moduleDetection: 3,
  // What the engine of scripts has: no page, no Node.
  lib: ['lib.es2024.d.ts'],
  types: [] as string[],
};

const BEFORE = 'async () => {\n';
const AFTER = '\n};';

/** A script as a whole function, on lines of its own: so `return` and `await` are where they belong. */
export function asFunction(code: string): string {
  return `${BEFORE}${code}${AFTER}`;
}

/** An offset in {@link asFunction}'s text as one in the script. */
export function offsetInScript(offset: number, code: string): number {
  return Math.max(0, Math.min(offset - BEFORE.length, code.length));
}
