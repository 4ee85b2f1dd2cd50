/** The object that a map builds: nested parts are made on the way, and what came from elsewhere stays as it is. */
import { WeftError } from '@weft/errors';

/** The schema allows words only, so no path can reach a prototype but by these names. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** The object being built. `own`: the parts that this node made; what came from elsewhere is copied before it is written to. */
export interface MapOutput {
  readonly output: Record<string, unknown>;
  readonly own: Set<unknown>;
}

/** An empty output to write to. */
export function newMapOutput(): MapOutput {
  const output: Record<string, unknown> = {};
  return { output, own: new Set([output]) };
}

/** Whether a path is one name, and none that would reach a prototype: it may be written without {@link writeField}. */
export function isPlainName(to: string): boolean {
  return !to.includes('.') && !FORBIDDEN.has(to);
}

/** Writes a value at a dotted path. Throws `invalid` for a name that would reach a prototype. */
export function writeField(draft: MapOutput, to: string, value: unknown): void {
  const path = to.split('.');
  let at = draft.output;
  for (const [index, name] of path.entries()) {
    if (FORBIDDEN.has(name)) throw new WeftError({ class: 'invalid', code: 'forbidden_name', message: `“${to}” cannot be written.` });
    if (index === path.length - 1) at[name] = value;
    else at = ownPart(draft, at, name);
  }
}

function ownPart(draft: MapOutput, at: Record<string, unknown>, name: string): Record<string, unknown> {
  const present = Object.hasOwn(at, name) ? at[name] : undefined;
  if (draft.own.has(present)) return present as Record<string, unknown>; // only objects made here are in the set
  const made: Record<string, unknown> = typeof present === 'object' && present !== null && !Array.isArray(present) ? { ...present } : {};
  draft.own.add(made);
  at[name] = made;
  return made;
}
