/** What a step waits for, in words. Pure. */
import type { NodeWait } from '../../canvas/run-overlay.ts';

type Kind = NodeWait['kind'];

const SENTENCES: Readonly<Record<Kind, string>> = {
  timer: 'Waits for its time.',
  event: 'Waits for its address to be called.',
  review: 'Waits for a person to decide.',
  child: 'Waits for the run that it called.',
};

/** One sentence for the panel. */
export function waitSentence(kind: Kind): string {
  return SENTENCES[kind];
}

/** `contacts[12].ask` as "Item 13"; undefined outside of loops. */
export function placeOf(path: string): string | undefined {
  const indexes = [...path.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]) + 1);
  return indexes.length === 0 ? undefined : `Item ${indexes.join(', ')}`;
}
