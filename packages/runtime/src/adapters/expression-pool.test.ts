import { afterAll, describe, expect, it } from 'vitest';
import { createExpressionPool } from './expression-pool.ts';

const pool = createExpressionPool({ size: 2, timeoutMs: 1000, memoryMb: 64 });
afterAll(() => pool.close());

describe('expression pool', () => {
  it('evaluates in another process, and many at once', async () => {
    const values = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => pool.evaluate('$map(trigger.list, function($v) { $v * 2 })', { trigger: { list: [n, n + 1] } })),
    );
    expect(values).toEqual([
      [2, 4],
      [4, 6],
      [6, 8],
      [8, 10],
      [10, 12],
    ]);
  });

  it('gives the failure of an expression as an error of class invalid', async () => {
    await expect(pool.evaluate('$error("no")', {})).rejects.toMatchObject({ class: 'invalid' });
  });

  it('survives an expression that needs more memory than there is', { timeout: 20_000 }, async () => {
    const bomb = '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("xxxxxxxxxxxxxxxx", 40)))';
    await expect(pool.evaluate(bomb, {})).rejects.toMatchObject({ class: 'invalid' });
    await expect(pool.evaluate('1 + 1', {})).resolves.toBe(2);
  });

  it('does not see the environment', async () => {
    await expect(pool.evaluate('$exists(process)', {})).resolves.toBe(false);
  });
});
