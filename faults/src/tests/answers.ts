/**
 * Waits that are answered twice, by several, too late and too early, while workers die. Decisions go through the use case
 * that the web process calls; answers to addresses go over HTTP through an ingress.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { answerReview, cancelRun, waitAddress } from '@weft/runtime';
import type { Ctx } from '@weft/runtime';
import { exactly, told } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { watchEndings } from '../support/endings.ts';
import { idsOf, send } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import { openOffice } from '../support/office.ts';
import type { Office } from '../support/office.ts';
import { START, keyed } from '../support/workflows.ts';
import type { FaultTest, Figure } from '../test.ts';

const PEOPLE = ['Ann', 'Bob'] as const;
/** How long decisions and addresses that end by themselves are open. */
const OPEN_SECONDS = 3;
const SOON = { amount: OPEN_SECONDS, unit: 'seconds' };

/** A question, with an effect for each way out of it. */
function asking(url: string, deadline?: typeof SOON): { nodes: unknown[]; edges: unknown[] } {
  const ports = ['approved', 'rejected', ...(deadline ? ['expired'] : [])];
  const ask = { id: 'ask', kind: 'review', subject: 'May {{ trigger.body.id }} go on?', ...(deadline ? { deadline } : {}) };
  return {
    nodes: [START, ask, ...ports.map((port) => keyed(url, port))],
    edges: [{ from: 'start', to: 'ask' }, ...ports.map((port) => ({ from: 'ask', fromPort: port, to: port }))],
  };
}

/** Sends out its address, does something slow, then waits to be called there; its effect tells which answer it took. */
function calledBack(url: string, timeout?: typeof SOON): { nodes: unknown[]; edges: unknown[] } {
  const ask = keyed(url, 'ask');
  const after = keyed(url, 'after');
  return {
    nodes: [
      START,
      { ...ask, input: { ...(ask['input'] as object), body: { callback: '{{ resume.answer }}' } } },
      { ...keyed(url, 'slow'), timeoutMs: 60_000 },
      { id: 'answer', kind: 'wait', mode: 'event', ...(timeout ? { timeout } : {}) },
      { ...after, input: { ...(after['input'] as object), url: `${url}/keyed/{{ trigger.body.id }}/after{{ steps.answer.body.number }}` } },
      ...(timeout ? [keyed(url, 'late')] : []),
    ],
    edges: [
      { from: 'start', to: 'ask' },
      { from: 'ask', to: 'slow' },
      { from: 'slow', to: 'answer' },
      { from: 'answer', to: 'after' },
      ...(timeout ? [{ from: 'answer', fromPort: 'timeout', to: 'late' }] : []),
    ],
  };
}

/** What one click or request was told. */
interface Told {
  readonly wasTaken: boolean;
  /** The choice or the number that it brought. */
  readonly brought: string;
  /** The code of the refusal, or what the address answered. */
  readonly word: string;
  readonly sentence: string;
  readonly by: string;
}

async function decide(ctx: Ctx, id: string, choice: string): Promise<Told> {
  const by = ctx.actor.name;
  return answerReview(ctx, { id, choice }).then(
    () => ({ wasTaken: true, brought: choice, word: 'taken', sentence: '', by }),
    (error: { code?: string; message: string }) => ({
      wasTaken: false,
      brought: choice,
      word: error.code ?? '',
      sentence: error.message,
      by,
    }),
  );
}

async function callBack(port: number, token: string, number: number): Promise<Told> {
  const response = await fetch(`http://127.0.0.1:${port}/resume/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ number }),
  });
  const { status = String(response.status) } = (await response.json()) as { status?: string };
  return { wasTaken: status === 'accepted', brought: `after${number}`, word: status, sentence: '', by: '' };
}

const run = ({ runId }: Sent): string => runId ?? '';

/** Everything that a group of runs needs: the desk of each person, and what has happened to each run. */
interface Scene {
  readonly bench: Bench;
  readonly office: Office;
  readonly port: number;
  readonly count: number;
}

async function sendTo(scene: Scene, workflow: FaultWorkflow, name: string): Promise<Sent[]> {
  return send({ ports: [scene.port], workflow, ids: idsOf(`R31-${name}`, scene.count) });
}

/** The waits of runs by run, once all of them have one, whether or not its time is over by then. */
async function waitsOf(bench: Bench, sent: readonly Sent[], which: string): Promise<Map<string, string>> {
  const ids = sent.map(run);
  for (const patience = performance.now() + 30_000; performance.now() < patience;) {
    const { rows } = await bench.db.pool.query<{ id: string; run_id: string }>(
      `SELECT id, run_id FROM run_wait WHERE run_id = ANY($1::uuid[]) AND ${which}`,
      [ids],
    );
    if (rows.length === ids.length) return new Map(rows.map((row) => [row.run_id, row.id]));
    await delay(30);
  }
  throw new Error('Not every run came to its wait');
}

const questionsOf = (bench: Bench, sent: readonly Sent[]): Promise<Map<string, string>> =>
  waitsOf(bench, sent, `kind = 'review' AND reached_at IS NOT NULL`);

/** The last parts of the addresses of runs: once they are there, or as soon as their addresses were sent out. */
async function tokensOf(bench: Bench, ctx: Ctx, sent: readonly Sent[], isReached: boolean): Promise<Map<string, string>> {
  const waits = await waitsOf(bench, sent, `kind = 'event' ${isReached ? 'AND reached_at IS NOT NULL' : ''}`);
  const addresses = [...waits].map(async ([runId, id]) => [runId, (await waitAddress(ctx, { id })).url.split('/').at(-1) ?? ''] as const);
  return new Map(await Promise.all(addresses));
}

/** Runs of one kind, and what was answered to each. */
interface Group {
  readonly sent: readonly Sent[];
  /** The effect of a run that nobody answered in time; none for one that was cancelled. */
  readonly otherwise: readonly string[];
  readonly told: Map<string, readonly Told[]>;
}

const LATE_WORDS = ['review_decided', 'review_over', 'already handled'];

/** What does not add up: more than one answer taken, an effect that is not that of the answer, a refusal that does not say why. */
function wrongsOf(bench: Bench, groups: Readonly<Record<string, Group>>): Record<'doubled' | 'untrue' | 'unclear', string[]> {
  const wrongs = { doubled: [] as string[], untrue: [] as string[], unclear: [] as string[] };
  for (const group of Object.values(groups))
    for (const one of group.sent) {
      const told = group.told.get(run(one)) ?? [];
      const taken = told.filter(({ wasTaken }) => wasTaken);
      const wanted = taken[0] ? [taken[0].brought] : group.otherwise;
      const effects = [...bench.vendor.effects].filter(([effect]) => effect.startsWith(`${one.id}/`) && !/\/(ask|slow)$/.test(effect));
      const made = effects.flatMap(([effect, times]) => Array.from({ length: times }, () => effect.split('/')[1] ?? ''));
      if (taken.length > 1) wrongs.doubled.push(one.id);
      if (made.join() !== wanted.join()) wrongs.untrue.push(`${one.id} made ${made.join()}, not ${wanted.join()}`);
      const isClear = ({ word, sentence }: Told): boolean =>
        LATE_WORDS.includes(word) && (word !== 'review_decided' || sentence.includes(taken[0]?.by ?? '–'));
      for (const refusal of told.filter(({ wasTaken }) => !wasTaken))
        if (!isClear(refusal)) wrongs.unclear.push(`${one.id}: ${refusal.word}`);
    }
  return wrongs;
}

/** Answers each run of a group, all of them at once. */
async function answerEach(group: Group, answer: (one: Sent) => readonly Promise<Told>[]): Promise<void> {
  await Promise.all(
    group.sent.map(async (one) => {
      const before = group.told.get(run(one)) ?? [];
      group.told.set(run(one), [...before, ...(await Promise.all(answer(one)))]);
    }),
  );
}

export const answers: readonly FaultTest[] = [
  {
    id: 'R-31',
    title: 'decisions and call-backs: twice, by two people, after cancellation and expiry, with an old address, and too early',
    within: 60,
    run: async (bench) => {
      const { url } = bench.vendor;
      const ingress = await bench.startIngress();
      const first = await bench.startWorker({ WEFT_CONCURRENCY: '100' });
      await using office = await openOffice(bench, { workerPort: first.port });
      const scene: Scene = { bench, office, port: ingress.port, count: bench.scale(6) };
      const open = { ask: await bench.put(asking(url)), call: await bench.put(calledBack(url)) };
      const ending = { ask: await bench.put(asking(url, SOON)), call: await bench.put(calledBack(url, SOON)) };
      const group = async (workflow: FaultWorkflow, name: string, otherwise: readonly string[] = []): Promise<Group> => ({
        sent: await sendTo(scene, workflow, name),
        otherwise,
        told: new Map(),
      });
      const person = (workflow: FaultWorkflow, name: string): Ctx => office.ctxOf(workflow, { name });
      bench.vendor.behave({ when: (path) => path.includes('R31-early') && path.endsWith('slow'), hang: true });
      const groups = {
        asked: await group(open.ask, 'asked'),
        askedCancelled: await group(open.ask, 'asked-cancelled'),
        askedLate: await group(ending.ask, 'asked-late', ['expired']),
        askedAtTheEnd: await group(ending.ask, 'asked-end', ['expired']),
        early: await group(open.call, 'early'),
        called: await group(open.call, 'called'),
        calledCancelled: await group(open.call, 'called-cancelled'),
        calledLate: await group(ending.call, 'called-late', ['late']),
      };
      const ann = {
        open: person(open.ask, 'Ann'),
        ending: person(ending.ask, 'Ann'),
        call: person(open.call, 'Ann'),
        late: person(ending.call, 'Ann'),
      };
      const questions = new Map([
        ...(await questionsOf(bench, [...groups.asked.sent, ...groups.askedCancelled.sent])),
        ...(await questionsOf(bench, [...groups.askedLate.sent, ...groups.askedAtTheEnd.sent])),
      ]);
      const tokens = new Map([
        ...(await tokensOf(bench, ann.call, [...groups.called.sent, ...groups.calledCancelled.sent], true)),
        ...(await tokensOf(bench, ann.late, groups.calledLate.sent, true)),
        ...(await tokensOf(bench, ann.call, groups.early.sent, false)),
      ]);
      const question = (one: Sent): string => questions.get(run(one)) ?? '';
      const token = (one: Sent): string => tokens.get(run(one)) ?? '';
      // Nobody executes anything while the answers come.
      await first.kill();
      bench.vendor.behaveWell();
      const clicks = (workflow: FaultWorkflow) => (one: Sent) =>
        PEOPLE.flatMap((name, index) =>
          [1, 2].map(() => decide(person(workflow, name), question(one), index === 0 ? 'approved' : 'rejected')),
        );
      const calls = (one: Sent) => [1, 2, 3].map((number) => callBack(scene.port, token(one), number));
      const { rows } = await bench.db.pool.query<{ id: string; due: Date }>(
        `SELECT run_id AS id, due_at AS due FROM run_wait WHERE due_at IS NOT NULL`,
      );
      const dueOf = new Map(rows.map(({ id, due }) => [id, due.getTime()]));
      const untilDue = (one: Sent): number => (dueOf.get(run(one)) ?? 0) - Date.now();
      await Promise.all([
        answerEach(groups.asked, clicks(open.ask)),
        answerEach(groups.called, calls),
        answerEach(groups.early, calls),
        ...groups.askedCancelled.sent.map((one) => cancelRun(ann.open, { id: run(one) })),
        ...groups.calledCancelled.sent.map((one) => cancelRun(ann.call, { id: run(one) })),
      ]);
      await Promise.all([
        answerEach(groups.askedCancelled, clicks(open.ask)),
        answerEach(groups.calledCancelled, calls),
        answerEach(groups.askedAtTheEnd, (one) => [
          delay(Math.max(0, untilDue(one) - 150 + bench.random() * 200)).then(() => decide(ann.ending, question(one), 'approved')),
        ]),
      ]);
      await delay(Math.max(0, ...[...groups.askedLate.sent, ...groups.calledLate.sent].map(untilDue)) + 100);
      await Promise.all([answerEach(groups.askedLate, clicks(ending.ask)), answerEach(groups.calledLate, calls)]);
      // The one that takes them up dies among their effects; the next one finds what it left.
      const doomed = await bench.startWorker({ FAULT_AT: `effect.after:${2 + Math.floor(bench.random() * 6)}` });
      for (const patience = performance.now() + 8000; doomed.isAlive && performance.now() < patience;) await delay(20);
      const hasDied = !doomed.isAlive;
      await bench.startWorker();
      const all = Object.values(groups).flatMap(({ sent }) => sent);
      const endings = await watchEndings(bench, all.map(run), 30_000);
      const byStatus = (group: Group, status: string): number =>
        group.sent.filter((one) => endings.get(run(one))?.status === status).length;
      const cancelled = byStatus(groups.askedCancelled, 'cancelled') + byStatus(groups.calledCancelled, 'cancelled');
      const succeeded = [...endings.values()].filter(({ status }) => status === 'succeeded').length;
      // Again at addresses and questions of runs that have ended.
      await Promise.all([answerEach(groups.called, calls), answerEach(groups.early, calls), answerEach(groups.asked, clicks(open.ask))]);
      const guessed = await Promise.all(Array.from({ length: 5 }, () => callBack(scene.port, 'x'.repeat(43), 1)));
      const wrongs = wrongsOf(bench, groups);
      const counted = (what: string, list: readonly string[]): Figure => exactly([what, ...list.slice(0, 2)].join(' '), list.length, 0);
      const taken = Object.values(groups).flatMap(({ told: answered }) => [...answered.values()].flat());
      return [
        exactly('runs that did not end', all.length - endings.size, 0),
        exactly('cancelled', cancelled, 2 * scene.count),
        exactly('succeeded', succeeded, 6 * scene.count),
        counted('answered more than once', wrongs.doubled),
        counted('with another effect than that of their answer', wrongs.untrue),
        counted('refusals that do not say why', wrongs.unclear),
        exactly('guessed addresses that were known', guessed.filter(({ word }) => word !== '404').length, 0),
        exactly(
          'answers before the run was there that were lost',
          scene.count - [...groups.early.told.values()].filter((some) => some.some(({ wasTaken }) => wasTaken)).length,
          0,
        ),
        exactly('workers that died among the answers', hasDied ? 1 : 0, 1),
        told(
          'answers; taken; in the moment of expiry taken',
          `${taken.length}; ${taken.filter(({ wasTaken }) => wasTaken).length}; ${[...groups.askedAtTheEnd.told.values()].flat().filter(({ wasTaken }) => wasTaken).length} of ${scene.count}`,
        ),
      ];
    },
  },
];
