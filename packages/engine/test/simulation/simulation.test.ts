/**
 * Random workflows through the engine in a simulated world, held against the model. A failure names its seed and prints the
 * document; `WEFT_SEED=1234 … simulation` repeats that seed alone.
 */
import { expect, test } from 'vitest';
import { differences } from './compare.ts';
import { randomDocument } from './documents.ts';
import { TRIGGER, drive } from './drive.ts';
import type { Finished } from './drive.ts';
import { modelRun } from './model.ts';
import { randomFrom } from './random.ts';

const only = process.env['WEFT_SEED'];
const SEEDS = only === undefined ? Array.from({ length: 400 }, (_, index) => index + 1) : [Number(only)];
/** Deaths tried per seed at most: all boundaries of a short run, a spread of those of a long one. */
const MOST_DEATHS = 24;
const GROUP = 50;
const groups = Array.from({ length: Math.ceil(SEEDS.length / GROUP) }, (_, index) => SEEDS.slice(index * GROUP, (index + 1) * GROUP)).map(
  (seeds) => [seeds.length > 1 ? `seeds ${seeds[0]} to ${seeds.at(-1)}` : `seed ${seeds[0]}`, seeds] as const,
);

/** What is wrong with a finished run, with all that is needed to look into it; empty when it is right. */
function faultsOf(seed: number, what: string, { outcome, world }: Finished): string[] {
  const document = randomDocument(seed);
  const found = [...world.broken, ...differences(modelRun(document, seed, TRIGGER), { outcome, records: world.durable })];
  if (found.length === 0) return [];
  const steps = world.durable.map(({ path, attempt, status, port }) => `${path}#${attempt} ${status} ${port ?? ''}`);
  return [`seed ${seed}, ${what}`, ...found, JSON.stringify(document), ...steps];
}

test.each(groups)('without a crash it does what the model does: %s', async (_, seeds) => {
  for (const seed of seeds)
    expect(faultsOf(seed, 'no crash', await drive({ seed, document: randomDocument(seed), dies: () => false }))).toEqual([]);
});

test.each(groups)('dying at any boundary changes nothing: %s', async (_, seeds) => {
  for (const seed of seeds) {
    const document = randomDocument(seed);
    const { world } = await drive({ seed, document, dies: () => false });
    const every = Math.max(1, Math.ceil(world.boundaries.length / MOST_DEATHS));
    for (let at = seed % every; at < world.boundaries.length; at += every) {
      const finished = await drive({ seed, document, dies: (boundary) => boundary === at });
      expect(faultsOf(seed, `death at boundary ${at} (${world.boundaries[at]})`, finished)).toEqual([]);
    }
  }
});

test.each(groups)('dying again and again changes nothing: %s', async (_, seeds) => {
  for (const seed of seeds) {
    const random = randomFrom(seed + 7);
    const finished = await drive({ seed, document: randomDocument(seed), dies: () => random.chance(0.25) });
    expect(faultsOf(seed, 'a death at one boundary in four', finished)).toEqual([]);
  }
});

test.each(groups)('after a cancellation nothing begins, and it ends as cancelled or as it was decided before: %s', async (_, seeds) => {
  for (const seed of seeds) {
    const document = randomDocument(seed);
    const at = randomFrom(seed + 11).int(0, 12);
    const { outcome, world } = await drive({ seed, document, dies: () => false, cancels: (boundary) => boundary === at });
    const model = modelRun(document, seed, TRIGGER);
    const found = outcome.status === 'cancelled' ? [] : differences(model, { outcome, records: world.durable });
    expect([...world.broken, ...found], `seed ${seed}, cancelled at boundary ${at}\n${JSON.stringify(document)}`).toEqual([]);
  }
});
