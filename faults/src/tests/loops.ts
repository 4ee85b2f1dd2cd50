/** Workflows that would go on for ever: each is stopped, with a sentence that says why. */
import { setTimeout as delay } from 'node:timers/promises';
import { exactly, told } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { moveTo, putCalled } from '../support/called.ts';
import { idsOf, send } from '../support/load.ts';
import { START, keyed } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** Calls that may lead to one run. */
const MOST_CALLS = 25;

const call = (callee: Pick<FaultWorkflow, 'workflowId'>, waits: boolean, of: string) => ({
  id: 'call',
  kind: 'call',
  workflowId: callee.workflowId,
  workflowName: 'Faults',
  input: { of },
  waits,
});

/** A workflow that others call. Which one it calls itself is told behind, since that may be itself. */
const putLink = (bench: Bench): Promise<FaultWorkflow> => putCalled(bench, { fields: ['of'], nodes: [], edges: [] });

/** Lets a called workflow call another, or itself; an effect comes before each call. */
async function letCall(bench: Bench, from: FaultWorkflow, to: FaultWorkflow, waits: boolean): Promise<void> {
  const effect = keyed(bench.vendor.url, 'link');
  const input = {
    ...(effect['input'] as object),
    url: `${bench.vendor.url}/keyed/{{ trigger.of }}-{{ run.id }}/link`,
    body: { of: '{{ trigger.of }}' },
  };
  const { document } = await bench.db.prisma.workflowVersion.findUniqueOrThrow({ where: { id: from.versionId } });
  const { nodes } = document as unknown as { readonly nodes: readonly object[] };
  const changed = {
    ...(document as object),
    nodes: [...nodes, { ...effect, input }, call(to, waits, '{{ trigger.of }}')],
    edges: [
      { from: 'start', to: 'link' },
      { from: 'link', to: 'call' },
    ],
  };
  await bench.db.prisma.workflowVersion.update({ where: { id: from.versionId }, data: { document: changed as never } });
}

interface Ended {
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** All runs of workflows, once none of them is live any more. */
async function endedRuns(bench: Bench, workflows: readonly FaultWorkflow[], least: number): Promise<readonly Ended[]> {
  const ids = workflows.map(({ workflowId }) => workflowId);
  for (const patience = performance.now() + 60_000; ; await delay(100)) {
    const { rows: live } = await bench.db.pool.query('SELECT FROM run WHERE workflow_id = ANY($1::uuid[]) LIMIT 1', [ids]);
    const { rows } = await bench.db.pool.query<Ended>('SELECT status, error FROM run_history WHERE workflow_id = ANY($1::uuid[])', [ids]);
    if ((live.length === 0 && rows.length >= least) || performance.now() > patience) return rows;
  }
}

export const loops: readonly FaultTest[] = [
  {
    id: 'R-41',
    isOnlyLong: true,
    title: 'workflows that call themselves, waiting or not, and two that call each other, with a worker killed among them',
    within: 60,
    run: async (bench) => {
      const [awaiting, starting, ping, pong] = await Promise.all([putLink(bench), putLink(bench), putLink(bench), putLink(bench)]);
      await moveTo(bench, ping, pong);
      await letCall(bench, awaiting, awaiting, true);
      await letCall(bench, starting, starting, false);
      await letCall(bench, ping, pong, true);
      await letCall(bench, pong, ping, true);
      const rings = { 'awaits itself': [awaiting], 'starts itself': [starting], 'calls each other': [ping, pong] };
      const ingress = await bench.startIngress();
      const doomed = await bench.startWorker({ FAULT_AT: `effect.after:${10 + Math.floor(bench.random() * 20)}` });
      const entries = [];
      for (const [name, ring] of Object.entries(rings)) {
        const first = ring[0] as FaultWorkflow;
        const entry = await bench.put({
          nodes: [START, call(first, true, '{{ trigger.body.id }}')],
          edges: [{ from: 'start', to: 'call' }],
        });
        // All of them stand in the workspace of their entry.
        for (const one of ring) await moveTo(bench, entry, one);
        const id = `R41-${Object.keys(rings).indexOf(name)}`;
        await send({ ports: [ingress.port], workflow: entry, ids: idsOf(id, 1) });
        entries.push({ name, ring, id, entry });
      }
      for (const patience = performance.now() + 10_000; doomed.isAlive && performance.now() < patience;) await delay(20);
      const hasDied = !doomed.isAlive;
      await bench.startWorker();
      const figures = [];
      for (const { name, ring, id, entry } of entries) {
        const runs = await endedRuns(bench, ring, MOST_CALLS);
        const [outer] = await endedRuns(bench, [entry], 1);
        const sentences = runs.flatMap(({ error }) => (error?.code === 'calls_too_deep' ? [error.message] : []));
        const effects = [...bench.vendor.effects].filter(([effect]) => effect.startsWith(`${id}-0-`));
        figures.push(
          exactly(`${name}: runs until it was stopped`, runs.length, MOST_CALLS),
          exactly(`${name}: effects, each once`, effects.filter(([, times]) => times === 1).length, MOST_CALLS),
          exactly(
            `${name}: whose outermost run says how many calls were too many`,
            Number(
              name === 'starts itself' ? outer?.status === 'succeeded' && sentences.length === 1 : outer?.error?.code === 'calls_too_deep',
            ),
            1,
          ),
        );
        if (name === 'calls each other') figures.push(told('the sentence', (sentences[0] ?? '').slice(0, 100)));
      }
      return [...figures, exactly('workers that died among them', hasDied ? 1 : 0, 1)];
    },
  },
];
