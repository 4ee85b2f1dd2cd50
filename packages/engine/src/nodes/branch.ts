/** The branch node: the first case that holds. */
import { WeftError } from '@weft/errors';
import type { BranchNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import type { Resolve } from './map.ts';

/** The way taken. */
export interface BranchChoice {
  readonly port: string;
  readonly label: string;
}

/** Tries the cases in order. A missing value counts as false; anything but true, false or missing is an error. */
export async function executeBranch(compiled: CompiledNode<BranchNode>, resolve: Resolve): Promise<BranchChoice> {
  for (const [index, { port, label, when }] of compiled.node.cases.entries()) {
    const value = await resolve(`cases.${index}.when`);
    if (value === true) return { port, label };
    if (value !== false && value !== undefined && value !== null) {
      throw new WeftError({
        class: 'invalid',
        code: 'condition_not_boolean',
        message: `The condition of “${label}” gave ${describe(value)}, not true or false. Compare it with something, or use $boolean(…).`,
        detail: { expression: when },
      });
    }
  }
  return { port: 'otherwise', label: 'Otherwise' };
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'an object'
    : typeof value === 'string'
      ? `the text “${value.slice(0, 40)}”`
      : `the number ${String(value)}`;
}
