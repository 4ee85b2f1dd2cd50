import { describe, expect, it } from 'vitest';
import { branch, makeDocument, step, trigger } from '../../canvas/document/document.fixture.ts';
import { asShown, lastAttempts, runOverlay } from './overlay.ts';
import type { OverlayStep } from './overlay.ts';

const document = makeDocument(
  [trigger, branch, step('a'), step('b'), step('c')],
  ['start>fork', 'fork:yes>a', 'fork:no>b', 'a>c', 'b>c', 'c:error>b'],
);
const at = (nodeId: string, more: Partial<OverlayStep> = {}): OverlayStep => ({
  path: nodeId,
  nodeId,
  attempt: 1,
  status: 'succeeded',
  port: 'next',
  startedAt: 0,
  finishedAt: 10,
  ...more,
});
const run = (status: string) => ({ status, startedAt: '2026-11-20T09:00:00Z' });

describe('a run over the canvas', () => {
  it('shows the way taken and what was skipped', () => {
    const overlay = runOverlay(document, run('succeeded'), [
      at('fork', { port: 'yes' }),
      at('a', { finishedAt: 212 }),
      at('b', { status: 'skipped' }),
      at('c'),
    ]);
    expect(overlay.nodes.get('a')).toEqual({ status: 'succeeded', durationMs: 212 });
    expect(overlay.nodes.get('start')?.status).toBe('succeeded');
    expect(Object.fromEntries(overlay.edges)).toMatchObject({
      'start|next|fork': 'taken',
      'fork|yes|a': 'taken',
      'fork|no|b': 'notTaken',
      'a|next|c': 'taken',
      'b|next|c': 'notTaken',
    });
  });

  it('tells what is running from what has ended', () => {
    const overlay = runOverlay(document, run('running'), [at('fork', { port: 'yes' })]);
    expect(overlay.nodes.get('a')?.status).toBe('running');
    expect(overlay.nodes.has('b')).toBe(false);
    expect(overlay.edges.get('fork|yes|a')).toBe('running');
    expect(runOverlay(document, run('failed'), [at('fork', { port: 'yes' })]).nodes.has('a')).toBe(false);
  });

  it('shows a stop that fails the run as the place where it failed, and one that skips it as done', () => {
    const stops = makeDocument(
      [
        trigger,
        { id: 'no', kind: 'stop', outcome: 'failed', message: 'x' },
        { id: 'enough', kind: 'stop', outcome: 'skipped', message: 'x' },
      ],
      ['start>no', 'start>enough'],
    );
    const error = { class: 'invalid', message: 'No account.' };
    const shown = asShown(stops, [at('no'), at('enough'), at('no', { status: 'skipped' })], error);
    expect(shown.map(({ status, error: told }) => [status, told])).toEqual([
      ['failed', error],
      ['succeeded', undefined],
      ['skipped', undefined],
    ]);
  });

  it('adds up a loop’s executions and keeps the last attempt of each', () => {
    const steps = [
      at('a', { path: 'each[0].a' }),
      at('a', { path: 'each[1].a', status: 'retrying' }),
      at('a', { path: 'each[1].a', attempt: 2, status: 'failed', finishedAt: 50 }),
    ];
    expect(lastAttempts(steps)).toHaveLength(2);
    expect(runOverlay(document, run('failed'), steps).nodes.get('a')).toEqual({
      status: 'failed',
      durationMs: 50,
      count: 2,
      failedCount: 1,
      attempts: 2,
    });
  });

  it('says of a waiting node what it waits for, and of several items until when the first does', () => {
    const waiting = { nodeId: 'a', kind: 'review', since: '2026-11-20T09:00:01Z', until: null } as const;
    const one = runOverlay(document, { ...run('waiting'), waits: [waiting] }, [at('fork', { port: 'yes' })]);
    expect(one.nodes.get('a')).toEqual({ status: 'waiting', startedAt: Date.parse(waiting.since), wait: { kind: 'review' } });
    const timers = [7000, 5000].map((until) => ({ ...waiting, kind: 'timer', until }) as const);
    const many = runOverlay(document, { ...run('running'), waits: timers }, [at('fork', { port: 'yes' }), at('a')]);
    expect(many.nodes.get('a')).toMatchObject({ status: 'waiting', count: 2, wait: { kind: 'timer', until: 5000 } });
  });
});
