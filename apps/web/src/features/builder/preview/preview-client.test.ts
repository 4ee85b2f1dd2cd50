import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PreviewClient } from './preview-client.ts';
import type { PreviewRequest } from './protocol.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A worker whose answers the test gives. */
function fakeWorkers() {
  const started: { asked: PreviewRequest[]; isEnded: boolean; say(data: unknown): void }[] = [];
  const start = (): Worker => {
    const listeners: ((event: { data: unknown }) => void)[] = [];
    const one = {
      asked: [] as PreviewRequest[],
      isEnded: false,
      say: (data: unknown) => {
        for (const listener of listeners) listener({ data });
      },
    };
    started.push(one);
    return {
      addEventListener: (_: string, listener: (event: { data: unknown }) => void) => listeners.push(listener),
      postMessage: (request: PreviewRequest) => one.asked.push(request),
      terminate: () => (one.isEnded = true),
    } as unknown as Worker;
  };
  return { started, start };
}

const question = (text: string) => ({ kind: 'expression', text, loop: undefined }) as const;

it('the time a worker takes to start is not held against what it is asked', async () => {
  const { started, start } = fakeWorkers();
  const client = new PreviewClient(start);
  const answer = client.ask(question('1'));
  await vi.advanceTimersByTimeAsync(5000);
  expect(started).toHaveLength(1);
  started[0]?.say({ isUp: true });
  started[0]?.say({ id: 1, result: { ok: true, value: 1 } });
  expect(await answer).toEqual({ ok: true, value: 1 });
});

it('an evaluation that takes longer than a second is ended, and what waits behind it is answered by another worker', async () => {
  const { started, start } = fakeWorkers();
  const client = new PreviewClient(start);
  const [endless, next] = [client.ask(question('for ever')), client.ask(question('2'))];
  started[0]?.say({ isUp: true });
  await vi.advanceTimersByTimeAsync(1000);
  expect(await endless).toMatchObject({ ok: false });
  expect(started.map(({ isEnded }) => isEnded)).toEqual([true, false]);
  expect(started[1]?.asked).toMatchObject([{ text: '2' }]);
  started[1]?.say({ isUp: true });
  started[1]?.say({ id: 2, result: { ok: true, value: 2 } });
  expect(await next).toEqual({ ok: true, value: 2 });
});
