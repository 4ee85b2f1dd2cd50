/** One run that goes through very many records, page by page, in little memory. */
import { setTimeout as delay } from 'node:timers/promises';
import { loadNeededSteps } from '@weft/db';
import { atMost, exactly, quick, soundness, told } from '../figures.ts';
import { untilDrained } from '../support/backlog.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { send } from '../support/load.ts';
import { memoryMb } from '../support/usage.ts';
import type { FaultTest } from '../test.ts';

/** The most that a worker may allocate, megabytes. */
const HEAP_MB = 512;
/** What `storage.list` gives as one page. */
const PAGE = 500;
/** Records that are put in by one statement. */
const AT_ONCE = 10_000;
/** One record of so many is sent to the vendor. */
const EVERY = 100;
/** Steps of the body for each record: the branch, and the call that most do without. */
const PER_RECORD = 2;

/** Goes through stored records; each that is a multiple of `EVERY` is sent to the vendor, once. */
async function putSync(bench: Bench, records: number): Promise<FaultWorkflow> {
  const start = { id: 'start', kind: 'trigger', connector: 'webhook', operation: 'received', input: { method: 'POST' } };
  const each = {
    id: 'each',
    kind: 'loop',
    pages: { connector: 'storage', operation: 'list', input: { prefix: 'record:' } },
    concurrency: 10,
    onItemError: 'continue',
  };
  const which = {
    id: 'which',
    kind: 'branch',
    parent: 'each',
    cases: [{ port: 'sent', label: 'Sent', when: `item.value % ${EVERY} = 0` }],
  };
  const push = {
    id: 'push',
    kind: 'connector',
    parent: 'each',
    connector: 'http',
    operation: 'request',
    input: {
      url: `${bench.vendor.url}/keyed/R24-{{ item.value }}/push`,
      method: 'POST',
      body: { of: '{{ item.value }}' },
      keyHeader: 'idempotency-key',
    },
    retry: { attempts: 8, baseMs: 50, capMs: 400 },
  };
  const last = {
    id: 'last',
    kind: 'connector',
    connector: 'storage',
    operation: 'set',
    input: { key: 'result', value: '{{ steps.each }}' },
  };
  const workflow = await bench.put({
    nodes: [start, each, which, push, last],
    edges: [
      { from: 'start', to: 'each' },
      { from: 'which', fromPort: 'sent', to: 'push' },
      { from: 'each', to: 'last' },
    ],
  });
  for (let from = 0; from < records; from += AT_ONCE)
    await bench.db.pool.query(
      `INSERT INTO stored_value (workspace_id, key, value)
       SELECT $1, 'record:' || lpad(i::text, 6, '0'), to_jsonb(i) FROM generate_series($2::int, $3::int) AS i`,
      [workflow.workspaceId, from, Math.min(from + AT_ONCE, records) - 1],
    );
  return workflow;
}

async function pagesDone(bench: Bench, runId: string): Promise<number> {
  const { rows } = await bench.db.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM step_run WHERE run_id = $1 AND path LIKE 'each[done%'`,
    [runId],
  );
  return rows[0]?.count ?? 0;
}

async function resultOf(bench: Bench, { workspaceId }: FaultWorkflow): Promise<{ count?: number; failed?: number; pages?: number }> {
  const { rows } = await bench.db.pool.query<{ value: object }>(
    `SELECT value FROM stored_value WHERE workspace_id = $1 AND key = 'result'`,
    [workspaceId],
  );
  return rows[0]?.value ?? {};
}

export const syncs: readonly FaultTest[] = [
  {
    id: 'R-24',
    title: `one run through very many records, in ${HEAP_MB} MB, with a worker killed in the middle`,
    within: 90,
    isOnlyLong: true,
    run: async (bench) => {
      const records = bench.suite.isLong ? 500_000 : 20_000;
      const pages = records / PAGE;
      const workflow = await putSync(bench, records);
      const ingress = await bench.startIngress();
      const small = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` };
      const first = await bench.startWorker(small);
      const startedAt = performance.now();
      const sent = await send({ ports: [ingress.port], workflow, ids: ['R24'] });
      const runId = sent[0]?.runId ?? '';
      const killAt = Math.ceil(pages * (0.2 + 0.6 * bench.random()));
      while ((await pagesDone(bench, runId)) < killAt && first.isAlive) await delay(50);
      const peaks = [first.isAlive ? memoryMb(first.pid).peak : NaN];
      const diedBefore = first.isAlive ? 0 : 1;
      await first.kill();
      const done = await pagesDone(bench, runId);
      const needed = (await loadNeededSteps(bench.db.pool, [runId])).length;
      const second = await bench.startWorker(small);
      const killedAt = performance.now();
      while ((await pagesDone(bench, runId)) === done && performance.now() - killedAt < 60_000) await delay(50);
      const resumedMs = performance.now() - killedAt;
      await untilDrained(bench, workflow, 60_000 + records * 3);
      const seconds = (performance.now() - startedAt) / 1000;
      peaks.push(second.isAlive ? memoryMb(second.pid).peak : NaN);
      const verdict = await judge(bench, { workflow, sent, steps: [], withinMs: 10_000 });
      const result = await resultOf(bench, workflow);
      const missing = Array.from({ length: records / EVERY }, (_, index) => `R24-${index * EVERY}/push`).filter(
        (effect) => bench.vendor.effects.get(effect) !== 1,
      );
      return [
        ...soundness(verdict, 1),
        exactly('runs that succeeded', verdict.byStatus['succeeded'] ?? 0, 1),
        exactly('records gone through', result.count ?? 0, records),
        exactly('records that failed', result.failed ?? -1, 0),
        exactly('records sent to the vendor other than once', missing.length, 0),
        exactly('effects that nobody asked for', bench.vendor.effects.size - records / EVERY, 0),
        // The page that was under way, and a line for each that was done.
        atMost('steps read to go on', needed, PAGE * PER_RECORD + done + 10, ''),
        atMost('calls made again, of the page that was under way', bench.vendor.absorbed, PAGE / EVERY, ''),
        exactly('workers that died of it', diedBefore + (second.isAlive ? 0 : 1), 0),
        quick('from the new worker to its first page', resumedMs / 1000, 15, 's'),
        told('pages done when the first was killed', `${done} of ${pages}`),
        told('records a second, all in all', String(Math.round(records / seconds))),
        told('memory at most', peaks.map((peak) => `${peak} MB`).join(', ')),
      ];
    },
  },
];
