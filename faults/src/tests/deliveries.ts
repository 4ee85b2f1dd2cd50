/** Deliveries that are no proper requests, beside proper ones. */
import { loadBlobs } from '@weft/db';
import { atMost, exactly, quick, soundness, told } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge, percentile } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { ODD_DELIVERIES, deliver } from '../support/odd-deliveries.ts';
import type { OddAnswer, OddDelivery } from '../support/odd-deliveries.ts';
import { cpuMs, loopDelay } from '../support/usage.ts';
import { chain, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

type Answered = OddAnswer & { readonly delivery: OddDelivery };

async function deliverAll(port: number, path: string, all: readonly OddDelivery[]): Promise<Answered[]> {
  const answers: Answered[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let delivery = all[next++]; delivery; delivery = all[next++]) answers.push({ delivery, ...(await deliver(port, delivery, path)) });
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return answers;
}

/** The bodies that the runs of a workflow see, by the run. */
async function bodiesOf(bench: Bench, { workflowId }: FaultWorkflow): Promise<ReadonlyMap<string, unknown>> {
  const { rows } = await bench.db.pool.query<{ id: string; input: { body?: unknown }; ref: string | null }>(
    `SELECT id, input, input_ref AS ref FROM run WHERE workflow_id = $1
     UNION ALL SELECT id, input, input_ref FROM run_history WHERE workflow_id = $1`,
    [workflowId],
  );
  const blobs = await loadBlobs(
    bench.db.pool,
    rows.flatMap(({ ref }) => (ref === null ? [] : [ref])),
  );
  return new Map(rows.map(({ id, input, ref }) => [id, ((ref === null ? input : blobs.get(ref)) as { body?: unknown }).body]));
}

function isWrong({ delivery, status, runId }: Answered, bodies: ReadonlyMap<string, unknown>): boolean {
  const { fate } = delivery;
  // A connection may end without a word where the request itself has no end.
  if (fate === 'refused') return runId !== undefined || (status !== undefined && (status < 400 || status > 499));
  return status !== 202 || runId === undefined || !fate(bodies.get(runId));
}

export const deliveries: readonly FaultTest[] = [
  {
    id: 'R-47',
    title: 'deliveries that are malformed, cut short, contradictory, too deep, too long or compressed, beside proper ones',
    within: 45,
    run: async (bench) => {
      using delay = loopDelay();
      const [odd, proper] = [await bench.put(chain(map('shape'))), await bench.put(chain(map('shape')))];
      const ingress = await bench.startIngress(delay.env);
      await bench.startWorker();
      const path = `/hooks/${odd.hookToken}`;
      const each = Array.from({ length: bench.scale(3) }, () => ODD_DELIVERIES).flat();
      // First alone, so that processor time tells of nothing else.
      const refused = each.filter(({ fate }) => fate === 'refused');
      const before = cpuMs(ingress.pid);
      const answers = await deliverAll(ingress.port, path, refused);
      const cpu = (cpuMs(ingress.pid) - before) / refused.length;
      const sending = send({ ports: [ingress.port], workflow: proper, ids: idsOf('R47', bench.scale(100)), perSecond: 50 });
      const beside = bench.random() < 0.5 ? each : each.toReversed();
      answers.push(...(await deliverAll(ingress.port, path, beside)));
      const sent = await sending;
      const late = await delay.read();
      const verdict = await judge(bench, { workflow: proper, sent, steps: [], withinMs: 20_000 });
      const bodies = await bodiesOf(bench, odd);
      const wrong = answers.filter((answer) => isWrong(answer, bodies));
      const acknowledged = answers.filter(({ runId }) => runId !== undefined).length;
      const silent = answers.filter(({ status }) => status === undefined);
      return [
        ...soundness(verdict, sent.length),
        exactly('proper ones refused meanwhile', sent.filter(({ refusals }) => refusals > 0).length, 0),
        {
          ...exactly('odd ones that did not meet what is documented', wrong.length, 0),
          ...(wrong[0] ? { got: `${wrong.length}, the first: ${wrong[0].delivery.name}, answered ${wrong[0].status}` } : {}),
        },
        exactly('runs of odd ones that nobody was told of', bodies.size - acknowledged, 0),
        exactly('ingresses that died', ingress.isAlive ? 0 : 1, 0),
        told('odd ones', `${answers.length} of ${ODD_DELIVERIES.length} kinds, ${acknowledged} accepted as documented`),
        told('ended without a word', [...new Set(silent.map(({ delivery }) => delivery.name))].join(', ') || 'none'),
        quick('refusing, p99', percentile(refusalTimes(answers), 0.99), 50, 'ms'),
        quick('lateness of the event loop of the ingress, p99', late.p99, 50, 'ms'),
        told('lateness at most', `${Math.round(late.max)} ms`),
        { ...atMost('processor time for a refusal', cpu, 20, 'ms'), isSpeed: true },
      ];
    },
  },
];

function refusalTimes(answers: readonly Answered[]): number[] {
  return answers.filter(({ delivery, status }) => delivery.fate === 'refused' && status !== undefined).map(({ ms }) => ms);
}
