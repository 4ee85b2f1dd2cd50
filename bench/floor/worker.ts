/** The floor's worker: takes a job, runs closures, writes the end with result and trace in one UPDATE, publishes the answer. */
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { WORKLOADS } from '../workloads.ts';
import { ANSWERS, QUEUE } from './names.ts';
import type { FloorAnswer } from './names.ts';
import type { FloorScope } from './steps.ts';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const redisUrl = process.env['REDIS_URL'] ?? '';
const publisher = new Redis(redisUrl);
const vendorUrl = process.env['VENDOR_URL'] ?? '';
const programs = new Map(WORKLOADS.map((workload) => [workload.id, { steps: workload.floor(vendorUrl), isAnswered: workload.isAnswered }]));

const FINISH = {
  name: 'finish',
  text: `UPDATE floor_run SET status = 'done', result = $2, trace = $3, finished_at = now() WHERE id = $1`,
};

const worker = new Worker<{ id: string; input: unknown }>(
  QUEUE,
  async (job) => {
    const { id, input } = job.data;
    const program = programs.get(job.name);
    if (!program) throw new Error(`There is no workload ${job.name}`);
    const scope: FloorScope = { trigger: { body: input }, steps: {} };
    const trace: unknown[] = [];
    let result: unknown;
    for (const step of program.steps) {
      const startedAt = Date.now();
      result = await step.run(scope);
      scope.steps[step.id] = result;
      trace.push({ node: step.id, status: 'succeeded', output: result, startedAt, finishedAt: Date.now() });
    }
    const answer = JSON.stringify(result);
    await pool.query({ ...FINISH, values: [id, answer, JSON.stringify(trace)] });
    if (program.isAnswered) await publisher.publish(ANSWERS, JSON.stringify({ id, answer } satisfies FloorAnswer));
  },
  { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }), concurrency: 50 },
);
worker.on('error', (error) => console.error(error));
await worker.waitUntilReady();
process.send?.({ ready: true, port: 0 });
process.on('disconnect', () => process.exit(0));
