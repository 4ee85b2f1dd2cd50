import { expect, it } from 'vitest';
import { itemLabel } from './item-label.ts';

it.each([
  ['create', 'create'],
  ['contacts[12].create', 'Item 13'],
  ['contacts[12].lines[0].create', 'Item 13, 1'],
  ['contacts[page0].contacts', 'Page 1, read'],
  ['contacts[done3].contacts', 'Page 4, done'],
  ['companies[1].contacts[page0].contacts', 'Item 2, page 1, read'],
])('%s is told as %s', (path, label) => {
  expect(itemLabel(path)).toBe(label);
});
