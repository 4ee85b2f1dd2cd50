/** Connections that break, hang half-open, or lose the one answer that matters. */
import { setTimeout as delay } from 'node:timers/promises';
import { atLeast, atMost, exactly, quick, soundness, told, unharmed } from '../figures.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import { startProxy } from '../support/proxy.ts';
import { blind, chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

export const networks: readonly FaultTest[] = [
  {
    id: 'R-16',
    title: 'all connections to the database cut every few hundred milliseconds',
    within: 120,
    run: async (bench) => {
      const { url } = bench.vendor;
      const workflow = await bench.put(chain(map('shape'), keyed(url, 'first'), blind(url, 'blindSecond'), keyed(url, 'third')));
      const ingress = await bench.startIngress();
      const workers = await Promise.all([bench.startWorker(), bench.startWorker()]);
      const count = bench.scale(300);
      let cuts = 0;
      let isOver = false;
      const cutting = (async () => {
        // Not for ever: where a connection takes longer than it lives, nothing could go on.
        while (!isOver && cuts < bench.scale(15)) {
          await delay(200 + bench.random() * 300);
          bench.links.postgres.cut();
          cuts += 1;
        }
      })();
      const sent = await send({ ports: [ingress.port], workflow, ids: idsOf('R16', count), perSecond: 60 });
      isOver = true;
      await cutting;
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'blindSecond', 'third'], withinMs: 40_000 });
      const ended = [ingress, ...workers].filter(({ isAlive }) => !isAlive).length;
      return [
        ...soundness(verdict, count),
        unharmed(verdict),
        atLeast('cuts', cuts, 5, ''),
        atMost('processes of ours that ended over it', ended, 0, ''),
      ];
    },
  },
  {
    id: 'R-13',
    title: 'half-open connections to the database: nothing passes, nobody is told',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first')));
      const ingress = await bench.startIngress();
      await Promise.all([bench.startWorker(), bench.startWorker()]);
      const count = bench.scale(150);
      const sending = send({ ports: [ingress.port], workflow, ids: idsOf('R13', count), perSecond: 50, patienceMs: 90_000 });
      await delay(1000);
      bench.links.postgres.swallow();
      await delay(8000);
      // What hung is never answered; whoever waits for it has to notice by itself.
      bench.links.postgres.open();
      const reopenedAt = performance.now();
      const sent = await sending;
      const verdict = await judge(bench, { workflow, sent, steps: ['first'], withinMs: 40_000 });
      return [
        ...soundness(verdict, count),
        unharmed(verdict),
        quick('until everything was at its end after the link was back', (performance.now() - reopenedAt) / 1000, 40, 's'),
      ];
    },
  },
  {
    id: 'R-14',
    needsRedis: true,
    title: 'one worker reaches the database and no Redis, the other Redis and no database',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const own = await startProxy(bench.suite.postgres.port);
      const away = await startProxy(bench.suite.redis.port);
      try {
        const database = new URL(bench.databaseUrl);
        database.port = String(own.port);
        const ingress = await bench.startIngress();
        const cutOff = await bench.startWorker({ DATABASE_URL: database.href });
        away.close();
        await bench.startWorker({ REDIS_URL: `redis://127.0.0.1:${away.port}/1` });
        bench.vendor.latencyMs = 50;
        const count = bench.scale(300);
        const sending = send({ ports: [ingress.port], workflow, ids: idsOf('R14', count), perSecond: 60 });
        await delay(1500);
        own.swallow();
        const sent = await sending;
        const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 40_000 });
        return [
          ...soundness(verdict, count),
          unharmed(verdict),
          exactly('workers that ended over it', cutOff.isAlive ? 0 : 1, 0),
          quick('until everything was at its end', verdict.settledMs / 1000, 15, 's'),
        ];
      } finally {
        await own.stop();
        await away.stop();
      }
    },
  },
  {
    id: 'R-18',
    title: 'the answer to a commit is lost: accepting, claiming, writing steps and ends',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const ingress = await bench.startIngress();
      await bench.startWorker();
      const count = bench.scale(120);
      let lost = 0;
      const sent: Sent[] = [];
      for (const [part, statement] of ['accept-runs', 'claim-runs', 'write-group'].entries()) {
        bench.links.postgres.loseAnswersTo(statement, 6);
        const before = bench.links.postgres.lost;
        sent.push(...(await send({ ports: [ingress.port], workflow, ids: idsOf(`R18-${part}`, count / 3), perSecond: 40 })));
        await delay(1500);
        lost += bench.links.postgres.lost - before;
      }
      // Whoever accepts finds out by itself what became of the commit: its senders need not send again.
      const refusals = sent.slice(0, count / 3).reduce((sum, one) => sum + one.refusals, 0);
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 40_000 });
      return [
        ...soundness(verdict, count),
        unharmed(verdict),
        atLeast('answers that were lost', lost, 9, ''),
        exactly('deliveries refused although their runs were accepted', refusals, 0),
        told('duplicates that keys absorbed', String(bench.vendor.absorbed)),
      ];
    },
  },
];
