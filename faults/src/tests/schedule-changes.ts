/** A schedule is changed while a worker is at its turn: what it was before fires no more. */
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@weft/db';
import { createWorkflow, deleteWorkflow, publishWorkflow, saveDraft, setWorkflowEnabled } from '@weft/runtime';
import type { Ctx } from '@weft/runtime';
import { atLeast, exactly, told } from '../figures.ts';
import type { Bench } from '../support/bench.ts';
import type { RunningProcess } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { contextOf } from '../support/use-case-context.ts';
import type { FaultTest } from '../test.ts';

const EVERY_SECOND = '* * * * * *';
const EVEN_SECONDS = '*/2 * * * * *';
/** What people do to a schedule. `draft`: it is edited and not published. */
const CHANGES = ['draft', 'version', 'cron', 'off', 'delete'] as const;
type Change = (typeof CHANGES)[number];
/** A worker takes eight turns at once. */
const AT_ONCE = 8;

/** What holds from the end of a change on. Epoch milliseconds; while a change is under way, both what was and what comes may fire. */
interface State {
  readonly begun: number;
  readonly done: number;
  readonly version: number;
  readonly cron: string;
  readonly isOn: boolean;
}

interface Schedule {
  readonly id: string;
  readonly states: State[];
}

const documentOf = (cron: string, mark: string) => ({
  format: 'weft/workflow@1',
  name: `Schedule ${mark}`,
  nodes: [
    { id: 'start', kind: 'trigger', connector: 'schedule', operation: 'at', input: { cron, missed: 'all' } },
    { id: 'shape', kind: 'map', fields: [{ to: 'mark', from: mark }] },
  ],
  edges: [{ from: 'start', to: 'shape' }],
});

async function createSchedule(ctx: Ctx): Promise<Schedule> {
  const begun = Date.now();
  const { id } = await createWorkflow(ctx, { name: 'Schedule', document: documentOf(EVERY_SECOND, 'first') });
  await publishWorkflow(ctx, { id });
  await setWorkflowEnabled(ctx, { id, enabled: true });
  return { id, states: [{ begun, done: Date.now(), version: 1, cron: EVERY_SECOND, isOn: true }] };
}

async function change(ctx: Ctx, schedule: Schedule, what: Change): Promise<void> {
  const { id, states } = schedule;
  const last = states.at(-1) as State;
  const begun = Date.now();
  let next: Pick<State, 'version' | 'cron' | 'isOn'> = last;
  if (what === 'off') {
    // Switched off, on the next time it is switched on.
    await setWorkflowEnabled(ctx, { id, enabled: !last.isOn });
    next = { ...last, isOn: !last.isOn };
  } else if (what === 'delete') {
    await deleteWorkflow(ctx, { id });
    next = { ...last, isOn: false };
  } else {
    const cron = what === 'cron' ? (last.cron === EVERY_SECOND ? EVEN_SECONDS : EVERY_SECOND) : last.cron;
    const { draftRevision } = await ctx.db.prisma.workflow.findUniqueOrThrow({ where: { id } });
    await saveDraft(ctx, { id, document: documentOf(what === 'draft' ? EVEN_SECONDS : cron, newId()), expectedRevision: draftRevision });
    if (what !== 'draft') next = { ...last, cron, version: (await publishWorkflow(ctx, { id })).version };
  }
  states.push({ ...next, begun, done: Date.now() });
}

interface Firing {
  workflow: string;
  at: number;
  scheduledFor: string;
  version: number;
}

/** All times that fired, by the database's clock, which is the one of this machine. */
async function firings(bench: Bench, schedules: readonly Schedule[]): Promise<Firing[]> {
  const { rows } = await bench.db.pool.query<Firing>(
    `SELECT r.workflow_id AS workflow, (extract(epoch FROM r.created_at) * 1000)::float8 AS at, r.input->>'scheduledFor' AS "scheduledFor", v.number AS version
     FROM (SELECT workflow_id, version_id, created_at, input FROM run UNION ALL SELECT workflow_id, version_id, created_at, input FROM run_history) AS r
     JOIN workflow_version v ON v.id = r.version_id WHERE r.workflow_id = ANY($1::uuid[])`,
    [schedules.map(({ id }) => id)],
  );
  return rows;
}

/** Why a schedule should not have fired as it did; undefined when it may. */
function objection({ states }: Schedule, firing: Firing): string | undefined {
  if (states.some(({ begun, done }) => firing.at >= begun && firing.at <= done)) return undefined;
  const live = states.findLast(({ done }) => done < firing.at);
  if (!live?.isOn) return 'it was off';
  if (live.version !== firing.version) return `version ${firing.version}, live was ${live.version}`;
  if (live.cron === EVEN_SECONDS && new Date(firing.scheduledFor).getUTCSeconds() % 2 === 1) return 'a time of its former cron';
  return undefined;
}

/** Stops a worker that is at no turn, so that it holds none. */
async function freezeIdle(bench: Bench, worker: RunningProcess): Promise<void> {
  await until('a worker is at no turn', async () => {
    worker.freeze();
    await delay(20);
    if ((await turnsUnderWay(bench)) === 0) return true;
    worker.thaw();
    return false;
  });
}

async function turnsUnderWay(bench: Bench): Promise<number> {
  return (await bench.db.pool.query('SELECT FROM trigger_binding WHERE lease_until > now()')).rowCount ?? 0;
}

export const scheduleChanges: readonly FaultTest[] = [
  {
    id: 'R-27',
    title: 'schedules edited, published anew, switched off and on and deleted during their ticks',
    within: 60,
    run: async (bench) => {
      const workspaceId = newId();
      await bench.db.prisma.workspace.create({ data: { id: workspaceId, name: 'Faults' } });
      const [worker, sleeper] = await Promise.all([
        bench.startWorker(),
        bench.startWorker({ FAULT_AT: 'turn.taken:0', FAULT_HOW: 'freeze' }),
      ]);
      sleeper.freeze();
      await using ctx = await contextOf(bench, { workspaceId, worker });
      const schedules = await Promise.all(Array.from({ length: AT_ONCE }, () => createSchedule(ctx)));
      const before = async (): Promise<boolean> => new Set((await firings(bench, schedules)).map((one) => one.workflow)).size === AT_ONCE;
      await until('all schedules fire', before);

      // One worker has taken the turns of all and not yet written what they gave. Then people change them.
      await freezeIdle(bench, worker);
      await delay(1000);
      sleeper.thaw();
      await until('the worker sleeps in the middle of its turns', async () => (await turnsUnderWay(bench)) > 0 && sleeper.isFrozen);
      const inTheMiddle = await turnsUnderWay(bench);
      worker.thaw();
      await Promise.all(schedules.map((schedule, index) => change(ctx, schedule, CHANGES[index % CHANGES.length] as Change)));
      await delay(300);
      sleeper.thaw();

      // Both are awake, and people change what they like around the beginning of a second.
      const others = await Promise.all(Array.from({ length: bench.scale(4) }, () => createSchedule(ctx)));
      await Promise.all(
        others.map(async (schedule) => {
          for (let time = 0; time < 2; time += 1) {
            await delay(1000 - (Date.now() % 1000) + (bench.random() - 0.3) * 150);
            await change(ctx, schedule, CHANGES[Math.floor(bench.random() * 4)] as Change);
          }
        }),
      );
      const all = [...schedules, ...others];
      const lastChange = Math.max(...all.map(({ states }) => states.at(-1)?.done ?? 0));
      const goOn = all.filter(({ states }) => states.at(-1)?.isOn);
      const silent = async (): Promise<Schedule[]> => {
        const found = await firings(bench, goOn);
        return goOn.filter(({ id }) => !found.some(({ workflow, at }) => workflow === id && at > lastChange));
      };
      await until('all that are on go on', async () => (await silent()).length === 0, 8000).catch(() => {});
      const still = await silent();
      const fired = await firings(bench, all);
      const byId = new Map(all.map((schedule) => [schedule.id, schedule]));
      const wrong = fired.flatMap((firing) => objection(byId.get(firing.workflow) as Schedule, firing) ?? []);
      const twice = [...Map.groupBy(fired, ({ workflow, scheduledFor }) => `${workflow} ${scheduledFor}`).values()].filter(
        ({ length }) => length > 1,
      );
      return [
        atLeast('turns under way while their schedules were changed', inTheMiddle, AT_ONCE, ''),
        exactly(`times that fired although they should not ${wrong[0] ?? ''}`.trim(), wrong.length, 0),
        exactly('times that fired more than once', twice.length, 0),
        exactly('schedules that are on and fired no more', still.length, 0),
        told('changes; times that fired', `${all.reduce((sum, { states }) => sum + states.length - 1, 0)}; ${fired.length}`),
      ];
    },
  },
];
