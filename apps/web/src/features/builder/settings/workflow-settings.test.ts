import { describe, expect, it } from 'vitest';
import { makeDocument, trigger } from '../../canvas/document/document.fixture.ts';
import { spanMs, spanOf } from './time-span.ts';
import { settingsOf, withSettings } from './workflow-settings.ts';

const document = makeDocument([trigger], []);

describe('the settings of a workflow', () => {
  it('are set one by one, and leave nothing behind when they are emptied', () => {
    const set = withSettings(withSettings(document, { limit: 3 }), { key: '{{ trigger.id }}', timeoutMs: 60_000, businessKey: 'x' });
    expect(set.settings).toEqual({ concurrency: { limit: 3, key: '{{ trigger.id }}' }, timeoutMs: 60_000, businessKey: 'x' });
    expect(settingsOf(set)).toEqual({ limit: 3, key: '{{ trigger.id }}', timeoutMs: 60_000, businessKey: 'x' });
    expect(withSettings(set, { limit: undefined }).settings.concurrency).toEqual({ key: '{{ trigger.id }}' });
    expect(withSettings(set, { limit: undefined, key: '', timeoutMs: Number.NaN, businessKey: '' }).settings).toEqual({});
    expect(document.settings).toEqual({});
  });

  it('stay within what a document may hold', () => {
    expect(withSettings(document, { limit: 0, timeoutMs: 1 }).settings).toEqual({ concurrency: { limit: 1 }, timeoutMs: 1000 });
    expect(withSettings(document, { limit: 5000.4 }).settings).toEqual({ concurrency: { limit: 1000 } });
  });
});

describe('a span of time', () => {
  it('is shown in the unit that it is whole in', () => {
    expect([1000, 90_000, 120_000, 7_200_000, 172_800_000].map(spanOf)).toEqual([
      { amount: 1, unit: 'seconds' },
      { amount: 90, unit: 'seconds' },
      { amount: 2, unit: 'minutes' },
      { amount: 2, unit: 'hours' },
      { amount: 2, unit: 'days' },
    ]);
    expect(spanOf(1500)).toEqual({ amount: 1.5, unit: 'seconds' });
    expect([spanMs(1.5, 'hours'), spanMs(2, 'days')]).toEqual([5_400_000, 172_800_000]);
  });
});
