/** Drives a run through its workers, from its first claim to its end. */
import { setImmediate as turn } from 'node:timers/promises';
import { compileWorkflow, donePagesOf, execute, isForgotten } from '../../src/index.ts';
import type { RunOutcome, StepRecord } from '../../src/index.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world.ts';

/** The event that starts every simulated run. */
export const TRIGGER = { n: 4, list: [3, 1, 4], none: null };
/** More workers than any plan of deaths and waits needs. */
const MOST_WORKERS = 5000;
/** Turns of the event loop that expressions may take without anything being asked of the world. */
const MOST_IDLE_TURNS = 200;

/** How a run ended and the world it leaves. */
export interface Finished {
  readonly outcome: RunOutcome;
  readonly world: World;
}

/** Runs to the end: dead workers are replaced, waits are waited for. */
export async function drive(options: WorldOptions): Promise<Finished> {
  const world = new World(options);
  const program = compileWorkflow(options.document);
  let isRecovery = false;
  for (let worker = 0; worker < MOST_WORKERS; worker += 1) {
    const openWaits = world.restart();
    const settled = observe(
      execute({
        program,
        trigger: TRIGGER,
        config: {},
        run: { id: 'run', startedAt: 0 },
        journal: neededOf(world.durable, options.seed),
        host: world.host(),
        signal: world.controller.signal,
        isRecovery,
        openWaits,
      }).then(async (outcome) => {
        await world.leave();
        return outcome;
      }),
    );
    await untilSettled(world, settled);
    if (settled.thrown !== undefined) throw settled.thrown.reason;
    if (settled.outcome && settled.outcome.status !== 'waiting') return { outcome: settled.outcome, world };
    if (settled.outcome) world.passUntilWoken(settled.outcome);
    isRecovery = !settled.outcome;
  }
  throw new Error('The run does not come to its end');
}

/** The journal as it is, or without the pages that are done, as the runtime reads it. */
function neededOf(records: readonly StepRecord[], seed: number): StepRecord[] {
  const done = seed % 3 === 0 ? [] : donePagesOf(records);
  return records.filter(({ path }) => !isForgotten(path, done));
}

interface Observed {
  outcome?: RunOutcome;
  thrown?: { readonly reason: unknown };
}

function observe(run: Promise<RunOutcome>): Observed {
  const observed: Observed = {};
  run.then(
    (outcome) => void (observed.outcome = outcome),
    (reason: unknown) => void (observed.thrown = { reason }),
  );
  return observed;
}

async function untilSettled(world: World, settled: Observed): Promise<void> {
  let idle = 0;
  while (!settled.outcome && !settled.thrown && !world.isDead) {
    await turn();
    if (settled.outcome || settled.thrown || world.isDead) return;
    if (world.step()) idle = 0;
    else if ((idle += 1) > MOST_IDLE_TURNS) throw new Error('The run hangs: it asks for nothing and does not end');
  }
}
