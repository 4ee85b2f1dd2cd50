import { describe, expect, test } from 'vitest';
import { createRateLimiter } from './rate-limit.ts';

const never = new AbortController().signal;

function clocked(options: { perMinute: number; concurrent: number; burst?: number; maxWaitMs?: number }) {
  let time = 0;
  const slept: number[] = [];
  const limiter = createRateLimiter({
    ...options,
    now: () => time,
    sleep: async (ms) => {
      slept.push(ms);
      time += ms;
    },
  });
  return { limiter, slept, advance: (ms: number) => (time += ms) };
}

describe('the rate of a connection', () => {
  test('a burst passes at once, then one call per interval', async () => {
    const { limiter, slept } = clocked({ perMinute: 60, concurrent: 10, burst: 2 });
    for (let call = 0; call < 4; call += 1) (await limiter.acquire(never))();
    expect(slept).toEqual([1000, 1000]);
  });

  test('places are given back in order', async () => {
    const { limiter } = clocked({ perMinute: 6000, concurrent: 1 });
    const order: number[] = [];
    const release = await limiter.acquire(never);
    const second = limiter.acquire(never).then((leave) => (order.push(2), leave()));
    const third = limiter.acquire(never).then((leave) => (order.push(3), leave()));
    expect(order).toEqual([]);
    release();
    await Promise.all([second, third]);
    expect(order).toEqual([2, 3]);
  });

  test('a pause is waited out when short and thrown when long, and ends', async () => {
    const { limiter, slept, advance } = clocked({ perMinute: 6000, concurrent: 2, maxWaitMs: 5000 });
    limiter.pause(2000);
    (await limiter.acquire(never))();
    expect(slept).toEqual([2000]);
    limiter.pause(30_000);
    await expect(limiter.acquire(never)).rejects.toMatchObject({ class: 'throttled', retryAfterMs: 30_000 });
    advance(30_000);
    (await limiter.acquire(never))();
    expect(slept).toEqual([2000]);
  });

  test('one that is stopped while waiting leaves no hole', async () => {
    const { limiter } = clocked({ perMinute: 6000, concurrent: 1 });
    const release = await limiter.acquire(never);
    const stop = new AbortController();
    const stopped = limiter.acquire(stop.signal);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ class: 'cancelled' });
    release();
    (await limiter.acquire(never))();
  });
});
