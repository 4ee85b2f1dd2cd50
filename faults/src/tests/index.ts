import type { FaultTest } from '../test.ts';
import { answers } from './answers.ts';
import { backlogs } from './backlogs.ts';
import { cancels } from './cancels.ts';
import { capacity } from './capacity.ts';
import { clocks } from './clocks.ts';
import { crashPoints } from './crash-points.ts';
import { crashes } from './crashes.ts';
import { databaseFaults } from './database.ts';
import { deliveries } from './deliveries.ts';
import { deploys } from './deploys.ts';
import { disk } from './disk.ts';
import { documents } from './documents.ts';
import { duplicates } from './duplicates.ts';
import { failovers } from './failovers.ts';
import { echoes } from './echoes.ts';
import { frozen } from './frozen.ts';
import { hints } from './hints.ts';
import { loops } from './loops.ts';
import { networks } from './networks.ts';
import { payloads } from './payloads.ts';
import { poison } from './poison.ts';
import { pools } from './pools.ts';
import { queues } from './queues.ts';
import { races } from './races.ts';
import { scheduleChanges } from './schedule-changes.ts';
import { restores } from './restores.ts';
import { soak } from './soak.ts';
import { stalls } from './stalls.ts';
import { syncs } from './syncs.ts';
import { retention } from './retention.ts';
import { throughput } from './throughput.ts';
import { tokens } from './tokens.ts';
import { vendors } from './vendors.ts';
import { versions } from './versions.ts';
import { wrongClocks } from './wrong-clocks.ts';

/** All tests, in the order in which they run. */
export const tests: readonly FaultTest[] = [
  ...crashPoints,
  ...crashes,
  ...frozen,
  ...stalls,
  ...races,
  ...queues,
  ...hints,
  ...networks,
  ...databaseFaults,
  ...pools,
  ...disk,
  ...failovers,
  ...deploys,
  ...versions,
  ...deliveries,
  ...documents,
  ...restores,
  ...duplicates,
  ...vendors,
  ...cancels,
  ...answers,
  ...tokens,
  ...loops,
  ...echoes,
  ...retention,
  ...poison,
  ...clocks,
  ...scheduleChanges,
  ...wrongClocks,
  ...capacity,
  ...backlogs,
  ...throughput,
  ...syncs,
  ...soak,
  ...payloads,
];
