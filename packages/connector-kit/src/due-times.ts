/** Which times of a schedule are to be fired when somebody looks, be it late. */
import type { ConnectorDefinition, OverlapOfRuns, ScheduleTriggerDefinition } from './connector.ts';
import { parseInput, triggerOf } from './invoke.ts';

/** What a schedule has to fire. */
export interface DueTimes {
  /** To be fired, in order. */
  readonly fire: readonly Date[];
  /** Times that passed while nobody looked and that are not fired. */
  readonly missed?: { readonly count: number; readonly from: Date; readonly to: Date };
  readonly overlap: OverlapOfRuns;
  /** The first time after `now`. */
  readonly next: Date | undefined;
}

/** Times that are fired at once at most, the latest ones. */
const MOST_FIRED = 100;
/** Times that are gone through at most: a schedule of seconds that was away for days goes on from now after that many. */
const MOST_COUNTED = 10_000;
/** A time this long ago still counts as fired in time: somebody has to notice that it is due. */
const IN_TIME_MS = 60_000;

/** The times of a schedule from `dueAt`, the first that was not fired yet, up to `now`, by the policy of its input. */
export function dueTimes(
  connector: ConnectorDefinition,
  operationId: string,
  call: { readonly input: unknown; readonly dueAt: Date; readonly now: Date },
): DueTimes {
  const trigger: ScheduleTriggerDefinition = triggerOf(connector, operationId, ['schedule']);
  const input = parseInput(trigger, call.input);
  const { missed: onMissed, overlap } = trigger.policy?.(input) ?? { missed: 'last', overlap: 'parallel' };
  const most = onMissed === 'all' ? MOST_FIRED : 1;
  let count = 0;
  let passed: Date[] = [];
  for (let at: Date | undefined = call.dueAt; at !== undefined && at <= call.now && count < MOST_COUNTED; at = trigger.next(input, at)) {
    count += 1;
    // One more than is fired, so that the last of the missed ones is known.
    passed = [...passed, at].slice(-most - 1);
  }
  const isInTime = (at: Date): boolean => call.now.getTime() - at.getTime() <= IN_TIME_MS;
  const fire = passed.slice(-most).filter((at) => onMissed !== 'skip' || isInTime(at));
  const lastMissed = passed.at(-fire.length - 1);
  const missedCount = count - fire.length;
  return {
    fire,
    ...(missedCount > 0 && lastMissed ? { missed: { count: missedCount, from: call.dueAt, to: lastMissed } } : {}),
    overlap,
    next: trigger.next(input, call.now),
  };
}
