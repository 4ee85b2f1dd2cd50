import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { createScriptPool } from './script-pool.ts';
import type { ScriptRun } from './script-pool.ts';

const pool = createScriptPool({ size: 2 });
afterAll(() => pool.close());

function run(code: string, scope: Record<string, unknown> = {}, more: Partial<ScriptRun> = {}) {
  return pool.run({ workspaceId: 'w1', code, scope, timeoutMs: 1000, seed: 'run|step', ...more });
}

async function output(code: string, scope: Record<string, unknown> = {}, more: Partial<ScriptRun> = {}): Promise<unknown> {
  return (await run(code, scope, more)).output;
}

describe('a script', () => {
  it('reads its data by name and gives what it returns', async () => {
    expect(
      await output('const names = trigger.people.map((p) => p.name);\nreturn { names, count: names.length };', {
        trigger: { people: [{ name: 'Ä' }, { name: '🙂' }] },
      }),
    ).toEqual({
      names: ['Ä', '🙂'],
      count: 2,
    });
    expect(await output('return (await Promise.resolve(steps.a)) + 1', { steps: { a: 41 } })).toBe(42);
    expect(await output('const x = 1;')).toBeNull();
  });

  it('has its console captured, also when it fails', async () => {
    const { console } = await run("console.log('a', 1, { b: [2] });\nconsole.warn(undefined, null);");
    expect(console).toEqual([
      { level: 'log', text: 'a 1 {"b":[2]}' },
      { level: 'warn', text: 'undefined null' },
    ]);
    await expect(run("console.log('so far');\nthrow new Error('no');")).rejects.toMatchObject({
      detail: { console: [{ level: 'log', text: 'so far' }] },
    });
  });

  it('that fails is told with its line', async () => {
    await expect(run('const a = 1;\nreturn nothing.at.all;')).rejects.toMatchObject({
      class: 'invalid',
      code: 'script_failed',
      message: expect.stringMatching(/^Line 2: .*nothing/) as string,
      detail: { line: 2 },
    });
    await expect(run('const a = 1;\n\nreturn (((;')).rejects.toMatchObject({
      code: 'script_failed',
      message: expect.stringMatching(/^Line 3: SyntaxError/) as string,
      detail: { line: 3 },
    });
    await expect(run("throw 'plain text'")).rejects.toMatchObject({ message: 'The script threw "plain text".' });
    await expect(run('await new Promise(() => {})')).rejects.toMatchObject({ code: 'script_pending' });
    await expect(run('const a = {}; a.a = a; return a')).rejects.toMatchObject({ code: 'script_output' });
    await expect(run('return () => 1')).rejects.toMatchObject({ code: 'script_output' });
  });

  it('meets the same chance when it is run again, and another in another step', async () => {
    const first = await output('return [Math.random(), Math.random()]');
    expect(await output('return [Math.random(), Math.random()]')).toEqual(first);
    expect(await output('return [Math.random(), Math.random()]', {}, { seed: 'run|other' })).not.toEqual(first);
  });
});

describe('a script that means no good', { timeout: 30_000 }, () => {
  const healthy = async (): Promise<void> => expect(await output('return 1 + 1')).toBe(2);

  it.each([
    ['an endless loop', 'while (true) {}', 'script_timeout'],
    ['an endless loop behind a catch', 'for (;;) { try { for (;;) {} } catch {} }', 'script_timeout'],
    ['a regular expression that never ends', "return /^(a+)+$/.test('a'.repeat(40) + 'b')", 'script_timeout'],
    ['a number that grows without end', 'let a = 2n; for (;;) a = a * a;', /script_(timeout|memory|failed)/],
    ['a sort of millions', 'return Array.from({ length: 5e6 }, () => Math.random()).sort()[0]', /script_(timeout|memory)/],
    ['jobs that make jobs', 'const f = () => Promise.resolve().then(f); await f();', /script_(timeout|memory|pending)/],
    ['endless recursion', 'const f = () => f() + 1; return f();', /script_(depth|failed)/],
    ['deep data', "return JSON.parse('['.repeat(200000) + ']'.repeat(200000))", /script_(depth|failed)/],
  ])('%s is stopped', async (_, code, expected) => {
    const startedAt = performance.now();
    const error = await run(code).then(
      () => {
        throw new Error('It came to an end');
      },
      (thrown: { code: string; class: string }) => thrown,
    );
    expect(error.class).toBe('invalid');
    expect(error.code).toMatch(expected);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await healthy();
  });

  it.each([
    ['lists', 'const a = []; for (;;) a.push(new Array(1000).fill(a.length));'],
    ['texts', "let s = 'x'; const all = []; for (;;) { all.push(s); s = s + s + all.length; }"],
    ['maps', 'const m = new Map(); for (let i = 0; ; i += 1) m.set({}, "x".repeat(1000) + i);'],
    ['buffers', 'const a = []; for (;;) a.push(new ArrayBuffer(8 * 1024 * 1024));'],
    ['closures', 'const a = []; for (;;) { const big = new Array(100).fill(1); a.push(() => big); }'],
  ])('memory eaten by %s is bounded', async (_, code) => {
    await expect(run(code, {}, { timeoutMs: 4000 })).rejects.toMatchObject({
      code: expect.stringMatching(/script_(memory|timeout|failed|died)/) as string,
    });
    await healthy();
  });

  it('output, console and input have limits', async () => {
    await expect(run("return 'x'.repeat(11 * 1024 * 1024)", {}, { timeoutMs: 5000 })).rejects.toMatchObject({
      code: expect.stringMatching(/script_(output_large|memory)/) as string,
    });
    const { console } = await run("for (let i = 0; i < 3000; i += 1) console.log('x'.repeat(5000));", {}, { timeoutMs: 5000 });
    expect(console).toHaveLength(201);
    expect(console[0]?.text).toHaveLength(2000);
    await expect(run('return 1', { trigger: 'x'.repeat(21 * 1024 * 1024) })).rejects.toMatchObject({ code: 'script_input_large' });
  });

  it.each([
    ['process', 'return typeof process'],
    ['require', 'return typeof require'],
    ['fetch', 'return typeof fetch'],
    [
      'the constructor of a function',
      "return typeof (function () {}).constructor('return typeof process')() === 'string' ? (function () {}).constructor('return typeof process')() : 'object'",
    ],
    ['the constructor of the console', "return typeof console.log.constructor('return globalThis.process')()"],
    ['a stack trace', "const e = new Error('x'); Error.prepareStackTrace = (_, s) => s; return typeof e.stack[0]?.getThis"],
    ['WebAssembly', 'return typeof WebAssembly'],
    ['a shared buffer', 'return typeof Atomics'],
    ['a module', "return await import('node:fs').then(() => 'module', () => 'undefined')"],
  ])('finds no %s of the world outside', async (_, code) => {
    expect(await output(code)).toBe('undefined');
  });

  it('leaves nothing behind for the next one, and changes nothing of ours', async () => {
    await output("globalThis.left = 1; Object.prototype.polluted = 'yes'; Array.prototype.map = () => 'broken'; return 1");
    expect(await output('return [typeof left, ({}).polluted ?? null, [1].map((x) => x + 1)]')).toEqual(['undefined', null, [2]]);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    const parsed = (await output('return trigger', {
      trigger: JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":1}') as unknown,
    })) as Record<string, unknown>;
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it('of one workspace is never run where one of another was', async () => {
    // Two processes; a third workspace takes the place of one, in a process of its own.
    const owners = ['w1', 'w2', 'w3', 'w1', 'w3'];
    const seen = await Promise.all(owners.map((workspaceId) => output('return trigger', { trigger: workspaceId }, { workspaceId })));
    expect(seen).toEqual(owners);
  });

  it('is stopped when its run is', async () => {
    const controller = new AbortController();
    const running = run('for (;;) {}', {}, { timeoutMs: 20_000, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('cancelled')), 100);
    const startedAt = performance.now();
    await expect(running).rejects.toThrow('cancelled');
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await healthy();
  });

  it('has written no file', () => {
    expect(readdirSync(tmpdir()).filter((name) => name.includes('weft-escape'))).toEqual([]);
  });
});
