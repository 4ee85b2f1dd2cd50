import { WeftError } from '@weft/errors';
import { afterAll, expect, it } from 'vitest';
import { createScriptPool } from '../adapters/script-pool.ts';
import type { ScriptPool, ScriptResult, ScriptRun } from '../adapters/script-pool.ts';
import { createScriptTrials } from './try-script.ts';

const real = createScriptTrials(createScriptPool({ size: 1 }));
afterAll(() => real.close());

const request = { workspaceId: 'w1', scope: {}, timeoutMs: 2000 };

it('gives output, console and time, or the sentence with its line', async () => {
  expect(
    await real.run({ ...request, code: "console.warn('so far');\nreturn trigger.n + 1;", scope: { trigger: { n: 41 } } }),
  ).toMatchObject({ ok: true, output: 42, console: [{ level: 'warn', text: 'so far' }], durationMs: expect.any(Number) as number });
  expect(await real.run({ ...request, code: "console.log('a');\nreturn nothing.here;" })).toEqual({
    ok: false,
    message: expect.stringMatching(/^Line 2: ReferenceError/) as string,
    line: 2,
    console: [{ level: 'log', text: 'a' }],
  });
  expect(await real.run({ ...request, code: 'for (;;) {}', timeoutMs: 300 })).toMatchObject({
    ok: false,
    message: 'The script took longer than 0.3 s and was stopped.',
  });
}, 30_000);

it('cuts an output that is too large to be looked at', async () => {
  const trial = await real.run({ ...request, code: "return { text: 'ä'.repeat(50_000) }" });
  expect(trial).toMatchObject({ ok: true, output: { truncated: true, size: 100_011, preview: expect.stringMatching(/^\{"text":"ä+$/) } });
}, 30_000);

/** A pool whose scripts end when they are told to. */
function heldPool(): ScriptPool & { readonly asked: ScriptRun[]; end(): void } {
  const asked: ScriptRun[] = [];
  const ends: ((result: ScriptResult) => void)[] = [];
  return {
    asked,
    run: (script) => {
      asked.push(script);
      return new Promise((resolve) => ends.push(resolve));
    },
    end: () => ends.shift()?.({ output: null, console: [], durationMs: 1 }),
    close: () => {},
  };
}

it('lets nobody hold the place for others: two at once for a workspace, four in all, ten seconds each', async () => {
  const pool = heldPool();
  const trials = createScriptTrials(pool);
  const of = (workspaceId: string) => trials.run({ workspaceId, code: 'return 1', scope: {}, timeoutMs: 60_000 });
  const first = [of('a'), of('a'), of('b'), of('c')];
  await expect(of('a')).rejects.toMatchObject({ class: 'throttled', code: 'scripts_busy' });
  await expect(of('d')).rejects.toMatchObject({ class: 'throttled', code: 'scripts_busy' });
  expect(pool.asked.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 10_000, 10_000, 10_000]);
  pool.end();
  await first[0];
  const next = of('d');
  expect(pool.asked).toHaveLength(5);
  for (let index = 0; index < 4; index += 1) pool.end();
  await Promise.all([...first, next]);
});

it('hands on what is no fault of the script', async () => {
  const broken = new WeftError({ class: 'bug', code: 'pool', message: 'x' });
  const trials = createScriptTrials({ run: () => Promise.reject(broken), close: () => {} });
  await expect(trials.run({ ...request, code: 'return 1' })).rejects.toBe(broken);
});
