import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretBox } from './sealed-box.ts';

const place = { workspaceId: 'w', connectionId: 'c' };
const key = randomBytes(32).toString('base64');

describe('sealed box', () => {
  it('opens what it sealed', () => {
    const sealed = createSecretBox(key).seal({ password: 'pässword' }, place);
    expect(sealed.includes('pässword')).toBe(false);
    expect(createSecretBox(key).open(sealed, place)).toEqual({ password: 'pässword' });
  });

  it.each([
    ['another key', () => createSecretBox(randomBytes(32).toString('base64')), place],
    ['another connection', () => createSecretBox(key), { ...place, connectionId: 'd' }],
    ['another workspace', () => createSecretBox(key), { ...place, workspaceId: 'v' }],
  ])('refuses %s', (_, box, where) => {
    const sealed = createSecretBox(key).seal({ a: 'b' }, place);
    expect(() => box().open(sealed, where)).toThrow(/cannot be opened/);
  });

  it('refuses bytes that were changed, cut or shortened in their tag', () => {
    const sealed = createSecretBox(key).seal({ a: 'b' }, place);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => createSecretBox(key).open(changed, place), `byte ${at}`).toThrow();
    }
    expect(() => createSecretBox(key).open(sealed.subarray(0, -1), place)).toThrow();
  });

  it('refuses a master key of the wrong length', () => {
    expect(() => createSecretBox('c2hvcnQ=')).toThrow(/32 bytes/);
  });
});
