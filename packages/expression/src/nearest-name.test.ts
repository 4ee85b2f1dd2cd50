import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

test.each([
  ['lenght', ['length', 'left'], 'length'],
  ['LENGTH', ['length'], 'length'],
  ['ab', ['ax', 'ay'], 'ax'],
  ['customer', ['status', 'total'], undefined],
  ['x'.repeat(61), ['x'.repeat(60)], undefined],
  ['x'.repeat(60), ['x'.repeat(61)], undefined],
  ['sum', [], undefined],
])('%s among %j', (word, known, wanted) => expect(nearestName(word, known)).toBe(wanted));
