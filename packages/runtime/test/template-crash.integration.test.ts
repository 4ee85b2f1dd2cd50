/**
 * A worker that dies between two writes of a template, before or behind the second one: another worker goes on, and the end is
 * the same as if nothing had happened.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { replayRun } from '@weft/runtime';
import { startTemplateBench } from './support/template-bench.ts';
import type { TemplateBench } from './support/template-bench.ts';
import { TEMPLATE_CASES } from './support/template-cases.ts';

let bench: TemplateBench | undefined;
let serial = 0;

afterEach(async () => {
  await bench?.[Symbol.asyncDispose]();
  bench = undefined;
});

describe.each(TEMPLATE_CASES)('$templateId', ({ templateId, write, act, count, end }) => {
  it('survives a worker that dies before its second write is done, and one that dies behind it', { timeout: 240_000 }, async () => {
    bench = await startTemplateBench({ templateId, isWorkerApart: true });
    for (const kind of ['hang', 'hang-after-apply'] as const) {
      await bench.settled(2);
      const name = `Crash ${templateId.split('-')[0]} ${(serial += 1)}`;
      bench.sandbox.faults.add({ ...write, times: 1, kind });
      const id = await act(bench, name);
      // The write has arrived, and nobody answers it.
      await vi.waitFor(() => expect(bench?.sandbox.faults.list()).toEqual([]), { timeout: 20_000 });
      await bench.crash();
      const run = await vi.waitFor(() => (bench as TemplateBench).endedRun(id), { timeout: 40_000 });
      expect(run.run).toMatchObject({ status: 'succeeded', error: null });
      await bench.settled(3);
      expect(await count(bench, name)).toEqual(end);
      await replayRun(bench.ctx, { id: run.run.id });
      await bench.settled(3);
      expect(await count(bench, name)).toEqual(end);
    }
  });
});
