import { expect, it } from 'vitest';
import { passwordStrength } from './password-strength.ts';

it.each([
  ['', 0],
  ['short', 1],
  ['aaaaaaaaaaaaaaaaaaaa', 1],
  ['bluehorse42x', 2],
  ['bluehorse42 stapler', 4],
])('%j reaches step %i', (password, steps) => expect(passwordStrength(password, 10).steps).toBe(steps));
