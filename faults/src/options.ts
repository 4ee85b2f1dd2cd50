/** What the words after `npm run faults --` mean. */

export interface Options {
  /** Ids of tests, or of mutants. */
  readonly chosen: readonly string[];
  readonly isOfMutants: boolean;
  readonly isLong: boolean;
  /** Bars of speed count, too. */
  readonly isStrict: boolean;
  readonly seed: number;
  readonly backend: 'redis' | 'postgres';
}

const FLAGS = ['--long', '--strict', '--mutants'];
const VALUES = ['only', 'seed', 'backend'];

/** Reads the words; a sentence when one of them is not understood. `known`: ids that may be chosen. */
export function readOptions(args: readonly string[], known: readonly string[]): Options | string {
  const value = (name: string): string | undefined => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const strange = args.find((arg) => !FLAGS.includes(arg) && !VALUES.some((name) => arg.startsWith(`--${name}=`)));
  if (strange !== undefined) return `"${strange}" is unknown. There are ${FLAGS.join(', ')}, --only=…, --seed=…, --backend=redis|postgres.`;
  const backend = value('backend') ?? 'redis';
  if (backend !== 'redis' && backend !== 'postgres') return `--backend=${backend} is unknown; it takes redis or postgres.`;
  const seed = Number(value('seed') ?? Math.floor(Math.random() * 1_000_000));
  if (!Number.isSafeInteger(seed)) return '--seed takes a whole number.';
  const chosen = value('only')?.split(',') ?? known;
  const unknown = chosen.find((id) => !known.includes(id));
  if (unknown !== undefined) return `There is no "${unknown}". There are: ${known.join(', ')}.`;
  const [isOfMutants, isLong, isStrict] = ['--mutants', '--long', '--strict'].map((flag) => args.includes(flag));
  return { chosen, isOfMutants: isOfMutants === true, isLong: isLong === true, isStrict: isStrict === true, seed, backend };
}
