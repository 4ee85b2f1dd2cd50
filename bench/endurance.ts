/** Whether a worker's memory stays where it is over many runs. */
import { setTimeout as delay } from 'node:timers/promises';
import { closedLoop } from './load.ts';
import { refuseFailures, untilFinished } from './measure.ts';
import { residentMiB } from './meter.ts';
import type { Product } from './product.ts';
import { figure, median } from './report.ts';
import type { Line } from './report.ts';
import type { Workload } from './workloads.ts';

const PARTS = 10;
/** What the collector has not got to yet comes and goes by about so much. */
const GROWTH = 1.1;

/** Measures it: looks after each tenth of the runs, and compares the last third with the one before. */
export async function measureEndurance(product: Product, workload: Workload, runs: number, say: (line: string) => void): Promise<Line[]> {
  const seen: number[] = [];
  for (let part = 0; part < PARTS; part += 1) {
    const samples = await closedLoop(product.target(workload), { connections: 32, requests: runs / PARTS, seconds: 300 });
    refuseFailures(samples, workload);
    await untilFinished(product);
    await delay(300);
    seen.push(residentMiB(product.worker.pid));
    say(`memory of the worker after ${Math.round(((part + 1) * runs) / PARTS)} runs: ${seen.at(-1)?.toFixed(0)} MiB`);
  }
  const [before, last] = [median(seen.slice(3, 6)), median(seen.slice(7))];
  const told = runs.toLocaleString('en');
  return [
    figure('memory', `of the worker after ${told} runs, MiB`, last, { digits: 0 }),
    figure('memory', `last third of ${told} runs against the middle`, last / before, { digits: 3, atMost: GROWTH }),
  ];
}
