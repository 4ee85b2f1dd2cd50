import { expect, it } from 'vitest';
import { safeNext } from './safe-next.ts';

it.each([
  ['/runs?status=failed', '/runs?status=failed'],
  [undefined, '/'],
  ['https://elsewhere.example', '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['/\t/elsewhere.example', '/'],
])('%j leads to %s', (given, expected) => expect(safeNext(given)).toBe(expected));
