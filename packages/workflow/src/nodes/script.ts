import type { ScriptNode } from '../document.ts';
import { ERROR, NEXT } from './kind.ts';
import type { KindShape } from './kind.ts';

/** How long a script may take when its node says nothing, and at most. Milliseconds. */
export const SCRIPT_TIMEOUT_MS = 5000;
export const LONGEST_SCRIPT_MS = 60_000;

export const scriptShape: KindShape<ScriptNode> = {
  title: () => 'Run a script',
  summary: ({ code }) => firstComment(code) ?? 'JavaScript, in a closed box',
  ports: () => [NEXT, ERROR],
  // Code is no template: it reads its data by name.
  resolved: () => [],
  check: ({ code, timeoutMs }) => [
    ...(code.trim() === '' ? [{ severity: 'error', path: 'code', code: 'no_code', message: 'Write what the script does.' } as const] : []),
    ...(timeoutMs !== undefined && timeoutMs > LONGEST_SCRIPT_MS
      ? [
          {
            severity: 'error',
            path: 'timeoutMs',
            code: 'script_too_long',
            message: `A script may take ${LONGEST_SCRIPT_MS / 1000} seconds at most; what takes longer belongs into several steps.`,
          } as const,
        ]
      : []),
    ...(code.trim() !== '' && !/\breturn\b/.test(code)
      ? [{ severity: 'warning', path: 'code', code: 'no_return', message: 'The script returns nothing, so its output is empty.' } as const]
      : []),
  ],
};

/** What a script begins by saying about itself. */
function firstComment(code: string): string | undefined {
  return /^\s*\/\/\s*(\S.*)/.exec(code)?.[1]?.slice(0, 80);
}

/** The data that a script can read by name. */
export const SCRIPT_ROOTS = ['trigger', 'steps', 'item', 'index', 'run', 'config', 'error'] as const;

/** Which of the data a script needs: the roots it names, and of `steps` the nodes it names. */
interface ScriptNeeds {
  readonly roots: readonly (typeof SCRIPT_ROOTS)[number][];
  /** Undefined: all of them, because it does more with `steps` than to take one by its name. */
  readonly steps: readonly string[] | undefined;
}

/** As much of a scope as a script asks for: what it is given when it runs. */
export function scriptScope(code: string, scope: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const needs = scriptNeeds(code);
  const steps = objectOf(scope['steps']);
  const wanted = needs.steps ?? Object.keys(steps);
  return Object.fromEntries(
    needs.roots.map((root) => [
      root,
      root === 'steps'
        ? Object.fromEntries(wanted.filter((id) => Object.hasOwn(steps, id)).map((id) => [id, steps[id]]))
        : // No failure is null, so that a script can ask; a name that nobody has given would be an error.
          root === 'error'
          ? (scope[root] ?? null)
          : scope[root],
    ]),
  );
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Reads a script's needs from its words. Words in texts and comments count too: too much does no harm. */
function scriptNeeds(code: string): ScriptNeeds {
  const words = new Set(code.match(/[A-Za-z_$][\w$]*/g) ?? []);
  const roots = SCRIPT_ROOTS.filter((root) => words.has(root));
  if (!words.has('steps')) return { roots, steps: [] };
  const named = [...code.matchAll(/\bsteps\s*(?:\?\.|\.)\s*([A-Za-z_$][\w$]*)|\bsteps\s*(?:\?\.)?\[\s*(['"])([^'"]*)\2\s*\]/g)];
  const uses = code.match(/\bsteps\b/g)?.length ?? 0;
  return { roots, steps: named.length === uses ? named.map((match) => match[1] ?? match[3] ?? '') : undefined };
}
