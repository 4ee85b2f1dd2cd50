/** The database is lost while runs are in flight, and put back as it was some time before. */
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '@weft/db';
import { atLeast, exactly, quick, soundness, told, unharmed } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { blind, chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** The events of the runs of a workflow that have not ended. */
async function unfinished(bench: Bench, { workflowId }: FaultWorkflow): Promise<ReadonlySet<string>> {
  const { rows } = await bench.db.pool.query<{ event: string }>("SELECT input->'body'->>'id' AS event FROM run WHERE workflow_id = $1", [
    workflowId,
  ]);
  return new Set(rows.map(({ event }) => event));
}

/** Effects that happened more than once, by the event of their run. */
function twice(bench: Bench, prefix: string): string[] {
  return [...bench.vendor.effects].filter(([effect, times]) => effect.startsWith(prefix) && times > 1).map(([effect]) => effect);
}

export const restores: readonly FaultTest[] = [
  {
    id: 'R-46',
    title: 'all is lost while runs are in flight, and a backup from before is restored',
    within: 90,
    run: async (bench) => {
      const { url } = bench.vendor;
      const pause = { id: 'pause', kind: 'wait', mode: 'duration', duration: { amount: 4, unit: 'seconds' } };
      const kinds = {
        keyed: await bench.put(chain(map('shape'), keyed(url, 'first'), keyed(url, 'second'), keyed(url, 'third'))),
        waiting: await bench.put(chain(keyed(url, 'first'), pause, keyed(url, 'second'))),
        blind: await bench.put(chain(keyed(url, 'first'), blind(url, 'blindSecond'), keyed(url, 'third'), blind(url, 'blindFourth'))),
      };
      const count = bench.scale(30);
      bench.vendor.latencyMs = 250 + bench.random() * 100;
      // Of half of them the first call is under way during the backup: what nobody can look up comes after it.
      bench.vendor.behave({ when: (path) => /R46-blind-.*\/first$/.test(path), times: count / 2, delayMs: 4000 });
      const ingress = await bench.startIngress();
      const worker = await bench.startWorker({ WEFT_CONCURRENCY: String(count) });
      const sendTo = (name: keyof typeof kinds, many: number) =>
        send({ ports: [ingress.port], workflow: kinds[name], ids: idsOf(`R46-${name}`, many), perSecond: count });
      const sending = Promise.all([sendTo('keyed', count), sendTo('waiting', Math.ceil(count / 4)), sendTo('blind', count)]);
      const [keyedSent, waitingSent, blindSent] = await sending;
      const backup = await bench.suite.postgres.backUp();
      // It goes on for a while, and what it does in that time is in no backup.
      const before = bench.vendor.calls.length;
      const blindAfter = (): number => bench.vendor.calls.slice(before).filter(({ path }) => path.endsWith('/blindSecond')).length;
      for (let tries = 0; blindAfter() < count / 4 && tries < 400; tries += 1) await delay(50);
      const callsAfter = blindAfter();
      await Promise.all([worker.kill(), ingress.kill()]);
      await bench.flushRedis();
      const lostAt = performance.now();
      const restored = await backup.restore();
      const databaseUrl = restored.url(new URL(bench.databaseUrl).pathname.slice(1));
      const db = openDatabase({ url: databaseUrl, applicationName: 'weft-faults', max: 10 });
      const again: Bench = { ...bench, db };
      try {
        const open = new Set((await Promise.all(Object.values(kinds).map((kind) => unfinished(again, kind)))).flatMap((ids) => [...ids]));
        const effectsBefore = bench.vendor.calls.length;
        const next = await bench.startWorker({
          DATABASE_URL: databaseUrl,
          WEFT_CONCURRENCY: String(count),
          WEFT_RESTORED_AT: new Date(Date.now() + 60_000).toISOString(),
        });
        for (let tries = 0; bench.vendor.calls.length === effectsBefore && tries < 600; tries += 1) await delay(50);
        const recoveredMs = performance.now() - lostAt;
        const verdicts = {
          keyed: await judge(again, { workflow: kinds.keyed, sent: keyedSent, steps: ['first', 'second', 'third'], withinMs: 40_000 }),
          waiting: await judge(again, { workflow: kinds.waiting, sent: waitingSent, steps: ['first', 'second'], withinMs: 40_000 }),
          blind: await judge(again, {
            workflow: kinds.blind,
            sent: blindSent,
            steps: ['first', 'blindSecond', 'third', 'blindFourth'],
            withinMs: 40_000,
          }),
        };
        const { blind: blindVerdict, ...others } = verdicts;
        await next.stop();
        return [
          ...Object.entries(others).flatMap(([kind, verdict]) =>
            [...soundness(verdict, kind === 'keyed' ? keyedSent.length : waitingSent.length), unharmed(verdict)].map((figure) => ({
              ...figure,
              what: `${kind}: ${figure.what}`,
            })),
          ),
          ...soundness(blindVerdict, blindSent.length).map((figure) => ({ ...figure, what: `blind: ${figure.what}` })),
          exactly('effects twice at the vendor, with a key or without', twice(bench, 'R46').length, 0),
          atLeast('calls that nobody can look up, after the backup and before the loss', callsAfter, 1, ''),
          atLeast('calls made once more, which their keys absorbed', bench.vendor.absorbed, 1, ''),
          atLeast('runs that were in flight in the backup', open.size, count, ''),
          told('uncertain', `${blindVerdict.byStatus['uncertain'] ?? 0} of ${blindSent.length} with calls that nobody can look up`),
          quick('from the loss to the next call', recoveredMs / 1000, 25, 's'),
        ];
      } finally {
        await db.close();
        await restored.stop();
      }
    },
  },
];
