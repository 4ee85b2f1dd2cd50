/**
 * A mutant: the code with one safeguard taken out, in a copy of the repository. A suite that does not notice would not
 * notice either if somebody took it out by mistake.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../support/processes.ts';

export interface Mutant {
  readonly id: string;
  /** What is missing in it. */
  readonly without: string;
  readonly file: string;
  /** Text that stands in the file exactly once, and what takes its place. */
  readonly replace: string;
  readonly by: string;
  /** The test that has to fail. */
  readonly test: string;
  /** What the figure that gives it away says. */
  readonly sees: RegExp;
}

/** Text of its file with the safeguard taken out. Throws when the file has changed so that the mutant does not fit any more. */
export function mutatedText(mutant: Mutant, text: string): string {
  const times = text.split(mutant.replace).length - 1;
  if (times !== 1)
    throw new Error(
      `The text that the mutant "${mutant.id}" replaces stands ${times} times in ${mutant.file}, not once. Fit it to what stands there now, in faults/src/mutants/list.ts.`,
    );
  // A function, so that `$` in the text stands for itself.
  return text.replace(mutant.replace, () => mutant.by);
}

/** Reads the file that a mutant changes, as it is in this repository. */
export function originalText({ file }: Mutant): string {
  return readFileSync(join(REPOSITORY, file), 'utf8');
}

/** What the processes of the suite run, with the links by which packages find each other. */
const COPIED = ['package.json', 'packages', 'apps/ingress', 'faults'];

/** Copies the code into a folder; what is installed is shared. */
export function copyCode(to: string): void {
  for (const part of COPIED) cpSync(join(REPOSITORY, part), join(to, part), { recursive: true, verbatimSymlinks: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(to, 'node_modules'));
}

/** Makes a copy the mutant; what this gives makes it whole again. */
export function mutate(code: string, mutant: Mutant): () => void {
  const original = originalText(mutant);
  const path = join(code, mutant.file);
  writeFileSync(path, mutatedText(mutant, original));
  return () => writeFileSync(path, original);
}
