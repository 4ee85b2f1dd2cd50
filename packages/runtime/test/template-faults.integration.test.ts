/**
 * A vendor that fails at the second write of a template: does it and loses the answer, is down, throttles, or has the record
 * locked. The run comes to its end without help, everything is there once, and a replay adds nothing.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { replayRun } from '@weft/runtime';
import type { Fault } from '@weft/sandbox';
import { startTemplateBench } from './support/template-bench.ts';
import type { TemplateBench } from './support/template-bench.ts';
import { TEMPLATE_CASES } from './support/template-cases.ts';
import type { TemplateCase } from './support/template-cases.ts';

let bench: TemplateBench | undefined;
let serial = 0;

afterEach(async () => {
  await bench?.[Symbol.asyncDispose]();
  bench = undefined;
});

const LOCKED = [{ message: 'unable to obtain exclusive access to this record', errorCode: 'UNABLE_TO_LOCK_ROW' }];

/** What may happen to a write, by a word for the failure message. */
function disturbances({ read, write: { vendor, method, path } }: TemplateCase): Readonly<Record<string, Fault>> {
  const write = { vendor, ...(method === undefined ? {} : { method }), path, times: 1 };
  return {
    'the answer is lost': { ...write, kind: 'reset-after-apply' },
    'the vendor is down': { ...write, kind: 'status', status: 503, times: 2 },
    'ConnectWise throttles': { vendor: 'connectwise', method: 'GET', path: read, times: 3, kind: 'status', status: 429, retryAfter: 1 },
    ...(vendor === 'salesforce'
      ? { 'the record is locked': { ...write, kind: 'status', status: 400, body: LOCKED, times: 2 } as const }
      : {}),
  };
}

describe.each(TEMPLATE_CASES)('$templateId', (template) => {
  it('comes to one end whatever its second write meets', { timeout: 120_000 }, async () => {
    bench = await startTemplateBench({ templateId: template.templateId });
    for (const [what, fault] of Object.entries(disturbances(template))) {
      await bench.settled(2);
      const name = `Fault ${template.templateId.split('-')[0]} ${(serial += 1)}`;
      bench.sandbox.faults.add(fault);
      const id = await template.act(bench, name);
      const run = await vi.waitFor(() => (bench as TemplateBench).endedRun(id), { timeout: 40_000 });
      expect([what, run.run.status, run.run.error]).toEqual([what, 'succeeded', null]);
      expect(bench.sandbox.faults.list()).toEqual([]);
      await bench.settled(2);
      expect([what, await template.count(bench, name)]).toEqual([what, template.end]);
      await replayRun(bench.ctx, { id: run.run.id });
      await bench.settled(2);
      expect([what, await template.count(bench, name)]).toEqual([what, template.end]);
    }
  });
});
