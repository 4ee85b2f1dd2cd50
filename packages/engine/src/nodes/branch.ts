/** The branch node: the first case that holds. */
import { WeftError } from '@weft/errors';
import type { BranchCase, BranchNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import type { Resolve } from './map.ts';

/** The way taken. */
export interface BranchChoice {
  readonly port: string;
  readonly label: string;
}

/** Tries the cases in order; a promise only if a condition needs one. A missing value counts as false; anything but true, false or missing is an error. */
export function executeBranch(compiled: CompiledNode<BranchNode>, resolve: Resolve): BranchChoice | Promise<BranchChoice> {
  const { cases } = compiled.node;
  for (const [index, one] of cases.entries()) {
    const value = resolve(placeOf(index));
    if (value instanceof Promise) return tryFrom(compiled.node, { index, first: value, resolve });
    if (holds(one, value)) return { port: one.port, label: one.label };
  }
  return OTHERWISE;
}

const OTHERWISE: BranchChoice = { port: 'otherwise', label: 'Otherwise' };
const PLACES = Array.from({ length: 20 }, (_, index) => `cases.${index}.when`);

function placeOf(index: number): string {
  return PLACES[index] ?? `cases.${index}.when`;
}

async function tryFrom(
  { cases }: BranchNode,
  from: { readonly index: number; readonly first: Promise<unknown>; readonly resolve: Resolve },
): Promise<BranchChoice> {
  for (let index = from.index; index < cases.length; index += 1) {
    const one = cases[index];
    const value = await (index === from.index ? from.first : from.resolve(placeOf(index)));
    if (one && holds(one, value)) return { port: one.port, label: one.label };
  }
  return OTHERWISE;
}

function holds({ label, when }: BranchCase, value: unknown): boolean {
  if (value === true) return true;
  if (value === false || value === undefined || value === null) return false;
  throw new WeftError({
    class: 'invalid',
    code: 'condition_not_boolean',
    message: `The condition of “${label}” gave ${describe(value)}, not true or false. Compare it with something, or use $boolean(…).`,
    detail: { expression: when },
  });
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'an object'
    : typeof value === 'string'
      ? `the text “${value.slice(0, 40)}”`
      : `the number ${String(value)}`;
}
