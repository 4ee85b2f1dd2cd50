/** Access to an account ends while many runs use it: it is renewed once, and where it cannot be, runs wait. */
import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import { atMost, exactly, soundness, told, unharmed } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { openOffice } from '../support/office.ts';
import { START } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** Runs whose steps are under way together. */
const TOGETHER = 50;

const task = (id: string) => ({
  id,
  kind: 'connector',
  connector: 'salesforce',
  operation: 'createRecord',
  slot: 'crm',
  input: { object: 'Task', record: { Subject: `{{ trigger.body.id }}/${id}`, Status: 'Not Started', Priority: 'Normal' } },
});

const refreshToken = ({ salesforce }: Sandbox): string =>
  salesforce.sessions.openRefresh({
    userId: salesforce.account.integrationUserId,
    clientId: salesforce.account.clientId,
    scope: 'api refresh_token',
  });

const grantsOf = (sandbox: Sandbox): number => sandbox.requests.filter(({ path }) => path.includes('/oauth2/token')).length;

/** How often each task was made, by subject. */
async function tasksOf(sandbox: Sandbox): Promise<Map<string, number>> {
  const { clientId, clientSecret } = sandbox.salesforce.account;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  const granted = (await (await fetch(`${sandbox.url}/services/oauth2/token`, { method: 'POST', body: form })).json()) as {
    access_token: string;
  };
  const query = encodeURIComponent(`SELECT Subject FROM Task WHERE Subject LIKE 'R43%' LIMIT 2000`);
  const answer = await fetch(`${sandbox.url}/services/data/v66.0/query?q=${query}`, {
    headers: { authorization: `Bearer ${granted.access_token}` },
  });
  const { records } = (await answer.json()) as { records: readonly { Subject: string }[] };
  return new Map([...Map.groupBy(records, ({ Subject }) => Subject)].map(([subject, all]) => [subject, all.length]));
}

async function parkedRuns(bench: Bench, { workflowId }: FaultWorkflow): Promise<{ count: number; reason: string }> {
  const { rows } = await bench.db.pool.query<{ count: number; reason: string | null }>(
    `SELECT count(*)::int AS count, min(wait_reason) AS reason FROM run WHERE workflow_id = $1 AND status = 'waiting' AND parked_on IS NOT NULL`,
    [workflowId],
  );
  return { count: rows[0]?.count ?? 0, reason: rows[0]?.reason ?? '' };
}

export const tokens: readonly FaultTest[] = [
  {
    id: 'R-43',
    title: 'a token ends under fifty runs at once, each renewal replaces the refresh token, and one answer with it is lost',
    within: 60,
    run: async (bench) => {
      const sandbox = await startSandbox({ port: 0, seed: 'fixture', quirks: { refreshTokenRotation: true } });
      try {
        const workers = await Promise.all([1, 2].map(() => bench.startWorker({ WEFT_CONCURRENCY: String(TOGETHER) })));
        const ingress = await bench.startIngress();
        await using office = await openOffice(bench, { workerPort: workers[0]?.port ?? 0 });
        const workflow = await bench.put({
          slots: { crm: { connector: 'salesforce' } },
          nodes: [START, task('first'), task('second')],
          edges: [
            { from: 'start', to: 'first' },
            { from: 'first', to: 'second' },
          ],
        });
        const { worker } = office.ctxOf(workflow, { name: 'Ann' });
        const { clientId, clientSecret } = sandbox.salesforce.account;
        const { workspaceId } = workflow;
        const saved = await worker.createConnection({
          workspaceId,
          connector: 'salesforce',
          authScheme: 'refreshToken',
          name: 'The account',
          values: { instanceUrl: sandbox.url, refreshToken: refreshToken(sandbox), clientId, clientSecret },
        });
        await bench.db.prisma.workflow.update({ where: { id: workflow.workflowId }, data: { bindings: { crm: saved.id } } });
        const statusOf = async (): Promise<string> =>
          (await bench.db.prisma.connection.findUniqueOrThrow({ where: { id: saved.id } })).status;
        // A renewal takes long enough for all of them to be refused meanwhile.
        sandbox.faults.add({ vendor: 'salesforce', path: '/oauth2/token', kind: 'slow', delayMs: 1500, times: 1000 });
        const rounds = bench.scale(1);
        const sent = [];
        const renewals: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          sandbox.salesforce.sessions.expireAll();
          const before = grantsOf(sandbox);
          sent.push(...(await send({ ports: [ingress.port], workflow, ids: idsOf(`R43-${round}`, TOGETHER), concurrency: TOGETHER })));
          await judge(bench, { workflow, sent, steps: [], withinMs: 30_000 });
          renewals.push(grantsOf(sandbox) - before);
        }
        const healthy = await statusOf();
        sandbox.salesforce.sessions.expireAll();
        const before = grantsOf(sandbox);
        // The vendor has replaced the refresh token, and nobody has heard by which.
        sandbox.faults.clear();
        sandbox.faults.add({ vendor: 'salesforce', path: '/oauth2/token', kind: 'reset-after-apply', times: 1 });
        sent.push(...(await send({ ports: [ingress.port], workflow, ids: idsOf('R43-lost', TOGETHER), concurrency: TOGETHER })));
        let parked = await parkedRuns(bench, workflow);
        for (const patience = performance.now() + 20_000; parked.count < TOGETHER && performance.now() < patience;) {
          await delay(50);
          parked = await parkedRuns(bench, workflow);
        }
        const broken = await statusOf();
        const askedInVain = grantsOf(sandbox) - before;
        await worker.updateConnection({ workspaceId, id: saved.id, values: { refreshToken: refreshToken(sandbox) } });
        const verdict = await judge(bench, { workflow, sent, steps: [], withinMs: 30_000 });
        const made = await tasksOf(sandbox);
        const missing = sent.flatMap(({ id }) => ['first', 'second'].filter((step) => !made.has(`${id}/${step}`)));
        return [
          ...soundness(verdict, sent.length),
          unharmed(verdict),
          exactly('runs that did not succeed', sent.length - (verdict.byStatus['succeeded'] ?? 0), 0),
          exactly('records made twice', [...made.values()].filter((times) => times > 1).length, 0),
          exactly('records that were not made', missing.length, 0),
          atMost('renewals for each token that ended', Math.max(...renewals), 1, ''),
          exactly('accounts that a renewal left broken', healthy === 'ok' ? 0 : 1, 0),
          exactly('runs that waited while no renewal could succeed', parked.count, TOGETHER),
          exactly('accounts marked for reconnecting', broken === 'reconnect' ? 1 : 0, 1),
          atMost('renewals tried once an answer was lost, of fifty steps that wanted one', askedInVain, TOGETHER / 5, ''),
          told('why they waited', parked.reason.slice(0, 80)),
          told('calls refused with 401', String(sandbox.requests.filter(({ status }) => status === 401).length)),
        ];
      } finally {
        await sandbox.close();
      }
    },
  },
];
